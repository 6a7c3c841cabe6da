//! What a user sees is the same at every surface.

use serde_json::json;

use crate::emulator::{ADMIN, CLIENT, Emulator, PASSWORD};

const DATA: &str = "/services/data/v62.0";

/// A session, and what it may ask.
struct Caller<'a> {
    emulator: &'a Emulator,
    token: String,
}

impl Caller<'_> {
    fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("authorization", bearer.as_str()), ("x-sfdc-session", self.token.as_str())];
        let answer = self.emulator.send_json(method, path, &headers, body);
        (answer.status, answer.body)
    }

    /// Whether each surface shows a record: `(surface, shown)`.
    fn sees(&self, object: &str, id: &str, name: &str) -> Vec<(&'static str, bool)> {
        let get = |path: String| self.ask("GET", &path, "").0 == 200;
        let has = |path: String| self.ask("GET", &path, "").1.contains(id);
        let soql = format!("SELECT+Id+FROM+{object}+WHERE+Id='{id}'");
        let sosl = format!("FIND+{{{name}}}+RETURNING+{object}(Id)");
        let composite = json!({ "compositeRequest": [
            { "method": "GET", "url": format!("{DATA}/sobjects/{object}/{id}"), "referenceId": "one" },
        ]});
        let retrieve = format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header>\
             <SessionHeader xmlns=\"urn:partner.soap.sforce.com\"><sessionId>{}</sessionId></SessionHeader></e:Header>\
             <e:Body><retrieve xmlns=\"urn:partner.soap.sforce.com\"><fieldList>Id</fieldList>\
             <sObjectType>{object}</sObjectType><ids>{id}</ids></retrieve></e:Body></e:Envelope>",
            self.token
        );
        let mut all = vec![
            ("REST", get(format!("{DATA}/sobjects/{object}/{id}"))),
            ("SOQL", has(format!("{DATA}/query?q={soql}"))),
            ("SOSL", has(format!("{DATA}/search?q={}", sosl.replace('{', "%7B").replace('}', "%7D")))),
            ("collections", has(format!("{DATA}/composite/sobjects/{object}?ids={id}&fields=Id"))),
            (
                "composite",
                self.ask("POST", &format!("{DATA}/composite"), &composite.to_string())
                    .1
                    .contains("\"httpStatusCode\":200"),
            ),
            (
                "retrieve",
                self.emulator.soap("/services/Soap/u/62.0", &retrieve).body.contains(&format!("Id>{id}<")),
            ),
            ("Bulk", self.bulk(object, id)),
        ];
        if object == "User" {
            all.extend([
                ("SCIM", get(format!("/services/scim/v2/Users/{id}"))),
                ("SCIM list", has("/services/scim/v2/Users".to_owned())),
                ("Chatter", get(format!("{DATA}/chatter/users/{id}"))),
            ]);
        }
        all
    }

    fn bulk(&self, object: &str, id: &str) -> bool {
        let job = json!({ "operation": "query", "query": format!("SELECT Id FROM {object}") });
        let (status, made) = self.ask("POST", &format!("{DATA}/jobs/query"), &job.to_string());
        assert_eq!(status, 200, "{made}");
        let made: serde_json::Value = serde_json::from_str(&made).expect("JSON");
        let job = made["id"].as_str().expect("an id");
        self.ask("GET", &format!("{DATA}/jobs/query/{job}/results"), "").1.contains(id)
    }
}

fn caller<'a>(emulator: &'a Emulator, site: &str, username: &str) -> Caller<'a> {
    let grant = [("grant_type", "password"), ("username", username), ("password", PASSWORD)];
    let answer = emulator.form(&format!("{site}/services/oauth2/token"), &[CLIENT, &grant]);
    Caller { emulator, token: answer.field("access_token") }
}

