//! Setup.

use crate::browser::Browser;
use crate::emulator::{Emulator, PASSWORD};
use crate::records::{fill, link, press};

#[test]
fn a_user_is_made_changed_frozen_and_deactivated() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let list = browser.open("/lightning/setup/ManageUsers/home");
    assert!(list.body.contains("channel.manager@fauxforce.test"), "{}", list.body);
    let form = browser.open(&link(&list.body, "New User"));
    let refused = fill(
        &browser,
        &form,
        &[("LastName", "Lovelace"), ("Username", "ada"), ("Email", "ada@acme.test"), ("Alias", "ada")],
    );
    assert!(refused.body.contains("errorMsg"), "{}", refused.body);
    let profile = refused.body.split("\">Standard User</option>").next().unwrap_or_default();
    let profile = profile.rsplit("value=\"").next().unwrap_or_default().to_owned();
    let made = fill(&browser, &refused, &[("Username", "ada@fauxforce.test"), ("ProfileId", &profile)]);
    assert!(made.body.contains("User Lovelace was created."), "{}", made.body);
    let frozen = press(&browser, &made, "freeze");
    assert!(frozen.body.contains("This user is frozen"), "{}", frozen.body);
    let free = press(&browser, &frozen, "unfreeze");
    assert!(!free.body.contains("This user is frozen"), "{}", free.body);
    let reset = press(&browser, &free, "resetPW");
    assert!(reset.body.contains("has been reset, and mailed to ada@acme.test"), "{}", reset.body);
    let form = browser.open(&link(&reset.body, "Edit Assignments"));
    let set = form.body.split("name=\"set_").nth(1).and_then(|rest| rest.split('"').next()).expect("a set");
    let (name, token) =
        (format!("set_{set}"), form.body.split("_CONFIRMATIONTOKEN\" value=\"").nth(1).expect("a token"));
    let token = token.split('"').next().expect("a token").to_owned();
    let id = form.url.split("userId=").nth(1).expect("the id").to_owned();
    let path = format!("/udd/PermissionSet/assignPermissionSet.apexp?userId={id}");
    let saved = browser.post(&path, &[(&name, "1"), ("_CONFIRMATIONTOKEN", &token)]);
    assert!(saved.body.contains("The permission sets were saved."), "{}", saved.body);
    assert!(saved.body.contains("Provisioning"), "{}", saved.body);
    let gone = press(&browser, &saved, "deactivate");
    assert!(gone.body.contains("This user is not active."), "{}", gone.body);
    let back = press(&browser, &gone, "activate");
    assert!(!back.body.contains("This user is not active."), "{}", back.body);
}

#[test]
fn who_has_no_setup_sees_none() {
    let emulator = Emulator::start();
    let browser = Browser::of(&emulator);
    let home = browser.log_in(&browser.open("/login"), "integration@fauxforce.test", PASSWORD);
    assert!(home.body.contains("create and change internal users"), "{}", home.body);
    let browser = Browser::of(&emulator);
    let home = browser.log_in(&browser.open("/login"), "norole.owner@fauxforce.test", PASSWORD);
    assert!(home.body.contains("use the APIs"), "{}", home.body);
}

/// Every page of Setup, and what it has.
const PAGES: &[(&str, &str)] = &[
    ("/lightning/setup/SetupOneHome/home", "Login History"),
    ("/lightning/setup/Roles/home", "Channel Manager"),
    ("/lightning/setup/EnhancedProfiles/home", "Acme Partner Community User"),
    ("/lightning/setup/PermSets/home", "Provisioning"),
    ("/lightning/setup/PublicGroups/home", "Public Groups"),
    ("/lightning/setup/Queues/home", "Queues"),
    ("/lightning/setup/CompanyProfileInfo/home", "Remaining Licenses"),
    ("/lightning/setup/OrgLoginHistory/home", "admin@fauxforce.test"),
    ("/lightning/setup/SecurityEvents/home", "The last 20 changes of the setup."),
    ("/lightning/setup/SingleSignOn/home", "https://idp.fauxforce.test/internal"),
    ("/lightning/setup/SetupNetworks/home", "Customers"),
    ("/lightning/setup/ConnectedAppsUsage/home", "fauxforce"),
    ("/lightning/settings/personal/PersonalInformation/home", "Reset Security Token"),
];

