//! Several orgs in one world: each door leads to the user's org, and a session reaches no other.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fauxforce::assertion::issue::{Signer, Statement, response};
use fauxforce::{ReadyOrg, ReadySaml};
use serde_json::json;

use crate::emulator::{Answer, CLIENT, Emulator, PASSWORD, builder, encoded, two_orgs};

const ADMIN: &str = "admin@fauxforce.test";
const EMEA_ADMIN: &str = "admin@emea.test";
const EMEA_CLIENT: &[(&str, &str)] =
    &[("client_id", "emea-client-id"), ("client_secret", "emea-client-secret")];
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

fn two() -> Emulator {
    let seed = two_orgs();
    Emulator::of(builder().seed(seed.path()), Some(seed))
}

fn emea(emulator: &Emulator) -> &ReadyOrg {
    &emulator.server.ready.orgs[1]
}

fn password<'a>(username: &'a str, password: &'a str) -> [(&'a str, &'a str); 3] {
    [("grant_type", "password"), ("username", username), ("password", password)]
}

impl Emulator {
    fn at(&self, host: &str, path: &str, parts: &[&[(&str, &str)]]) -> Answer {
        self.post(path, &[FORM, ("host", host)], &encoded(parts))
    }

    fn ask(&self, token: &str, path: &str) -> Answer {
        self.get(path, &[("authorization", &format!("Bearer {token}"))])
    }

    fn soap_login(&self, host: &str, header: &str, username: &str) -> Answer {
        let envelope = format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\">{header}<e:Body>\
             <login xmlns=\"urn:partner.soap.sforce.com\"><username>{username}</username><password>{PASSWORD}</password>\
             </login></e:Body></e:Envelope>"
        );
        let headers = [("content-type", "text/xml"), ("SOAPAction", "\"\""), ("host", host)];
        self.post("/services/Soap/u/59.0", &headers, &envelope)
    }
}

/// The org of an answer of the token endpoint.
fn org_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let id = answer.field("id");
    id.split('/').nth(4).expect("an org").to_owned()
}

#[test]
fn the_ready_file_lists_all_orgs() {
    let emulator = two();
    let ready = &emulator.server.ready;
    assert_eq!(ready.orgs.len(), 2);
    assert_eq!(ready.orgs[0], ready.first);
    assert_eq!(ready.first.my_domain.as_deref(), Some("acme"));
    let emea = emea(&emulator);
    assert_ne!(emea.org_id, ready.first.org_id);
    assert_eq!(emea.org_name.as_deref(), Some("EMEA"));
    assert_eq!(emea.username.as_deref(), Some(EMEA_ADMIN));
    assert_eq!(emea.client_id.as_deref(), Some("emea-client-id"));
    let key = emea.saml["internal"].idp_key_file.as_deref().expect("a key");
    assert!(key.ends_with("orgs/emea/keys/idp-internal.key") && key.exists(), "{}", key.display());
    let token = emea.access_token.as_deref().expect("a token");
    let info = emulator.ask(token, "/services/oauth2/userinfo");
    assert_eq!(
        (info.field("organization_id"), info.field("preferred_username")),
        (emea.org_id.clone(), EMEA_ADMIN.into())
    );
}

#[test]
fn every_grant_leads_to_the_users_org() {
    let emulator = two();
    let (first, second) = (&emulator.server.ready.first.org_id, &emea(&emulator).org_id);
    let of = |parts: &[&[(&str, &str)]]| org_of(&emulator.token(parts));
    assert_eq!(of(&[CLIENT, &password(ADMIN, PASSWORD)]), *first);
    assert_eq!(of(&[EMEA_CLIENT, &password(EMEA_ADMIN, PASSWORD)]), *second);
    // A consumer key is known everywhere; the org is the user's.
    assert_eq!(of(&[CLIENT, &password(EMEA_ADMIN, PASSWORD)]), *second);
    assert_eq!(of(&[CLIENT, &[("grant_type", "client_credentials")]]), *first);
    assert_eq!(of(&[EMEA_CLIENT, &[("grant_type", "client_credentials")]]), *second);
    let refresh = |token| [("grant_type", "refresh_token"), ("refresh_token", token)];
    assert_eq!(of(&[EMEA_CLIENT, &refresh("emea-refresh-token")]), *second);
    let foreign = emulator.token(&[CLIENT, &refresh("emea-refresh-token")]);
    assert_eq!(foreign.status, 400, "{}", foreign.body);
}

