//! How SAML logins fail: the status in the login history, and what the browser is told of provisioning.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use fauxforce::assertion::issue::{self, Defect, Signer, Statement, malformed_response};
use serde_json::json;

use crate::fixture::default_seed;
use crate::scene::{CUSTOMER, PARTNER, PLUS, Scenario, with_person_accounts};
use crate::surroundings::{Got, Surroundings};

/// A new internal user.
const ADA: Attributes<'static> = &[
    ("User.Username", "ada@acme.test"),
    ("User.Email", "ada@acme.test"),
    ("User.LastName", "Lovelace"),
    ("User.ProfileId", "Standard User"),
];

/// A new customer, on a contact that is there.
const CORA: Attributes<'static> = &[
    ("Contact.LastName", "Holt"),
    ("Contact.Email", "cora@acme.test"),
    ("User.Username", "cora@acme.test"),
    ("User.Email", "cora@acme.test"),
    ("User.LastName", "Holt"),
    ("User.ProfileId", CUSTOMER),
];

type Attributes<'a> = &'a [(&'a str, &'a str)];

/// Whose login URL a Response is posted to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum To {
    Internal,
    Customers,
    Partners,
}

pub const SCENARIOS: &[Scenario] = &[
    ("saml.InvalidAudience", |rig| broken(rig, Defect::Audience)),
    ("saml.InvalidConfig", |rig| {
        let response = signed(To::Internal, &statement(rig, To::Internal, "emp-1001", ADA));
        rig.form("/?sc=0LE000000000999", &[&[("SAMLResponse", &response)]]);
        history(rig)
    }),
    ("saml.InvalidFormat", |rig| broken(rig, Defect::NoSubject)),
    ("saml.InvalidInResponseTo", |rig| broken(rig, Defect::InResponseTo)),
    ("saml.InvalidIssuer", |rig| broken(rig, Defect::Issuer)),
    ("saml.InvalidOrgId", |rig| {
        let off = |org: String| org.replace("\"userProvisioning\": true", "\"userProvisioning\": false");
        let rig = &rig.only_on_an_emulator().seeded(off, &[]);
        ends(rig, &[("portal_id", "0600000000000AA"), ("organization_id", "00D000000000999")])
    }),
    ("saml.InvalidPortalId", |rig| ends(rig, &[("portal_id", "nonsense"), ("organization_id", &org(rig))])),
    ("saml.InvalidRecipient", |rig| broken(rig, Defect::Recipient)),
    ("saml.InvalidSignature", |rig| broken(rig, Defect::Signature)),
    ("saml.InvalidSiteUrl", |rig| ends(rig, &[("siteurl", "https://evil.test")])),
    ("saml.InvalidStatus", |rig| broken(rig, Defect::Status)),
    ("saml.InvalidSubjectConfirmation", |rig| broken(rig, Defect::NoConfirmation)),
    ("saml.InvalidTimestamp", |rig| broken(rig, Defect::Expired)),
    ("saml.InvalidUsername", |rig| {
        let off = |org: String| org.replace("\"userProvisioning\": true", "\"userProvisioning\": false");
        ends(&rig.only_on_an_emulator().seeded(off, &[]), &[])
    }),
    ("saml.InvalidVersion", |rig| broken(rig, Defect::Version)),
    ("saml.MismatchedCertificate", |rig| broken(rig, Defect::WrongKey)),
    ("saml.MissingOrgId", |rig| ends(rig, &[("portal_id", "0600000000000AA")])),
    ("saml.MissingPortalId", |rig| ends(rig, &[("organization_id", &org(rig))])),
    ("saml.ProvisionError", |rig| ends(rig, &[("User.ProfileId", "Nonexistent")])),
    ("saml.ReplayAttempted", |rig| {
        let response = signed(To::Internal, &statement(rig, To::Internal, "emp-1001", ADA));
        for _ in 0..2 {
            rig.form(&acs(rig, To::Internal), &[&[("SAMLResponse", &response)]]);
        }
        history(rig)
    }),
    ("saml.SiteInactive", |rig| {
        let down =
            |org: String| org.replacen("\"status\": \"Live\"", "\"status\": \"DownForMaintenance\"", 1);
        let rig = &rig.only_on_an_emulator().seeded(down, &[]);
        login(rig, To::Customers, "cora", &[]);
        history(rig)
    }),
    // Just-in-Time provisioning: what the login page of the identity provider's user ends with.
    ("jit.MissingFederationId", |rig| {
        let by =
            "\"userProvisioning\": true, \"identityLocation\": \"Attribute\", \"attributeName\": \"uid\"";
        let by_attribute = |org: String| org.replace("\"userProvisioning\": true", by);
        ada(&rig.only_on_an_emulator().seeded(by_attribute, &[]), &[("uid", " ")])
    }),
    ("jit.MismatchFederationId", |rig| ada(rig, &[("User.FederationIdentifier", "emp-2")])),
    ("jit.InvalidOrgId", |rig| {
        ada(rig, &[("portal_id", "0600000000000AA"), ("organization_id", "00D000000000999")])
    }),
    ("jit.CreationLocked", |rig| {
        let lock = r#"{"federationId": "emp-1001", "held": true}"#;
        assert_eq!(rig.only_on_an_emulator().control("POST", "saml/locks", lock).status, 200);
        ada(rig, &[])
    }),
    ("jit.UserNotSaved", |rig| ada(rig, &[("User.TimeZoneSidKey", "Europe/Nowhere")])),
    ("jit.NoAdminContext", |rig| {
        rig.only_on_an_emulator()
            .execute("UPDATE \"User\" SET \"IsActive\" = 0 WHERE \"Alias\" = 'autoproc'");
        ada(rig, &[])
    }),
    ("jit.UnknownCustomField", |rig| ada(rig, &[("User.Nonsense__c", "x")])),
    ("jit.UnknownStandardField", |rig| ada(rig, &[("User.Nonsense", "x")])),
    ("jit.NoLicense", |rig| {
        let none = |org: String| org.replace("\"Identity\": 1000", "\"Identity\": 0");
        ada(&rig.only_on_an_emulator().seeded(none, &[]), &[("User.ProfileId", "Identity User")])
    }),
    ("jit.UsernameOfAnother", |rig| {
        ada(rig, &[]);
        ada(rig, &[("User.Username", "admin@fauxforce.test")])
    }),
    ("jit.UnsupportedVersion", |rig| ada(rig, &[("ProvisionVersion", "2.0")])),
    ("jit.UsernameChange", |rig| {
        ada(rig, &[]);
        ada(rig, &[("User.Username", "other@acme.test")])
    }),
    ("jit.CustomFieldType", |rig| {
        let field = "<CustomField xmlns=\"http://soap.sforce.com/2006/04/metadata\"><fullName>Level__c</fullName>\
                     <label>Level</label><precision>3</precision><scale>0</scale><type>Number</type></CustomField>";
        let path = "force-app/main/default/objects/User/fields/Level__c.field-meta.xml";
        ada(&rig.only_on_an_emulator().seeded(|org| org, &[(path, field)]), &[("User.Level__c", "7")])
    }),
    ("jit.ProfileNotFound", |rig| ada(rig, &[("User.ProfileId", "Nonexistent")])),
    ("jit.RoleNotFound", |rig| ada(rig, &[("User.UserRoleId", "Nonexistent")])),
    ("jit.InvalidAccount", |rig| cora(rig, &[("Contact.Account", "001Ff0000000999")])),
    ("jit.MissingAccountName", |rig| cora(rig, &[("Account.AccountNumber", "X-1")])),
    ("jit.MissingAccountNumber", |rig| cora(rig, &[("Account.Name", "Nobody")])),
    ("jit.AccountNotCreated", |rig| {
        let owner = rig.user("readonly.owner");
        let new =
            [("Account.Name", "New"), ("Account.AccountNumber", "N-1"), ("Account.Owner", owner.as_str())];
        cora(rig, &[new[0], new[1], new[2], ("User.ProfileId", PLUS)])
    }),
    ("jit.InvalidContact", |rig| cora(rig, &[("User.Contact", "nobody")])),
    ("jit.MissingContactEmail", |rig| cora(rig, &[("Contact.Email", "-")])),
    ("jit.MissingContactLastName", |rig| cora(rig, &[("Contact.LastName", "-")])),
    ("jit.ContactNotCreated", |rig| customer_with(rig, ("Contact.Phone", &"x".repeat(100)))),
    ("jit.SeveralContacts", |rig| {
        contact(rig, "Acme Customers", "One", "cora@acme.test");
        contact(rig, "Acme Partners", "Two", "cora@acme.test");
        cora(rig, &[])
    }),
    ("jit.SeveralAccounts", |rig| {
        for name in ["Acme Customers", "Acme Partners"] {
            rig.updated("Account", &rig.account(name), json!({ "AccountNumber": "AC-1" }));
        }
        cora(rig, &[("Account.AccountNumber", "AC-1"), ("Account.Name", "Acme Customers")])
    }),
    ("jit.InvalidAccountOwner", |rig| {
        let new = [("Account.Name", "New"), ("Account.AccountNumber", "N-1"), ("User.ProfileId", PLUS)];
        cora(rig, &[new[0], new[1], new[2], ("Account.Owner", "005Ff0000000999")])
    }),
    ("jit.InvalidPortalProfile", |rig| cora(rig, &[("User.ProfileId", "Standard User")])),
    ("jit.AccountChange", |rig| {
        contact(rig, "Acme Customers", "Holt", "cora@acme.test");
        cora(rig, &[("Contact.Account", &rig.account("Acme Partners"))])
    }),
    ("jit.AccountNotUpdated", |rig| customer_with(rig, ("Account.TickerSymbol", &"x".repeat(100)))),
    ("jit.ContactNotUpdated", |rig| {
        contact(rig, "Acme Customers", "Holt", "cora@acme.test");
        customer_with(rig, ("Contact.Phone", &"x".repeat(100)))
    }),
    ("jit.AccountFieldValue", |rig| customer_with(rig, ("Account.AnnualRevenue", "a lot"))),
    ("jit.ContactChange", |rig| {
        fred(rig);
        let other = contact(rig, "Acme Partners", "Other", "other@acme.test");
        login(rig, To::Partners, "cust-77", &[("User.Contact", &other)])
    }),
    ("jit.InvalidPortalRole", |rig| {
        fred(rig);
        login(rig, To::Partners, "cust-77", &[("User.PortalRole", "Manager")])
    }),
    ("jit.PortalRoleChange", |rig| {
        let two = |org: String| org.replace("\"portalRolesPerAccount\": 1", "\"portalRolesPerAccount\": 2");
        let rig = &rig.only_on_an_emulator().seeded(two, &[]);
        fred(rig);
        login(rig, To::Partners, "cust-77", &[("User.PortalRole", "Manager")])
    }),
    ("jit.InvalidHandler", |rig| {
        let rig = &handled(rig, r#"{"class": "Another"}"#, "admin@fauxforce.test");
        ada(rig, &[("User.ProfileId", &rig.profile("Standard User"))])
    }),
    ("jit.InvalidExecutionUser", |rig| {
        let rig = &handled(rig, r#"{"class": "StandardUserHandler"}"#, "integration@fauxforce.test");
        rig.updated("User", &rig.user("integration"), json!({ "IsActive": false }));
        ada(rig, &[("User.ProfileId", &rig.profile("Standard User"))])
    }),
    ("jit.HandlerThrew", |rig| {
        let rig = &handled(rig, r#"{"class": "StandardUserHandler"}"#, "admin@fauxforce.test");
        login(rig, To::Customers, "cora", &[("Contact.LastName", "Holt")])
    }),
    ("jit.PersonAccountContact", |rig| {
        let rig = &rig.only_on_an_emulator().seeded(with_person_accounts, &[]);
        rig.made("Account", json!({ "LastName": "Person", "PersonEmail": "cora@acme.test" }));
        cora(rig, &[])
    }),
];

/// Posts what the identity provider sends with this mistake; what the history says of it.
fn broken(rig: &Surroundings, how: Defect) -> Got {
    let statement = statement(rig, To::Internal, "emp-1001", ADA);
    let xml = malformed_response(how, &statement, &signer(To::Internal)).expect("a broken Response");
    rig.form(&acs(rig, To::Internal), &[&[("SAMLResponse", &STANDARD.encode(xml))]]);
    history(rig)
}

/// What the history says of a login with these attributes.
fn ends(rig: &Surroundings, more: Attributes) -> Got {
    ada(rig, more);
    history(rig)
}

fn history(rig: &Surroundings) -> Got {
    rig.query("SELECT Status FROM LoginHistory")
}

/// A login with attributes that are changed by `more`; `-` leaves one out.
fn ada(rig: &Surroundings, more: Attributes) -> Got {
    login(rig, To::Internal, "emp-1001", &changed(ADA, more))
}

fn cora(rig: &Surroundings, more: Attributes) -> Got {
    login(rig, To::Customers, "cora", &changed(CORA, more))
}

fn changed<'a>(attributes: Attributes<'a>, more: Attributes<'a>) -> Vec<(&'a str, &'a str)> {
    let mut changed = attributes.to_vec();
    changed.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    changed.extend(more.iter().filter(|(_, value)| *value != "-"));
    changed
}

/// A customer on an account that is there.
fn customer_with(rig: &Surroundings, more: (&str, &str)) -> Got {
    rig.updated("Account", &rig.account("Acme Customers"), json!({ "AccountNumber": "AC-1" }));
    cora(rig, &[("Account.Name", "Acme Customers"), ("Account.AccountNumber", "AC-1"), more])
}

/// A login that makes account, contact and partner user.
fn fred(rig: &Surroundings) {
    let owner = rig.user("channel.manager");
    let attributes = [
        ("Account.Name", "FooBar Industries"),
        ("Account.AccountNumber", "FB-001"),
        ("Account.Owner", owner.as_str()),
        ("Contact.LastName", "Foo"),
        ("Contact.Email", "fred@foobar.test"),
        ("User.Username", "fred@foobar.test"),
        ("User.Email", "fred@foobar.test"),
        ("User.LastName", "Foo"),
        ("User.ProfileId", PARTNER),
        ("User.PortalRole", "Worker"),
    ];
    let got = login(rig, To::Partners, "cust-77", &attributes);
    assert!(got.header("location").is_some_and(|place| place.contains("frontdoor")), "{}", got.told());
}

fn contact(rig: &Surroundings, account: &str, last_name: &str, email: &str) -> String {
    let account = rig.account(account);
    rig.made("Contact", json!({ "AccountId": account, "LastName": last_name, "Email": email }))
}

/// The default seed with an Apex class on both configurations, and the user that it runs as.
fn handled(rig: &Surroundings, handler: &str, user: &str) -> Surroundings {
    let on = format!(
        "\"userProvisioning\": true, \"samlJitHandlerId\": \"StandardUserHandler\", \"executionUserId\": {user:?}"
    );
    let handlers = format!("\"samlJitHandlers\": [{handler}],\n  \"logins\": [");
    let change =
        |org: String| org.replace("\"userProvisioning\": true", &on).replace("\"logins\": [", &handlers);
    rig.only_on_an_emulator().seeded(change, &[])
}

/// Posts what the identity provider says of a subject.
fn login(rig: &Surroundings, to: To, subject: &str, attributes: Attributes) -> Got {
    let response = signed(to, &statement(rig, to, subject, attributes));
    rig.form(&acs(rig, to), &[&[("SAMLResponse", &response)]])
}

fn org(rig: &Surroundings) -> String {
    let id = rig.ids("SELECT Id FROM Organization").concat();
    id.get(..15).unwrap_or(&id).to_owned()
}

/// Path and query of an assertion consumer URL.
fn acs(rig: &Surroundings, to: To) -> String {
    let path = match to {
        To::Internal => "/",
        To::Customers => "/customers/login",
        To::Partners => "/partners/login",
    };
    format!("{path}?so={}", org(rig))
}

fn statement(rig: &Surroundings, to: To, subject: &str, attributes: Attributes) -> Statement {
    let (issuer, audience) = match to {
        To::Internal => ("https://idp.fauxforce.test/internal", "https://fauxforce.my.salesforce.com"),
        To::Customers | To::Partners => {
            ("https://idp.fauxforce.test/communities", "https://fauxforce.my.site.com")
        }
    };
    let recipient = format!("{}{}", rig.url, acs(rig, to));
    let mut statement = Statement::new(issuer, audience, &recipient, subject, now(rig));
    let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()]));
    statement.attributes = attributes.collect();
    statement
}

