//! What becomes of a user whose profile, role or address a connector changes, and of the mails about it.

use serde_json::{Value as Json, json};

use crate::wire::{Emulator, Rest};

const CUSTOMER: &str = "Acme Customer Community User";
const PLUS: &str = "Acme Customer Community Plus User";
const PARTNER: &str = "Acme Partner Community User";
const IDENTITY: &str = "Acme External Identity User";

/// The default seed with a clone of the External Identity profile, and other settings.
fn emulator(settings: Json) -> Emulator {
    Emulator::with(|org| {
        let clone = json!({ "name": IDENTITY, "clone": "External Identity User" });
        org["profiles"].as_array_mut().expect("profiles").push(clone);
        let more = settings.as_object().expect("settings").clone();
        org["settings"].as_object_mut().expect("settings").extend(more);
    })
}

fn an_external_user(admin: &Rest, profile: &str, account: &str, name: &str) -> String {
    let account = admin.named("Account", account);
    let contact = json!({ "LastName": name, "AccountId": account });
    let contact = admin.create("Contact", &contact).expect("a contact");
    let user = json!({
        "Username": format!("{name}@example.com"), "LastName": name, "Email": format!("{name}@example.com"),
        "Alias": name, "TimeZoneSidKey": "Europe/Berlin", "LocaleSidKey": "de_DE", "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "de", "ContactId": contact, "ProfileId": admin.named("Profile", profile),
    });
    admin.create("User", &user).unwrap_or_else(|error| panic!("{profile}: {error}"))
}

fn has_profile(admin: &Rest, user: &str, profile: &str) -> Result<String, String> {
    admin.update("User", user, &json!({ "ProfileId": admin.named("Profile", profile) }))
}

fn record(admin: &Rest, object: &str, id: &str, fields: &str) -> Json {
    admin.query(&format!("SELECT {fields} FROM {object} WHERE Id = '{id}'")).remove(0)
}

/// The rules about the account of an external user run again when the licence becomes one of another kind.
#[test]
fn another_kind_of_licence_asks_the_account_again() {
    let emulator = emulator(json!({}));
    let admin = emulator.admin();
    let user = an_external_user(&admin, CUSTOMER, "Acme Customers", "doe");
    let account = admin.named("Account", "Acme Customers");
    assert_eq!(record(&admin, "Account", &account, "IsPartner")["IsPartner"], false);
    has_profile(&admin, &user, PARTNER).expect("an upgrade");
    assert_eq!(record(&admin, "Account", &account, "IsPartner")["IsPartner"], true);
    assert_eq!(record(&admin, "User", &user, "UserType")["UserType"], "PowerPartner");
    // Where partner users do not make partner accounts, the upgrade is refused.
    let emulator = self::emulator(json!({ "partnerUserEnablesAccount": false }));
    let admin = emulator.admin();
    let user = an_external_user(&admin, CUSTOMER, "Acme Customers", "doe");
    let refused = has_profile(&admin, &user, PARTNER).expect_err("a plain account");
    assert!(refused.contains("partner users can only be associated to a partner account"), "{refused}");
    assert_eq!(record(&admin, "User", &user, "UserType")["UserType"], "CspLitePortal");
    // Another profile of the same kind asks nothing.
    let gone =
        json!({ "OwnerId": admin.id("SELECT Id FROM User WHERE Username = 'norole.owner@fauxforce.test'") });
    let account = admin.named("Account", "Acme Customers");
    admin.update("Account", &account, &gone).expect("an owner without a role");
    has_profile(&admin, &user, IDENTITY).expect_err("no way back to External Identity");
    let title = admin.update("User", &user, &json!({ "Title": "Agent" }));
    title.expect("a change that has nothing to do with the account");
}

/// Source: <https://help.salesforce.com/s/articleView?id=xcloud.external_identity_manage_upgrade_contactless_users.htm>
#[test]
fn external_identity_is_upgraded_and_nothing_becomes_it() {
    let emulator = emulator(json!({}));
    let admin = emulator.admin();
    for (profile, user_type) in
        [(CUSTOMER, "CspLitePortal"), (PLUS, "PowerCustomerSuccess"), (PARTNER, "PowerPartner")]
    {
        let name = format!("u{}", profile.len());
        let user = an_external_user(&admin, IDENTITY, "Acme Partners", &name);
        has_profile(&admin, &user, profile).expect("an upgrade");
        let told = record(&admin, "User", &user, "UserType, Profile.Name");
        assert_eq!((&told["UserType"], &told["Profile"]["Name"]), (&json!(user_type), &json!(profile)));
        let refused = has_profile(&admin, &user, IDENTITY).expect_err("no way back");
        assert!(refused.contains("compatible with the user's license"), "{refused}");
    }
}

/// A user without a contact who gets one is asked what every linked user is asked.
#[test]
fn a_contactless_user_is_linked_by_the_same_rules() {
    let emulator = emulator(json!({}));
    let admin = emulator.admin();
    an_external_user(&admin, IDENTITY, "Acme Customers", "doe");
    let user = json!({
        "Username": "roe@example.com", "LastName": "roe", "Email": "roe@example.com", "Alias": "roe",
        "TimeZoneSidKey": "Europe/Berlin", "LocaleSidKey": "de_DE", "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "de", "ProfileId": admin.named("Profile", IDENTITY),
    });
    let user = admin.create("User", &user).expect("a contactless user");
    let contact = |account: &str| {
        let fields = json!({ "LastName": "roe", "AccountId": admin.named("Account", account) });
        admin.create("Contact", &fields).expect("a contact")
    };
    let link = |contact: String| admin.update("User", &user, &json!({ "ContactId": contact }));
    let refused = link(contact("Norole Industries")).expect_err("an owner without a role");
    assert!(refused.contains("portal account owner must have a role"), "{refused}");
    let refused = link(admin.named("Contact", "doe")).expect_err("a contact that has a user");
    assert!(refused.contains("portal user already exists for contact"), "{refused}");
    link(contact("Acme Customers")).expect("a contact");
    assert_eq!(record(&admin, "User", &user, "Account.Name")["Account"]["Name"], "Acme Customers");
}