#[test]
fn soap_login_leads_to_the_users_org() {
    let emulator = two();
    let second = &emea(&emulator).org_id;
    let login = emulator.soap_login("localhost", "", EMEA_ADMIN);
    assert!(login.body.contains(&format!("<organizationId>{second}</organizationId>")), "{}", login.body);
    let scope = |org: &str| {
        format!(
            "<e:Header><LoginScopeHeader xmlns=\"urn:partner.soap.sforce.com\"><organizationId>{org}</organizationId>\
             </LoginScopeHeader></e:Header>"
        )
    };
    assert_eq!(emulator.soap_login("localhost", &scope(second), EMEA_ADMIN).status, 200);
    let refused = emulator.soap_login("localhost", &scope(&emulator.server.ready.first.org_id), EMEA_ADMIN);
    assert!(refused.body.contains("INVALID_LOGIN"), "{}", refused.body);
}

#[test]
fn a_jwt_leads_to_the_users_org() {
    let emulator = two();
    let key = fs::read(emea(&emulator).jwt_key_file.as_ref().expect("a key")).expect("a key");
    let key = jsonwebtoken::EncodingKey::from_rsa_pem(&key).expect("a key");
    let grant = |issuer: &str, subject: &str| {
        let claims = json!({"iss": issuer, "sub": subject, "aud": "https://login.salesforce.com", "exp": 4_000_000_000_u64});
        let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::RS256);
        let assertion = jsonwebtoken::encode(&header, &claims, &key).expect("a JWT");
        let grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
        emulator.token(&[&[("grant_type", grant_type), ("assertion", &assertion)]])
    };
    assert_eq!(org_of(&grant("emea-client-id", EMEA_ADMIN)), emea(&emulator).org_id);
    // The other org's users have not approved the app.
    let foreign = grant("emea-client-id", ADMIN);
    assert_eq!(foreign.field("error_description"), "user hasn't approved this consumer");
}

#[test]
fn saml_leads_to_the_org_of_the_consumer_url_or_of_the_host() {
    let emulator = two();
    let second = &emea(&emulator).org_id;
    let patch = json!({"FederationIdentifier": "the-same-in-both"}).to_string();
    for org in &emulator.server.ready.orgs {
        let token = org.access_token.as_deref().expect("a token");
        let me = emulator.ask(token, "/services/oauth2/userinfo").field("user_id");
        let path = format!("/services/data/v60.0/sobjects/User/{me}?_HttpMethod=PATCH");
        let headers = [("authorization", &*format!("Bearer {token}")), ("content-type", "application/json")];
        assert_eq!(emulator.post(&path, &headers, &patch).status, 204);
    }
    let saml = &emea(&emulator).saml["internal"];
    let text = |path: &Option<std::path::PathBuf>| {
        fs::read_to_string(path.as_ref().expect("a path")).expect("a PEM file")
    };
    let agent: ureq::Agent =
        ureq::Agent::config_builder().max_redirects(0).max_redirects_will_error(false).build().into();
    let location = |to: &ReadySaml, host: &str, target: &str, recipient: &str, id: &str| {
        let now = emulator.server.world().lock().clock.now();
        let mut statement = Statement::new(&to.issuer, &to.audience, recipient, "the-same-in-both", now);
        (statement.response_id, statement.assertion_id) = (format!("_r{id}"), format!("_a{id}"));
        let signer = Signer::from_pem(&text(&to.idp_key_file), &text(&to.idp_cert_file)).expect("a key pair");
        let signed = STANDARD.encode(response(&statement, &signer).expect("a Response"));
        let request = agent
            .post(format!("{}{target}", emulator.server.url))
            .header(FORM.0, FORM.1)
            .header("host", host);
        let answer = request.send(encoded(&[&[("SAMLResponse", &signed)]])).expect("an answer");
        answer.headers()["location"].to_str().expect("text").to_owned()
    };
    let host = emulator.server.url.strip_prefix("http://").expect("a URL");
    let path_of = |url: &str| url.strip_prefix(&emulator.server.url).expect("a path").to_owned();
    let by_consumer_url = location(saml, host, &path_of(&saml.acs), &saml.acs, "1");
    let by_host = location(saml, "emea.my.salesforce.com", "/", "https://emea.my.salesforce.com", "2");
    for url in [by_consumer_url, by_host] {
        assert!(url.contains(&format!("sid={}", &second[..15])), "{url}");
    }
    // The path of a community is in both orgs: the consumer URL says which is meant.
    let customers = &emea(&emulator).saml["customers"];
    location(customers, host, &path_of(&customers.acs), &customers.acs, "3");
    let attempts = [0, 1].map(|org| {
        let token = emulator.server.ready.orgs[org].access_token.as_deref().expect("a token");
        let soql = "SELECT Id FROM LoginHistory WHERE LoginType LIKE 'SAML Chatter Communities%'";
        let query = encoded(&[&[("q", soql)]]);
        emulator.ask(token, &format!("/services/data/v60.0/query?{query}")).json()["totalSize"].clone()
    });
    assert_eq!(attempts, [json!(0), json!(1)]);
}