/// The org's time, as an answer tells it: milliseconds since 1970 UTC.
fn now(rig: &Surroundings) -> i64 {
    let got = rig.send("GET", "/services/data", &[], "");
    let date = got.header("date").expect("a date");
    jiff::fmt::rfc2822::parse(date).expect("a date").timestamp().as_millisecond()
}

fn signer(to: To) -> Signer {
    let name = if to == To::Internal { "internal" } else { "communities" };
    key_pair(&format!("idp-{name}"))
}

fn key_pair(name: &str) -> Signer {
    let text = |ending: &str| {
        std::fs::read_to_string(default_seed().join(format!("keys/{name}.{ending}"))).expect("a key file")
    };
    Signer::from_pem(&text("key"), &text("crt")).expect("a key pair")
}

fn signed(to: To, statement: &Statement) -> String {
    STANDARD.encode(issue::response(statement, &signer(to)).expect("a Response"))
}

/// A SAML bearer assertion of the app's key that is meant for somebody else.
pub fn bearer_for_another_audience(rig: &Surroundings) -> Got {
    let recipient = format!("{}/services/oauth2/token", rig.url);
    let subject = "admin@fauxforce.test";
    let statement =
        Statement::new("fauxforce-client-id", "https://example.com", &recipient, subject, now(rig));
    let assertion = issue::assertion(&statement);
    let id = &statement.assertion_id;
    let assertion =
        issue::sign_element(&assertion, id, &key_pair("jwt"), statement.style).expect("an assertion");
    let grant = "urn:ietf:params:oauth:grant-type:saml2-bearer";
    let assertion = URL_SAFE_NO_PAD.encode(assertion);
    let pairs = [("grant_type", grant), ("assertion", &*assertion)];
    rig.form("/services/oauth2/token", &[&pairs])
}
