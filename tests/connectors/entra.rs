//! A sync as Microsoft Entra ID makes it, over SOAP in versions that the real service has retired since.
//!
//! What the connector does, and the names it gives to failures:
//! <https://learn.microsoft.com/azure/active-directory/saas-apps/salesforce-provisioning-tutorial>

use std::collections::BTreeMap;

use serde_json::json;

use crate::fixture::{builder, two_orgs};
use crate::wire::{Answer, Emulator, snapshot};

const ADMIN: &str = "admin@fauxforce.test";
const PASSWORD: &str = "fauxforce1";
const SECRET_TOKEN: &str = "FAUXFORCETOKEN1";

/// The "Admin Credentials" section, and the session it leads to.
struct Entra<'a> {
    emulator: &'a Emulator,
    version: u32,
    session: String,
    /// Provisioning log, a line per action.
    log: Vec<String>,
}

/// Someone who is assigned to the app: the mapped attributes, and the app role.
#[derive(Clone)]
struct Assigned {
    role: &'static str,
    attributes: BTreeMap<&'static str, &'static str>,
    /// `[IsSoftDeleted]`: no longer assigned.
    gone: bool,
}

fn assigned(principal_name: &'static str) -> Assigned {
    let attributes = [
        ("Username", principal_name),
        ("Email", principal_name),
        ("FirstName", "Alain"),
        ("LastName", "Charon"),
        ("Alias", "alainc"),
        ("TimeZoneSidKey", "America/Los_Angeles"),
        ("LocaleSidKey", "en_US"),
        ("EmailEncodingKey", "UTF-8"),
        ("LanguageLocaleKey", "en_US"),
    ];
    Assigned { role: "Standard User", attributes: attributes.into(), gone: false }
}

impl Assigned {
    fn with(mut self, name: &'static str, value: &'static str) -> Assigned {
        self.attributes.insert(name, value);
        self
    }

    fn without(mut self, name: &str) -> Assigned {
        self.attributes.remove(name);
        self
    }
}

fn soap(emulator: &Emulator, version: u32, header: &str, body: &str) -> Answer {
    let envelope = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns=\"urn:partner.soap.sforce.com\" \
         xmlns:o=\"urn:sobject.partner.soap.sforce.com\"><soap:Header>{header}</soap:Header><soap:Body>{body}</soap:Body>\
         </soap:Envelope>"
    );
    let headers = [("content-type", "text/xml; charset=utf-8"), ("SOAPAction", "\"\"")];
    emulator.send("POST", &format!("/services/Soap/u/{version}.0"), &headers, &envelope)
}

/// The texts of all elements of a name.
fn texts(answer: &Answer, name: &str) -> Vec<String> {
    let open = format!("<{name}>");
    let parts = answer.body.split(&open).skip(1);
    parts.map(|part| part.split('<').next().unwrap_or_default().to_owned()).collect()
}

fn text(answer: &Answer, name: &str) -> Option<String> {
    texts(answer, name).into_iter().next()
}

