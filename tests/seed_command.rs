//! `fauxforce seed`: what it writes can be served, what it says of mistakes, and each preset in use.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use fauxforce::Server;
use serde_json::{Value, json};

const PRESETS: [&str; 6] = ["community", "entra", "okta", "onelogin", "pingone", "sailpoint"];

fn seed(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fauxforce"));
    command.arg("seed").args(arguments).current_dir(folder).output().expect("a process")
}

fn init(folder: &Path, preset: Option<&str>) {
    let mut arguments = vec!["init", "org"];
    arguments.extend(preset.iter().flat_map(|name| ["--preset", name]));
    let output = seed(folder, &arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What `seed check` says, and whether that is a success.
fn check(folder: &Path) -> (String, bool) {
    let output = seed(folder, &["check", "org"]);
    (String::from_utf8(output.stdout).expect("text"), output.status.success())
}

fn change(folder: &Path, file: &str, right: &str, wrong: &str) {
    let path = folder.join("org").join(file);
    let text = fs::read_to_string(&path).expect("a file");
    assert!(text.contains(right), "{file} has no {right}");
    fs::write(path, text.replacen(right, wrong, 1)).expect("a file");
}

#[test]
fn what_init_writes_has_no_mistakes() {
    for preset in PRESETS.map(Some).into_iter().chain([None]) {
        let folder = tempfile::tempdir().expect("a folder");
        init(folder.path(), preset);
        assert_eq!(check(folder.path()), ("org: no mistakes\n".to_owned(), true), "{preset:?}");
        // Editors find the schema.
        assert!(folder.path().join("org/org.schema.json").is_file());
        let output = seed(folder.path(), &["init", "org"]);
        assert!(!output.status.success(), "it is not empty");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let output = seed(folder.path(), &["init", "org", "--preset", "octa"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(told, format!("error: there is no preset \"octa\"; there are {}\n", PRESETS.join(", ")));
}

#[test]
fn all_mistakes_are_told_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    init(folder, None);
    let people = "data/User.json";
    change(folder, people, "\"LastName\": \"Integration\"", "\"Surname\": \"Integration\"");
    change(
        folder,
        people,
        "\"Profile\": {\"Name\": \"Read Only\"}",
        "\"Profile\": {\"Name\": \"Reed Only\"}",
    );
    change(folder, people, "\"LocaleSidKey\": \"en_US\"", "\"LocaleSidKey\": \"english\"");
    change(
        folder,
        "data/Account.json",
        "{\"type\": \"Account\", \"referenceId\": \"AcmeC",
        "{\"type\": \"Contact\", \"referenceId\": \"AcmeC",
    );
    change(folder, "org.json", "keys/idp-internal.crt", "keys/idp-interna.crt");
    change(
        folder,
        "org.json",
        "\"jwtCertificate\": \"keys/jwt.crt\"",
        "\"jwtCertificate\": \"keys/jwd.crt\"",
    );
    change(
        folder,
        "org.json",
        "\"identityMapping\": \"FederationId\"",
        "\"identityMapping\": \"FederationID\"",
    );
    fs::write(folder.join("org/data/Contact.json"), "{\"records\": []}").expect("a file");
    let fields = folder.join("org/force-app/main/default/objects/User/fields");
    let field = |name: &str, rest: &str| {
        let text =
            format!("<CustomField>\n<fullName>{name}</fullName>\n<label>X</label>\n{rest}\n</CustomField>");
        fs::write(fields.join("Badge__c.field-meta.xml"), text).expect("a file");
    };
    field("Badge__c", "<type>Text</type>");
    let (mut told, success) = check(folder);
    assert!(!success);
    field("Budge__c", "<type>Text</type>\n<length>20</length>");
    told += "\nanother name:\n";
    told += &check(folder).0.lines().filter(|line| line.contains("Badge__c")).collect::<Vec<_>>().join("\n");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("seed_check", told));
}

#[test]
fn all_mistakes_of_org_json_are_told_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    init(folder, Some("okta"));
    for (right, wrong) in [
        ("\"orgName\"", "\"orgNmae\""),
        ("\"edition\": \"Developer\"", "\"edition\": \"Devloper\""),
        ("\"portalRolesPerAccount\": 1", "\"portalRolesPerAccount\": \"one\""),
        ("\"expiresAfterDays\": 0", "\"expiresAfter\": 0"),
        ("\"userProvisioning\": true", "\"userProvisioning\": \"yes\""),
        ("\"features\": [\"Communities\"]", "\"features\": \"Communities\""),
        ("\"clientSecret\"", "\"secret\""),
    ] {
        let path = folder.join("org/org.json");
        let text = fs::read_to_string(&path).expect("a file");
        // Written over several lines, as the presets are.
        let right = if text.contains(right) {
            right.to_owned()
        } else {
            right.replace("[\"", "[\n    \"").replace("\"]", "\"\n  ]")
        };
        change(folder, "org.json", &right, wrong);
    }
    let (told, success) = check(folder);
    assert!(!success);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("seed_check_org_json", told));
}

#[test]
fn the_folder_is_wanted_and_not_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    init(folder.path(), None);
    let output = seed(folder.path(), &["check", "org/org.json"]);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "org/org.json: is a file; expected the seed's folder, such as org\n"
    );
}