#[test]
fn a_my_domain_serves_one_org() {
    let emulator = two();
    let grant = |host: &str, username| {
        emulator.at(host, "/services/oauth2/token", &[CLIENT, &password(username, PASSWORD)]).status
    };
    assert_eq!(grant("emea.my.salesforce.com", EMEA_ADMIN), 200);
    assert_eq!(grant("EMEA.localhost:7332", EMEA_ADMIN), 200);
    assert_eq!(grant("emea.my.salesforce.com", ADMIN), 400);
    assert_eq!(grant("login.salesforce.com", ADMIN), 200);
    assert!(emulator.soap_login("acme.my.salesforce.com", "", EMEA_ADMIN).body.contains("INVALID_LOGIN"));
    // A session of one org opens nothing at the other's host.
    let token = emea(&emulator).access_token.as_deref().expect("a token");
    let bearer = format!("Bearer {token}");
    let limits =
        |host| emulator.get("/services/data/v60.0/limits", &[("authorization", &bearer), ("host", host)]);
    assert_eq!(limits("emea.my.salesforce.com").status, 200);
    let foreign = limits("acme.my.salesforce.com");
    assert_eq!((foreign.status, foreign.json()[0]["errorCode"].as_str()), (401, Some("INVALID_SESSION_ID")));
}

#[test]
fn the_same_community_path_in_both_orgs() {
    let emulator = two();
    let grant = |host: &str, username| {
        emulator.at(host, "/customers/services/oauth2/token", &[CLIENT, &password(username, PASSWORD)]).status
    };
    assert_eq!(grant("acme.my.site.com", ADMIN), 200);
    assert_eq!(grant("emea.my.site.com", EMEA_ADMIN), 200);
    assert_eq!(grant("emea.my.site.com", ADMIN), 400);
    // Without a host of an org's own, the first org's.
    assert_eq!(grant("localhost", ADMIN), 200);
}

#[test]
fn a_session_reaches_only_its_org() {
    let emulator = two();
    let ready = &emulator.server.ready;
    let [first, second] = [0, 1].map(|at| ready.orgs[at].access_token.clone().expect("a token"));
    let query = |token: &str, soql: &str| {
        let query = encoded(&[&[("q", soql)]]);
        emulator.ask(token, &format!("/services/data/v60.0/query?{query}")).json()
    };
    let accounts = query(&second, "SELECT Id FROM Account");
    let foreign: Vec<&str> = accounts["records"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| row["Id"].as_str().expect("an id"))
        .collect();
    assert!(!foreign.is_empty());
    for id in foreign {
        let path = format!("/services/data/v60.0/sobjects/Account/{id}");
        assert_eq!(emulator.ask(&second, &path).status, 200);
        assert_eq!(emulator.ask(&first, &path).field_of_first("errorCode"), "NOT_FOUND");
        assert_eq!(query(&first, &format!("SELECT Id FROM Account WHERE Id = '{id}'"))["totalSize"], 0);
        // As a reference it is what an id of no record is.
        let contact = json!({"LastName": "Doe", "AccountId": id}).to_string();
        let headers = [("authorization", &*format!("Bearer {first}")), ("content-type", "application/json")];
        let answer = emulator.post("/services/data/v60.0/sobjects/Contact", &headers, &contact);
        assert_eq!(answer.field_of_first("errorCode"), "INVALID_CROSS_REFERENCE_KEY");
    }
    let other =
        query(&second, "SELECT Id FROM User LIMIT 1")["records"][0]["Id"].as_str().expect("an id").to_owned();
    let identity = emulator.ask(&first, &format!("/id/{}/{other}", ready.orgs[1].org_id));
    assert_eq!((identity.status, identity.body.as_str()), (403, "Wrong_Org"));
    let identity = emulator.ask(&first, &format!("/id/{}/{other}", ready.first.org_id));
    assert_eq!((identity.status, identity.body.as_str()), (404, "Bad_Id"));
}