#[track_caller]
fn all_are(seen: Vec<(&'static str, bool)>, expected: bool) {
    let others: Vec<_> = seen.into_iter().filter(|(_, seen)| *seen != expected).collect();
    assert!(others.is_empty(), "not {expected}: {others:?}");
}

#[test]
fn external_users_see_the_same_everywhere() {
    let emulator = Emulator::start();
    let user = emulator.partner_user();
    let own = emulator.id("User", ("Username", user)).to_string();
    let admin = emulator.id("User", ("Username", ADMIN)).to_string();
    let (partners, customers) = ["Acme Partners", "Acme Customers"]
        .map(|name| emulator.id("Account", ("Name", name)).to_string())
        .into();
    let caller = caller(&emulator, "/partners", user);
    let path = |object: &str, id: &str| format!("{DATA}/sobjects/{object}/{id}");
    let create = |object: &str, fields: serde_json::Value| {
        let (status, body) = caller.ask("POST", &format!("{DATA}/sobjects/{object}"), &fields.to_string());
        assert_eq!(status, 201, "{body}");
        let made: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        made["id"].as_str().expect("an id").to_owned()
    };
    // What they own is theirs.
    let account = create("Account", json!({ "Name": "Owned" }));
    let contact = create("Contact", json!({ "LastName": "Owned", "AccountId": account }));
    all_are(caller.sees("Account", &account, "Owned"), true);
    all_are(caller.sees("Contact", &contact, "Owned"), true);
    assert_eq!(caller.ask("PATCH", &path("Account", &account), r#"{"Phone":"1"}"#).0, 204);
    // So is their account, and they themselves.
    all_are(caller.sees("Account", &partners, "Partners"), true);
    all_are(caller.sees("User", &own, "Partner"), true);
    // Others are not there.
    all_are(caller.sees("Account", &customers, "Customers"), false);
    all_are(caller.sees("User", &admin, "Admin"), false);
    for id in [&customers, &account] {
        let unseen = id == &customers;
        let (status, body) = caller.ask("PATCH", &path("Account", id), r#"{"Phone":"2"}"#);
        assert_eq!(
            (status, body.contains("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY")),
            if unseen { (400, true) } else { (204, false) }
        );
    }
    // An employee sees all of them.
    let admin_calls = self::caller(&emulator, "", ADMIN);
    all_are(admin_calls.sees("Account", &account, "Owned"), true);
    all_are(admin_calls.sees("User", &own, "Partner"), true);
}

#[test]
fn identity_urls_of_others() {
    let emulator = Emulator::with(|org| {
        let app = &mut org["connectedApps"][0];
        app["scopes"] = json!(["api", "refresh_token", "openid", "id"]);
    });
    let user = emulator.partner_user();
    let org = emulator.server.ready.first.org_id.to_string();
    let path = |username: &str| format!("/id/{org}/{}", emulator.id("User", ("Username", username)));
    let get = |caller: &Caller, username: &str| caller.ask("GET", &path(username), "");
    let refused = (403, "No_Access".to_owned());
    // An external user is told of nobody else, whoever they see.
    let external = caller(&emulator, "/partners", user);
    assert_eq!(get(&external, user).0, 200);
    assert_eq!(get(&external, ADMIN), refused);
    let admin = caller(&emulator, "", ADMIN);
    assert_eq!(get(&admin, user).0, 200);
    // An app without `api` is told of its own user.
    let grant =
        [("grant_type", "password"), ("username", ADMIN), ("password", PASSWORD), ("scope", "id openid")];
    let answer = emulator.token(&[CLIENT, &grant]);
    let narrow = Caller { emulator: &emulator, token: answer.field("access_token") };
    assert_eq!(get(&narrow, ADMIN).0, 200);
    assert_eq!(get(&narrow, user), refused);
    // An employee without "API Enabled", too.
    const READER: &str = "readonly.owner@fauxforce.test";
    let reader = caller(&emulator, "", READER);
    assert_eq!(get(&reader, ADMIN).0, 200);
    let profile = emulator.id("Profile", ("Name", "Read Only"));
    let changed = admin.ask(
        "PATCH",
        &format!("{DATA}/sobjects/Profile/{profile}"),
        r#"{"PermissionsApiEnabled":false}"#,
    );
    assert_eq!(changed.0, 204, "{}", changed.1);
    assert_eq!(get(&reader, READER).0, 200);
    assert_eq!(get(&reader, ADMIN), refused);
}
