//! `fauxforce saml` against `fauxforce serve`, each in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::server::Server;

/// The time that a deterministic server begins at.
const BEGINNING: &str = "2026-01-01T00:00:00Z";

const ADA: [&str; 10] = [
    "--attribute",
    "User.Username=ada@acme.test",
    "--attribute",
    "User.Email=ada@acme.test",
    "--attribute",
    "User.LastName=Lovelace",
    "--attribute",
    "User.FirstName=Ada",
    "--attribute",
    "User.ProfileId=Standard User",
];

fn saml(server: &Server, command: &str) -> Command {
    let mut saml = Command::new(env!("CARGO_BIN_EXE_fauxforce"));
    saml.args(["saml", command, "--at", BEGINNING, "--ready-file"]).arg(server.ready_file());
    saml
}

/// Posts a Response; gives what the command prints.
fn posted(server: &Server, more: &[&str]) -> String {
    let mut command = saml(server, "response");
    let output = command.args(["--name-id", "emp-1001", "--post"]).args(more).output().expect("the command");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build().into()
}

fn get(url: &str) -> String {
    agent().get(url).call().expect("an answer").body_mut().read_to_string().expect("a text")
}

#[test]
fn a_response_is_posted_and_its_session_used() {
    let server = Server::start();
    let printed = posted(&server, &ADA);
    assert!(printed.starts_with("302 Found\nLocation: "), "{printed}");
    let sid = printed.lines().find_map(|line| line.trim().strip_prefix("sid: ")).expect("a session id");
    let answer = agent()
        .get(format!(
            "{}/services/data/v60.0/query?q=SELECT+Username+FROM+User+WHERE+FirstName='Ada'",
            server.told("url")
        ))
        .header("Authorization", format!("Bearer {sid}"))
        .call();
    let text = answer.expect("an answer").body_mut().read_to_string().expect("a text");
    assert!(text.contains("\"Username\":\"ada@acme.test\""), "{text}");
}

#[test]
fn a_broken_response_ends_at_the_error_page_and_is_explained() {
    let server = Server::start();
    let url = server.told("url");
    for (how, status) in [
        ("audience", "Failed: Audience Invalid"),
        ("signature", "Failed: Signature Invalid"),
        ("wrapping3", "Failed: Assertion Invalid"),
        ("hmac", "Failed: Signature Invalid"),
    ] {
        let printed = posted(&server, &["--break", how]);
        assert!(printed.contains("/_nc_external/identity/saml/SamlError"), "{how}: {printed}");
        let logins = get(&format!("{url}/_fauxforce/logins"));
        let logins: serde_json::Value = serde_json::from_str(&logins).expect("JSON");
        assert_eq!(logins["logins"][0]["status"], status, "{how}");
    }
    let printed = posted(&server, &[ADA.as_slice(), &["--break", "replay"]].concat());
    assert!(printed.contains("frontdoor.jsp"), "{printed}");
    assert!(printed.contains("SamlError"), "{printed}");
}

/// `fauxforce saml idp`; dropping it ends it.
struct IdentityProvider {
    process: Child,
    url: String,
}