#[test]
fn the_schema_is_served_and_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let printed = seed(folder.path(), &["schema"]).stdout;
    let server = Server::builder().start().expect("a server");
    let url = format!("{}/_fauxforce/org.schema.json", server.url);
    let served = ureq::get(&url).call().expect("an answer").body_mut().read_to_vec().expect("bytes");
    assert_eq!(served, printed);
    let schema: Value = serde_json::from_slice(&printed).expect("JSON");
    assert!(schema["properties"]["connectedApps"].is_object());
}

/// A server of a preset, and a session of its integration user.
struct Provisioner {
    server: Server,
    agent: ureq::Agent,
    token: String,
    _folder: tempfile::TempDir,
}

impl Provisioner {
    fn of(preset: &str, grant: &[(&str, &str)]) -> Provisioner {
        let folder = tempfile::tempdir().expect("a folder");
        init(folder.path(), Some(preset));
        let server =
            Server::builder().seed(folder.path().join("org")).deterministic().start().expect("a server");
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let app = &server.ready.first;
        let client = [
            ("client_id", app.client_id.as_deref().expect("a client")),
            ("client_secret", app.client_secret.as_deref().expect("a secret")),
        ];
        let form: Vec<_> = grant.iter().copied().chain(client).collect();
        let url = format!("{}/services/oauth2/token", server.url);
        let token: Value =
            agent.post(&url).send_form(form).expect("an answer").body_mut().read_json().expect("JSON");
        let token = token["access_token"].as_str().unwrap_or_else(|| panic!("{preset}: {token}")).to_owned();
        Provisioner { server, agent, token, _folder: folder }
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/services/data/v60.0/{path}", self.server.url))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(body.map(Value::to_string).unwrap_or_default())
            .expect("a request");
        let mut answer = self.agent.run(request).expect("an answer");
        let text = answer.body_mut().read_to_string().expect("text");
        (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or_default())
    }

    fn id(&self, soql: &str) -> String {
        let (status, answer) = self.ask("GET", &format!("query?q={}", soql.replace(' ', "+")), None);
        assert_eq!(status, 200, "{answer}");
        answer["records"][0]["Id"].as_str().unwrap_or_else(|| panic!("{soql} finds nothing")).to_owned()
    }

    /// Joiner, mover, leaver: what the products have in common.
    fn provisions_employees(&self) {
        let profile = self.id("SELECT Id FROM Profile WHERE Name = 'Standard User'");
        let person = json!({
            "Username": "grace@acme.test", "Email": "grace@acme.test", "LastName": "Hopper", "Alias": "grace",
            "FederationIdentifier": "grace", "ProfileId": profile, "TimeZoneSidKey": "America/Los_Angeles",
            "LocaleSidKey": "en_US", "EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "en_US",
        });
        let (status, answer) = self.ask("POST", "sobjects/User", Some(&person));
        assert_eq!(status, 201, "{answer}");
        let user = answer["id"].as_str().expect("an id").to_owned();
        let set = self.id("SELECT Id FROM PermissionSet WHERE Name = 'Provisioning'");
        let assignment = json!({"AssigneeId": user, "PermissionSetId": set});
        let (status, answer) = self.ask("POST", "sobjects/PermissionSetAssignment", Some(&assignment));
        assert_eq!(status, 201, "{answer}");
        let path = format!("sobjects/User/{user}");
        for change in [json!({"Department": "Research"}), json!({"IsActive": false})] {
            let (status, answer) = self.ask("PATCH", &path, Some(&change));
            assert_eq!(status, 204, "{answer}");
        }
        let mut again = person;
        again.as_object_mut().expect("an object").remove("FederationIdentifier");
        let (_, answer) = self.ask("POST", "sobjects/User", Some(&again));
        assert_eq!(answer[0]["errorCode"], "DUPLICATE_USERNAME", "{answer}");
    }
}

#[test]
fn products_that_hold_a_refresh_token_provision() {
    for (preset, token) in [
        ("okta", "okta-refresh-token"),
        ("onelogin", "onelogin-refresh-token"),
        ("pingone", "pingone-refresh-token"),
    ] {
        let grant = [("grant_type", "refresh_token"), ("refresh_token", token)];
        Provisioner::of(preset, &grant).provisions_employees();
    }
}

#[test]
fn sailpoint_provisions_by_client_credentials() {
    Provisioner::of("sailpoint", &[("grant_type", "client_credentials")]).provisions_employees();
}

#[test]
fn entra_provisions_with_a_password_and_a_security_token() {
    let password = [
        ("grant_type", "password"),
        ("username", "integration@fauxforce.test"),
        ("password", "fauxforce1FAUXFORCETOKEN1"),
    ];
    Provisioner::of("entra", &password).provisions_employees();
}

#[test]
fn a_community_takes_visitors() {
    let password =
        [("grant_type", "password"), ("username", "admin@fauxforce.test"), ("password", "fauxforce1")];
    let community = Provisioner::of("community", &password);
    let url = format!("{}/customers/CommunitiesSelfReg", community.server.url);
    let form = [
        ("firstName", "Grace"),
        ("lastName", "Hopper"),
        ("communityNickname", "grace"),
        ("email", "grace@acme.test"),
    ];
    let answer = community.agent.post(&url).send_form(form).expect("an answer");
    assert!(answer.status().as_u16() < 400, "{answer:?}");
    community.id("SELECT Id FROM User WHERE Username = 'grace@acme.test' AND ContactId != null");
    assert!(community.server.ready.first.saml.contains_key("customers"));
    assert!(community.server.ready.first.saml.contains_key("partners"));
}