impl<'a> Entra<'a> {
    /// "Test Connection": password and secret token go together.
    fn connect(
        emulator: &'a Emulator,
        version: u32,
        username: &str,
        token: &str,
    ) -> Result<Entra<'a>, String> {
        let login =
            format!("<login><username>{username}</username><password>{PASSWORD}{token}</password></login>");
        let answer = soap(emulator, version, "", &login);
        match text(&answer, "sessionId") {
            Some(session) => Ok(Entra { emulator, version, session, log: Vec::new() }),
            None => Err(format!("{} {}", answer.status, text(&answer, "faultstring").unwrap_or(answer.body))),
        }
    }

    fn call(&self, body: &str) -> Answer {
        let header = format!("<SessionHeader><sessionId>{}</sessionId></SessionHeader>", self.session);
        let answer = soap(self.emulator, self.version, &header, body);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer
    }

    fn query(&self, soql: &str) -> Answer {
        self.call(&format!("<query><queryString>{soql}</queryString></query>"))
    }

    /// The app roles of the assignment page: the org's profiles.
    fn roles(&self) -> BTreeMap<String, String> {
        let answer = self.query("SELECT Id, Name FROM Profile");
        // Partner rows carry the id twice.
        let ids: Vec<String> = texts(&answer, "sf:Id").into_iter().step_by(2).collect();
        texts(&answer, "sf:Name").into_iter().zip(ids).collect()
    }

    /// One cycle over all who are in scope. Failed ones are tried again in the next.
    fn cycle(&mut self, people: &[&Assigned]) {
        for person in people {
            let line = self.provision(person);
            self.log.push(line);
        }
    }

    fn provision(&self, person: &Assigned) -> String {
        let username = person.attributes["Username"];
        let names: Vec<&str> = person.attributes.keys().copied().collect();
        let found = self.query(&format!(
            "SELECT Id, IsActive, ProfileId, {} FROM User WHERE Username = '{username}'",
            names.join(", ")
        ));
        let profile = self.roles().get(person.role).cloned().unwrap_or_default();
        let Some(id) = text(&found, "sf:Id") else {
            if person.gone {
                return format!("Skip {username}: not in scope");
            }
            let given = person.attributes.iter().map(|(name, value)| (*name, *value));
            let all = given.chain([("ProfileId", profile.as_str()), ("IsActive", "true")]);
            return format!("Create {username}: {}", self.save("create", &all.collect::<Vec<_>>()));
        };
        let differs =
            |name: &str, wanted: &str| text(&found, &format!("sf:{name}")).unwrap_or_default() != wanted;
        let active = if person.gone { "false" } else { "true" };
        let wanted = person.attributes.iter().map(|(name, value)| (*name, *value));
        let wanted = wanted.chain([("ProfileId", profile.as_str()), ("IsActive", active)]);
        let changed: Vec<_> = wanted.filter(|(name, value)| differs(name, value)).collect();
        if changed.is_empty() {
            return format!("Skip {username}: nothing to change");
        }
        let told: Vec<&str> = changed.iter().map(|(name, _)| *name).collect();
        let mut fields = vec![("Id", id.as_str())];
        fields.extend(&changed);
        let action = if person.gone { "Disable" } else { "Update" };
        format!("{action} {username} ({}): {}", told.join(", "), self.save("update", &fields))
    }

    /// Saves a user; success, or the failure by the name that the provisioning log has for it.
    fn save(&self, operation: &str, fields: &[(&str, &str)]) -> String {
        let fields: String = fields
            .iter()
            .map(|(name, value)| match *name {
                "Id" => format!("<o:Id>{value}</o:Id>"),
                name => format!("<o:{name}>{value}</o:{name}>"),
            })
            .collect();
        let answer = self
            .call(&format!("<{operation}><sObjects><o:type>User</o:type>{fields}</sObjects></{operation}>"));
        if text(&answer, "success").as_deref() == Some("true") {
            return "Success".to_owned();
        }
        let code = text(&answer, "statusCode").unwrap_or_default();
        let name = match code.as_str() {
            "LICENSE_LIMIT_EXCEEDED" => "SalesforceLicenseLimitExceeded",
            "DUPLICATE_USERNAME" => "SalesforceDuplicateUserName",
            "REQUIRED_FIELD_MISSING" => "SalesforceRequiredFieldMissing",
            _ => "SalesforceError",
        };
        let message = text(&answer, "message").unwrap_or_default();
        format!(
            "Failure {name}; ErrorCode: {code} ErrorMessage: {message} Fields: {}",
            texts(&answer, "fields").join(",")
        )
    }

    fn note(&mut self, line: &str) {
        self.log.push(format!("-- {line}"));
    }

    /// What the org has of a user.
    fn told(&mut self, username: &str) {
        let told = self.emulator.admin().told(&format!(
            "SELECT Username, Email, Name, Alias, Profile.Name, IsActive FROM User WHERE Username = '{username}'"
        ));
        self.log.push(told);
    }
}

/// Runs a scenario in both versions that the documentation names: what happens is the same.
fn in_both_versions(
    name: &str,
    org: impl Fn(&mut serde_json::Value),
    scenario: impl Fn(&Emulator, u32) -> Vec<String>,
) {
    let told = [28, 40].map(|version| {
        let seed = two_orgs(|file| org(file));
        let emulator = Emulator::of(builder().seed(seed.path()).min_api_version(20), Some(seed));
        scenario(&emulator, version)
    });
    assert_eq!(told[0], told[1]);
    snapshot(name, &told[0]);
}

#[test]
fn test_connection() {
    let change = |org: &mut serde_json::Value| {
        org["settings"]["requireSecurityToken"] = true.into();
        let profiles = org["profiles"].as_array_mut().expect("an array");
        profiles.push(json!({"name": "Trial", "clone": "Standard User", "permissions": ["-ApiEnabled"]}));
    };
    in_both_versions("entra_test_connection", change, |emulator, version| {
        let admin = emulator.admin();
        let user =
            admin.id("SELECT Id FROM User WHERE Username = 'norole.owner@fauxforce.test'").expect("a user");
        let trial = json!({"ProfileId": admin.named("Profile", "Trial")});
        admin.update("User", &user, &trial).expect("a save");
        let connect = |username: &str, token: &str| match Entra::connect(emulator, version, username, token) {
            Ok(_) => "connected".to_owned(),
            Err(fault) => fault,
        };
        vec![
            format!("right: {}", connect(ADMIN, SECRET_TOKEN)),
            format!("without token: {}", connect(ADMIN, "")),
            format!("an old token: {}", connect(ADMIN, "OLDTOKEN")),
            format!("no API access: {}", connect("norole.owner@fauxforce.test", SECRET_TOKEN)),
        ]
    });
}