impl IdentityProvider {
    fn start(server: &Server) -> IdentityProvider {
        let mut process =
            saml(server, "idp").args(["--port", "0"]).stdout(Stdio::piped()).spawn().expect("the command");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("standard output");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let url = line.split_whitespace().last().expect("a URL").trim_end_matches('/').to_owned();
        IdentityProvider { process, url }
    }
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// The value of a hidden field of a page.
fn field(page: &str, name: &str) -> String {
    let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_default();
    let value = after.split('"').next().unwrap_or_default();
    quick_xml::escape::unescape(value).expect("escaped").into_owned()
}

/// The service provider asks, the form of the identity provider answers, the browser has a session.
#[test]
fn a_browser_logs_in_through_the_identity_provider() {
    let server = Server::start();
    let provider = IdentityProvider::start(&server);
    let login =
        get(&format!("{}/customers/login?startURL=%2Fcustomers%2Fs%2F%3Ftab%3D1", server.told("url")));
    let button = login.split("useIdp('Customers and partners', '").nth(1).expect("a button");
    let url = button.split('\'').next().expect("a URL").replace("&amp;", "&");
    let asking = get(&url);
    assert_eq!(field(&asking, "RelayState"), "/customers/s/?tab=1", "{asking}");
    let request =
        [("SAMLRequest", field(&asking, "SAMLRequest")), ("RelayState", field(&asking, "RelayState"))];
    let post = |url: &str, fields: &[(&str, String)]| {
        let fields = fields.iter().map(|(name, value)| (*name, value.as_str()));
        agent().post(url).send_form(fields).expect("an answer")
    };
    let form = post(&format!("{}/sso", provider.url), &request).body_mut().read_to_string().expect("a form");
    let names = ["to", "in_response_to", "acs", "audience", "RelayState"];
    let mut fields: Vec<(&str, String)> = names.iter().map(|name| (*name, field(&form, name))).collect();
    fields.push(("name_id", "cust-77".to_owned()));
    let account = "Account.Name=New\nAccount.AccountNumber=N-1\n";
    let owner = format!("Account.Owner={}\n", owner(&server));
    let rest = "Contact.Email=c@x.test\nContact.LastName=Holt\nUser.ProfileId=Acme Customer Community User\n\
                User.Username=c@x.test\nUser.Email=c@x.test\nUser.LastName=Holt";
    fields.push(("attributes", [account, &owner, rest].concat()));
    let page = post(&format!("{}/login", provider.url), &fields).body_mut().read_to_string().expect("a page");
    let response =
        [("SAMLResponse", field(&page, "SAMLResponse")), ("RelayState", field(&page, "RelayState"))];
    let answer = post(&field(&form, "acs"), &response);
    let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert!(location.contains("/customers/secur/frontdoor.jsp?sid="), "{location}");
    assert!(location.ends_with("&retURL=%2Fcustomers%2Fs%2F%3Ftab%3D1"), "{location}");
    let logins: serde_json::Value =
        serde_json::from_str(&get(&format!("{}/_fauxforce/logins", server.told("url")))).expect("JSON");
    assert_eq!(logins["logins"][0]["status"], "Success");
}

/// Nothing has to be typed.
#[test]
fn the_login_form_is_filled_with_what_logs_in() {
    let server = Server::start();
    let provider = IdentityProvider::start(&server);
    for to in ["internal", "customers", "partners"] {
        let form = get(&format!("{}/?to={to}", provider.url));
        let names = ["to", "acs", "audience", "name_id"];
        let mut fields: Vec<(&str, String)> = names.iter().map(|name| (*name, field(&form, name))).collect();
        let area = form.split("</textarea>").next().and_then(|before| before.rsplit('>').next());
        let area = quick_xml::escape::unescape(area.unwrap_or_default()).expect("escaped").into_owned();
        fields.push(("attributes", area));
        let fields = fields.iter().map(|(name, value)| (*name, value.as_str()));
        let page = agent().post(format!("{}/login", provider.url)).send_form(fields).expect("an answer");
        let page = page.into_body().read_to_string().expect("a page");
        let response = [("SAMLResponse", field(&page, "SAMLResponse"))];
        let answer = agent().post(field(&form, "acs")).send_form(response).expect("an answer");
        let location = answer.headers().get("location").and_then(|value| value.to_str().ok());
        assert!(
            location.is_some_and(|location| location.contains("frontdoor.jsp?sid=")),
            "{to}: {location:?}"
        );
    }
}

/// The id of the channel manager.
fn owner(server: &Server) -> String {
    let query = "SELECT+Id+FROM+User+WHERE+Username='channel.manager@fauxforce.test'";
    let answer = agent()
        .get(format!("{}/services/data/v60.0/query?q={query}", server.told("url")))
        .header("Authorization", format!("Bearer {}", server.told("accessToken")))
        .call();
    let text = answer.expect("an answer").body_mut().read_to_string().expect("a text");
    let answer: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    answer["records"][0]["Id"].as_str().expect("an id").to_owned()
}