impl Answer {
    fn field_of_first(&self, name: &str) -> String {
        self.json()[0][name].as_str().unwrap_or_else(|| panic!("no {name}: {}", self.body)).to_owned()
    }
}

/// Creates a user in the second org, on a contact of an account if one is named.
fn create_in_emea(emulator: &Emulator, profile: &str, username: &str, account: Option<&str>) -> Answer {
    let token = emea(emulator).access_token.clone().expect("a token");
    let headers = [("authorization", &*format!("Bearer {token}")), ("content-type", "application/json")];
    let id_of = |object: &str, name: &str| {
        let query = encoded(&[&[("q", &format!("SELECT Id FROM {object} WHERE Name = '{name}'"))]]);
        let answer = emulator.ask(&token, &format!("/services/data/v60.0/query?{query}")).json();
        answer["records"][0]["Id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    };
    let create = |object: &str, fields: serde_json::Value| {
        emulator.post(&format!("/services/data/v60.0/sobjects/{object}"), &headers, &fields.to_string())
    };
    let contact = account.map(|account| {
        let fields = json!({"LastName": "Doe", "AccountId": id_of("Account", account)});
        create("Contact", fields).field("id")
    });
    let user = json!({
        "Username": username, "LastName": "Doe", "Email": "jo@emea.test", "Alias": "jo",
        "ProfileId": id_of("Profile", profile), "ContactId": contact, "TimeZoneSidKey": "Europe/Paris",
        "LocaleSidKey": "fr_FR", "EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "fr",
    });
    create("User", user)
}

#[test]
fn usernames_are_unique_across_orgs() {
    let emulator = two();
    let taken = create_in_emea(&emulator, "Standard User", "Admin@Fauxforce.Test", None);
    assert_eq!(taken.status, 400);
    assert_eq!(
        taken.json()[0],
        json!({
            "errorCode": "DUPLICATE_USERNAME",
            "message": "Duplicate Username.<br>The username already exists in this or another Salesforce organization. \
                        Usernames must be unique across all Salesforce organizations. To resolve, use a different \
                        username (it doesn't need to match the user's email address). ",
            "fields": ["Username"],
        })
    );
    let partner = create_in_emea(&emulator, "Acme Partner Community User", ADMIN, Some("Acme Partners"));
    assert_eq!(partner.field_of_first("errorCode"), "DUPLICATE_USERNAME");
    // A customer's username is unique in the org only, and does not keep others from theirs.
    let customer = create_in_emea(&emulator, "Acme Customer Community User", ADMIN, Some("Acme Customers"));
    assert_eq!(customer.status, 201, "{}", customer.body);
    // The internal user is still the one that logs in without a community.
    let login = emulator.token(&[CLIENT, &password(ADMIN, PASSWORD)]);
    assert_eq!(org_of(&login), emulator.server.ready.first.org_id);
}

#[test]
fn partner_usernames_are_unique_in_the_org_if_it_says_so() {
    let seed = two_orgs();
    let path = seed.path().join("orgs/emea/org.json");
    let org = fs::read_to_string(&path).expect("a text");
    let org = org.replace("\"settings\": {", "\"settings\": { \"partnerUsernamesUniqueInOrg\": true,");
    fs::write(&path, org).expect("a text");
    let emulator = Emulator::of(builder().seed(seed.path()), Some(seed));
    let partner = create_in_emea(&emulator, "Acme Partner Community User", ADMIN, Some("Acme Partners"));
    assert_eq!(partner.status, 201, "{}", partner.body);
    let again = create_in_emea(&emulator, "Acme Partner Community User", ADMIN, Some("Acme Partners"));
    assert_eq!(again.field_of_first("errorCode"), "DUPLICATE_USERNAME");
}

#[test]
fn databases_lie_beside_each_other_and_last() {
    let (seed, home) = (two_orgs(), tempfile::tempdir().expect("a directory"));
    let file = home.path().join("orgs.db");
    let start = || Emulator::of(builder().seed(seed.path()).database(&file), None);
    let emulator = start();
    let before = emulator.server.ready.orgs.clone();
    let token = emea(&emulator).access_token.clone().expect("a token");
    let headers = [("authorization", &*format!("Bearer {token}")), ("content-type", "application/json")];
    let made = emulator.post(
        "/services/data/v60.0/sobjects/Account",
        &headers,
        &json!({"Name": "Kept"}).to_string(),
    );
    emulator.server.stop();
    assert!(file.exists() && home.path().join("orgs.emea.db").exists());
    // An org that comes later does not take another's id, even if its name comes first.
    let apac = seed.path().join("orgs/apac");
    fs::create_dir_all(apac.join("data")).expect("a folder");
    small_org(&apac);
    let emulator = start();
    let after = &emulator.server.ready.orgs;
    let ids = |orgs: &[ReadyOrg]| orgs.iter().map(|org| org.org_id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(after).len(), 3);
    assert_eq!([&ids(after)[0], &ids(after)[2]], [&ids(&before)[0], &ids(&before)[1]]);
    let token = after[2].access_token.as_deref().expect("a token");
    let kept = emulator.ask(token, &format!("/services/data/v60.0/sobjects/Account/{}", made.field("id")));
    assert_eq!(kept.field("Name"), "Kept");
}

fn small_org(folder: &Path) {
    let org = json!({"orgName": "APAC", "admin": "ada@apac.test"});
    fs::write(folder.join("org.json"), org.to_string()).expect("a file");
    let plan = json!([{"sobject": "User", "files": ["User.json"]}]);
    fs::write(folder.join("data/plan.json"), plan.to_string()).expect("a file");
    let user = json!({"records": [{
        "attributes": {"type": "User"}, "Username": "ada@apac.test", "LastName": "Admin", "Email": "ada@apac.test",
        "Alias": "ada", "TimeZoneSidKey": "Asia/Tokyo", "LocaleSidKey": "ja_JP", "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "ja", "Profile": {"Name": "System Administrator"},
    }]});
    fs::write(folder.join("data/User.json"), user.to_string()).expect("a file");
}

#[test]
fn what_two_orgs_cannot_have_in_common() {
    let mistake = |file: &str, from: &str, to: &str| {
        let seed = two_orgs();
        let path = seed.path().join(file);
        let text = fs::read_to_string(&path).expect("a text");
        assert!(text.contains(from));
        fs::write(&path, text.replace(from, to)).expect("a text");
        let error = builder().seed(seed.path()).start().err().expect("a mistake").to_string();
        error.replace(&seed.path().display().to_string(), "SEED")
    };
    let org = "orgs/emea/org.json";
    let mistakes = [
        mistake(org, "\"emea-client-id\"", "\"fauxforce-client-id\""),
        mistake(org, "\"emea-refresh-token\"", "\"fauxforce-refresh-token\""),
        mistake(org, "\"myDomain\": \"emea\",", ""),
        mistake(org, "\"myDomain\": \"emea\"", "\"myDomain\": \"ACME\""),
        mistake(org, "\"myDomain\": \"emea\"", "\"myDomain\": \"1-2\""),
        mistake(org, "\"edition\": \"Developer\"", "\"edition\": \"Small\""),
        mistake("orgs/emea/data/User.json", "norole.owner@emea.test", "norole.owner@fauxforce.test"),
    ];
    insta::with_settings!({snapshot_path => "../../snapshots", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("login_orgs_mistakes", mistakes.join("\n"));
    });
    let empty = two_orgs();
    fs::remove_file(empty.path().join("orgs/emea/org.json")).expect("a file");
    let error = builder().seed(empty.path()).start().err().expect("a mistake").to_string();
    assert!(error.ends_with("orgs/emea/org.json: the seed has no such file; expected a file"), "{error}");
}