#[test]
fn every_page_of_setup_is_there_and_small() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    for (path, text) in PAGES {
        let page = browser.open(path);
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        assert!(page.body.contains(text), "{path} has no {text}: {}", page.body);
        assert!(page.body.len() < 60_000, "{path}: {} bytes", page.body.len());
    }
    let sets = browser.open("/lightning/setup/PermSets/home");
    let set = browser.open(&link(&sets.body, "Provisioning"));
    assert!(set.body.contains("integration@fauxforce.test"), "{}", set.body);
    assert!(set.body.len() < 60_000, "{} bytes", set.body.len());
    let profiles = browser.open("/lightning/setup/EnhancedProfiles/home");
    let profile = browser.open(&link(&profiles.body, "System Administrator"));
    assert!(profile.body.contains("admin@fauxforce.test"), "{}", profile.body);
    for path in [
        "/lightning/setup/OrgLoginHistory/home?download=csv",
        "/lightning/setup/SecurityEvents/home?download=csv",
    ] {
        let file = browser.open(path);
        assert!(file.content_type.as_deref().unwrap_or_default().starts_with("text/csv"), "{file:?}");
    }
    let reader = Browser::of(&emulator);
    reader.log_in(&reader.open("/login"), "norole.owner@fauxforce.test", PASSWORD);
    assert_eq!(reader.open("/lightning/setup/OrgLoginHistory/home").status, 403);
}

#[test]
fn visitors_register_themselves_once_a_site_lets_them() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let visitor = Browser::of(&emulator);
    assert!(!visitor.open("/customers/login").body.contains("Not a member?"));
    let sites = browser.open("/lightning/setup/SetupNetworks/home");
    let page = browser.open(&link(&sites.body, "Customers"));
    let profile = page.body.split("\">Acme Customer Community User</option>").next().unwrap_or_default();
    let profile = profile.rsplit("value=\"").next().unwrap_or_default().to_owned();
    let fields = [
        ("OptionsSelfRegistrationEnabled", "true"),
        ("SelfRegProfileId", &*profile),
        ("account", "Acme Customers"),
    ];
    let saved = fill(&browser, &page, &fields);
    assert!(saved.body.contains("The site was saved."), "{}", saved.body);
    assert!(saved.body.contains("value=\"Acme Customers\""), "{}", saved.body);
    let login = visitor.open("/customers/login");
    let form = visitor.open(&login.part("id=\"signup_link\" href=\"", "\"").expect("a link"));
    let fields = [
        ("firstName", "Vera"),
        ("lastName", "Visitor"),
        ("communityNickname", "vera"),
        ("email", "vera@visitor.test"),
        ("password", "another-pass1"),
        ("confirmPassword", "another-pass1"),
    ];
    let done = visitor.submit(&form, &fields);
    assert!(done.body.contains("vera@visitor.test"), "{}", done.body);
}

#[test]
fn a_file_of_contacts_is_imported() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let path = "/lightning/setup/DataManagementDataImporter/home";
    let page = browser.open(path);
    let token = page.body.split("_CONFIRMATIONTOKEN\" value=\"").nth(1).expect("a token");
    let token = token.split('"').next().expect("a token").to_owned();
    let mut content = "FirstName,LastName,Email\r\n".to_owned();
    for number in 0..500 {
        let email = if number % 250 == 7 { "no address" } else { "jane@acme.test" };
        content += &format!("Jane,Doe {number},{email}\r\n");
    }
    let fields = [
        ("_CONFIRMATIONTOKEN", token.as_str()),
        ("object", "Contact"),
        ("operation", "insert"),
        ("content", &content),
    ];
    let made = browser.post(path, &fields);
    assert!(made.body.contains("was made."), "{}", made.body);
    let made = browser.open(path);
    assert!(made.body.contains("JobComplete"), "{}", made.body);
    let errors = browser.open(&link_before(&made.body, "file=error"));
    assert_eq!(errors.body.matches("INVALID_EMAIL_ADDRESS").count(), 2, "{}", errors.body);
    let saved = browser.open(&link_before(&made.body, "file=success"));
    assert_eq!(saved.body.lines().count(), 499, "{}", saved.body);
}

/// The address that ends like this.
fn link_before(body: &str, end: &str) -> String {
    let before = body.split(&format!("{end}\"")).next().unwrap_or_default();
    let start = before.rsplit("href=\"").next().unwrap_or_default();
    format!("{start}{end}").replace("&amp;", "&")
}

#[test]
fn a_security_token_is_mailed() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let page = browser.open("/lightning/settings/personal/ResetApiToken/home");
    let page = press(&browser, &page, "reset_token");
    assert!(page.body.contains("A new security token was mailed to admin@fauxforce.test."), "{}", page.body);
    let mails = emulator.get("/_fauxforce/outbox", &[]);
    assert!(mails.body.contains("Your new Salesforce security token"), "{}", mails.body);
}