#[test]
fn versions_are_retired_unless_the_server_says_otherwise() {
    let emulator = Emulator::with(|_| {});
    let refused = Entra::connect(&emulator, 28, ADMIN, SECRET_TOKEN).err().expect("a fault");
    assert!(refused.contains("UNSUPPORTED_API_VERSION"), "{refused}");
    assert!(Entra::connect(&emulator, 40, ADMIN, SECRET_TOKEN).is_ok());
}

#[test]
fn profiles_are_imported_as_roles() {
    in_both_versions(
        "entra_roles",
        |_| {},
        |emulator, version| {
            let entra = Entra::connect(emulator, version, ADMIN, SECRET_TOKEN).expect("a connection");
            entra.roles().into_keys().collect()
        },
    );
}

#[test]
fn cycles() {
    in_both_versions(
        "entra_cycles",
        |_| {},
        |emulator, version| {
            let mut entra = Entra::connect(emulator, version, ADMIN, SECRET_TOKEN).expect("a connection");
            let alain = assigned("alain@contoso.example");
            entra.cycle(&[&alain]);
            entra.cycle(&[&alain]);
            entra.note("renamed, and given another role");
            let renamed = Assigned { role: "Read Only", ..alain.with("LastName", "Charron") };
            entra.cycle(&[&renamed]);
            entra.told("alain@contoso.example");
            entra.note("out of scope");
            let gone = Assigned { gone: true, ..renamed.clone() };
            entra.cycle(&[&gone]);
            entra.cycle(&[&gone]);
            entra.told("alain@contoso.example");
            entra.note("back again");
            entra.cycle(&[&renamed]);
            entra.told("alain@contoso.example");
            entra.log
        },
    );
}

#[test]
fn failures_are_tried_again() {
    let one_seat = |org: &mut serde_json::Value| org["licenses"]["Salesforce"] = 6.into();
    in_both_versions("entra_failures", one_seat, |emulator, version| {
        let mut entra = Entra::connect(emulator, version, ADMIN, SECRET_TOKEN).expect("a connection");
        let people = [
            assigned("one@contoso.example"),
            assigned("two@contoso.example"),
            assigned("no.alias@contoso.example").without("Alias").without("LastName"),
            assigned("locale@contoso.example").with("LocaleSidKey", "English"),
            // A user of another org has the name.
            assigned("norole.owner@emea.test"),
            Assigned { role: "Guest License User", ..assigned("guest@contoso.example") },
        ];
        let all: Vec<&Assigned> = people.iter().collect();
        entra.cycle(&all);
        entra.note("the next cycle");
        entra.cycle(&all);
        entra.note("a seat is free, and the other org has renamed its user");
        let admin = emulator.admin();
        let user =
            admin.id("SELECT Id FROM User WHERE Username = 'norole.owner@fauxforce.test'").expect("a user");
        admin.update("User", &user, &json!({"IsActive": false})).expect("a save");
        let user = admin.id("SELECT Id FROM User WHERE Username = 'one@contoso.example'").expect("a user");
        admin.update("User", &user, &json!({"IsActive": false})).expect("a save");
        let emea = emulator.org(1);
        let user = emea.id("SELECT Id FROM User WHERE Username = 'norole.owner@emea.test'").expect("a user");
        emea.update("User", &user, &json!({"Username": "renamed@emea.test"})).expect("a save");
        let left: Vec<&Assigned> = people[1..].iter().collect();
        entra.cycle(&left);
        entra.log
    });
}

#[test]
fn an_email_is_updated_until_somebody_approves() {
    in_both_versions(
        "entra_email",
        |_| {},
        |emulator, version| {
            let mut entra = Entra::connect(emulator, version, ADMIN, SECRET_TOKEN).expect("a connection");
            let alain = assigned("alain@contoso.example");
            entra.cycle(&[&alain]);
            let moved = alain.with("Email", "alain@fabrikam.example");
            entra.cycle(&[&moved]);
            entra.cycle(&[&moved]);
            entra.told("alain@contoso.example");
            let outbox = emulator.send("GET", "/_fauxforce/outbox", &[], "").json();
            let mails = outbox.as_array().expect("mails");
            for mail in mails {
                let (kind, to) = (mail["kind"].as_str(), mail["to"].as_str());
                entra.note(&format!("mail {} to {}", kind.expect("a kind"), to.expect("an address")));
            }
            // Each update sends another link, and the last one works.
            let links: Vec<&str> = mails.iter().filter_map(|mail| mail["link"].as_str()).collect();
            assert_eq!(emulator.send("GET", links[0], &[], "").status, 404);
            assert_eq!(emulator.send("GET", links[1], &[], "").status, 200);
            entra.note("approved");
            entra.cycle(&[&moved]);
            entra.told("alain@contoso.example");
            entra.log
        },
    );
}