#[test]
fn a_portal_role_is_one_of_the_own_account() {
    let emulator = emulator(json!({}));
    let admin = emulator.admin();
    let user = an_external_user(&admin, PARTNER, "Acme Partners", "pat");
    an_external_user(&admin, PARTNER, "Acme Customers", "sam");
    let [own, other] = ["Acme Partners Partner User", "Acme Customers Partner User"]
        .map(|name| admin.named("UserRole", name));
    let refused = admin.update("User", &user, &json!({ "UserRoleId": other })).expect_err("another account");
    assert!(refused.contains("role type must match user type"), "{refused}");
    assert_eq!(record(&admin, "User", &user, "UserRoleId")["UserRoleId"], json!(own));
    admin.update("User", &user, &json!({ "UserRoleId": own })).expect("the own role");
}

/// The mails since this was last asked: kind and link.
fn mails(emulator: &Emulator) -> Vec<(String, String)> {
    let told = emulator.send("GET", "/_fauxforce/outbox", &[], "").json();
    let host = [("content-type", "application/json")];
    assert_eq!(emulator.send("DELETE", "/_fauxforce/outbox", &host, "").status, 204);
    let text = |mail: &Json, name: &str| mail[name].as_str().unwrap_or_default().to_owned();
    told.as_array().expect("mails").iter().map(|mail| (text(mail, "kind"), text(mail, "link"))).collect()
}

/// The deterministic clock moves a second a request.
fn wait(emulator: &Emulator, seconds: u32) {
    let state = emulator.server.world().lock();
    (0..seconds).for_each(|_| state.clock.tick());
}

/// A new session of the administrator: those that were open have ended meanwhile.
fn logged_in(emulator: &Emulator) -> Rest<'_> {
    let form = [
        ("grant_type", "password"),
        ("client_id", "fauxforce-client-id"),
        ("client_secret", "fauxforce-client-secret"),
        ("username", "admin@fauxforce.test"),
        ("password", "fauxforce1"),
    ];
    let answer = emulator.form("/services/oauth2/token", &form).json();
    Rest { emulator, token: answer["access_token"].as_str().expect("a token").to_owned() }
}

#[test]
fn the_link_of_an_email_change_lasts_72_hours() {
    const SECONDS: u32 = 72 * 3600;
    const OLD: &str = "norole.owner@fauxforce.test";
    let emulator = emulator(json!({}));
    for (seconds, status, email) in [(SECONDS, 404, OLD), (SECONDS - 60, 200, "new@example.com")] {
        let admin = logged_in(&emulator);
        let user = admin.id(&format!("SELECT Id FROM User WHERE Username = '{OLD}'")).expect("a user");
        admin.update("User", &user, &json!({ "Email": "new@example.com" })).expect("a change");
        let (kind, link) = mails(&emulator).first().cloned().expect("a mail");
        assert_eq!(kind, "email_change");
        wait(&emulator, seconds);
        assert_eq!(emulator.send("GET", &link, &[], "").status, status, "after {seconds} s");
        let told = record(&logged_in(&emulator), "User", &user, "Email");
        assert_eq!(told["Email"], email, "after {seconds} s");
    }
}

#[test]
fn a_failed_save_sends_no_mail() {
    let emulator = emulator(json!({}));
    let admin = emulator.admin();
    let id = |name: &str| {
        admin.id(&format!("SELECT Id FROM User WHERE Username = '{name}@fauxforce.test'")).expect("a user")
    };
    let (user, other) = (id("norole.owner"), id("readonly.owner"));
    admin.update("User", &other, &json!({ "CommunityNickname": "taken" })).expect("a nickname");
    // The mails are written before the nickname is looked for.
    let broken = json!({ "Email": "new@example.com", "CommunityNickname": "taken" });
    let refused = admin.update("User", &user, &broken).expect_err("a nickname that is taken");
    assert!(refused.contains("DUPLICATE_COMM_NICKNAME"), "{refused}");
    assert_eq!(mails(&emulator), []);
    // A list that goes back, and a composite request.
    let change = json!({ "attributes": { "type": "User" }, "id": user, "Email": "new@example.com" });
    let broken = json!({ "attributes": { "type": "User" }, "id": other, "LastName": null });
    let list = json!({ "allOrNone": true, "records": [change, broken] });
    assert_eq!(admin.ask("PATCH", "/composite/sobjects", &list.to_string()).status, 200);
    assert_eq!(mails(&emulator), []);
    let part = |id: &str, body: Json| {
        json!({
            "method": "PATCH", "url": format!("/services/data/v58.0/sobjects/User/{id}"), "referenceId": format!("r{id}"),
            "body": body,
        })
    };
    let composite = json!({
        "allOrNone": true,
        "compositeRequest": [part(&user, json!({ "Email": "new@example.com" })), part(&other, json!({ "LastName": null }))],
    });
    assert_eq!(admin.ask("POST", "/composite", &composite.to_string()).status, 200);
    assert_eq!(mails(&emulator), []);
    // Nothing was kept for the next save.
    admin.update("User", &other, &json!({ "Email": "other@example.com" })).expect("a change");
    let kinds: Vec<_> = mails(&emulator).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["email_change", "email_change_notice"]);
}
