//! Refused logins: what the login history says, where the browser ends, and what is left behind.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fauxforce::assertion::Status;
use fauxforce::assertion::issue::{Defect, malformed_response};
use fauxforce::message::{Response, StatusCode};
use fauxforce::model::id::Id;
use rusqlite::types::Value;

use crate::support::{ADA, Home, ORIGIN, PLUS, To, home, home_with, location, snapshot, text};

/// Posts what the identity provider sends with this mistake.
fn broken(home: &Home, how: Defect) -> Response {
    let statement = home.statement(To::Internal, "emp-1001", ADA);
    let xml = malformed_response(how, &statement, &home.signer(To::Internal)).expect("a broken Response");
    home.post(&home.acs(To::Internal), &[("SAMLResponse", &STANDARD.encode(xml))])
}

/// `LoginHistory.Status` and the failed steps of the youngest login.
fn youngest(home: &Home) -> (String, Vec<String>) {
    let login = home.world.lock().logins.all().remove(0);
    let failed = login.trace.steps.iter().filter(|step| !step.ok).map(|step| step.text().into_owned());
    (login.status.clone(), failed.collect())
}

/// Rows by table, as text.
fn tables(home: &Home) -> BTreeMap<String, Vec<String>> {
    let state = home.world.lock();
    let store = &state.orgs[0].store;
    let names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let names = store.rows(names, [], |row| row.get::<_, String>(0)).expect("the tables");
    let rows = |name: &String| {
        let width =
            store.rows(&format!("PRAGMA table_info(\"{name}\")"), [], |_| Ok(())).expect("columns").len();
        let rows = store.rows(&format!("SELECT * FROM \"{name}\""), [], |row| {
            (0..width).map(|column| row.get::<_, Value>(column)).collect::<Result<Vec<_>, _>>()
        });
        rows.expect("the rows").iter().map(|row| format!("{row:?}")).collect()
    };
    names.iter().map(|name| (name.clone(), rows(name))).collect()
}

#[test]
fn every_mistake_has_its_status_and_no_explanation() {
    let home = home();
    let mut told = String::new();
    for (name, how) in
        Defect::ALL.into_iter().filter(|(_, how)| !matches!(how, Defect::Comment | Defect::Replay))
    {
        let answer = broken(&home, how);
        assert_eq!(location(&answer), format!("{ORIGIN}/_nc_external/identity/saml/SamlError"), "{name}");
        assert_eq!(answer.status, StatusCode::FOUND, "{name}");
        let (status, failed) = youngest(&home);
        let why = failed.first().map(|text| text.replace('\n', " / ")).unwrap_or_default();
        let _ = writeln!(told, "{name}: {status}\n    {why}");
    }
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "[time]");
    settings.add_filter("_[0-9a-f]{32}", "[id]");
    settings.bind(|| snapshot("refused_by_mistake", &told));
    let history = home.records_of("LoginHistory", "Status");
    assert!(!history.iter().any(|status| status == "Success"), "{history:?}");
    assert_eq!(history.len(), 37);
}

#[test]
fn the_error_page_links_to_the_trace() {
    let home = home();
    let answer = broken(&home, Defect::Signature);
    assert!(!text(&answer).contains("ignature"), "{}", text(&answer));
    let page = home.get_with_cookie("/_nc_external/identity/saml/SamlError", "fauxforce_login=1");
    let page = text(&page);
    assert!(page.contains("<h1>Single Sign-On Error</h1>"), "{page}");
    let words = "We can't log you in because of an issue with single sign-on. Contact your Salesforce admin for help.";
    assert!(page.contains(words), "{page}");
    assert!(page.contains("href=\"/_fauxforce/logins/1\""), "{page}");
    let trace = home.get_with_accept("/_fauxforce/logins/1", "text/html");
    assert!(text(&trace).contains("<h1>Login 1: Failed: Signature Invalid</h1>"), "{}", text(&trace));
    let login = home.json("/_fauxforce/logins/1");
    assert_eq!(login["status"], "Failed: Signature Invalid");
    let history = login["loginHistoryId"].as_str().expect("a row");
    assert_eq!(home.json(&format!("/_fauxforce/logins/{history}")), login);
    assert_eq!(home.json("/_fauxforce/logins")["logins"].as_array().map(Vec::len), Some(1));
    assert_eq!(home.get("/_fauxforce/logins/99").status, StatusCode::NOT_FOUND);
}

#[test]
fn at_a_community_the_error_page_is_the_communitys() {
    let home = home();
    let told = home.login(To::Customers, "cora", &[("User.ProfileId", "Nonexistent")]);
    let page =
        format!("{ORIGIN}/customers/_nc_external/identity/saml/SamlError?ErrorCode=16&ErrorDescription=");
    assert!(told.starts_with(&format!("302 Found {page}")), "{told}");
}

#[test]
fn a_failed_login_leaves_only_its_history_behind() {
    let home = home();
    // What is told of a login looks profiles up, and so makes their table.
    home.world.lock().orgs[0].standard("Profile").expect("profiles");
    let before = tables(&home);
    let owner = home.user("norole.owner");
    let late = [
        ("Account.Name", "New"),
        ("Account.AccountNumber", "N-1"),
        ("Account.Owner", owner.as_str()),
        ("Contact.LastName", "Holt"),
        ("Contact.Email", "cora@acme.test"),
        ("User.Username", "cora@acme.test"),
        ("User.Email", "cora@acme.test"),
        ("User.LastName", "Holt"),
        ("User.ProfileId", PLUS),
    ];
    let told = home.login(To::Customers, "cora", &late);
    assert!(told.contains("inserted Contact"), "it got that far: {told}");
    assert!(told.contains("portal account owner must have a role"), "{told}");
    home.login(To::Internal, "emp-1001", &ADA[1..]);
    broken(&home, Defect::Digest);
    let after = tables(&home);
    // Tables are made when they are first looked at, and numbers are reserved ahead.
    let was = |name: &String| before.get(name).cloned().unwrap_or_default();
    let changed: Vec<_> =
        after.iter().filter(|(name, rows)| **rows != was(name) && *name != "_counter").collect();
    let names: Vec<_> = changed.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["LoginHistory"]);
    assert_eq!(changed[0].1.len(), 3);
}

#[test]
fn who_may_not_log_in_is_told_so_in_the_history() {
    let home = home();
    home.login(To::Internal, "emp-1001", ADA);
    let user = home.id("User", "Username", "ada@acme.test");
    let status = |home: &Home| {
        let told = home.login(To::Internal, "emp-1001", &[]);
        assert!(
            told.starts_with(&format!("302 Found {ORIGIN}/_nc_external/identity/saml/SamlError\n")),
            "{told}"
        );
        youngest(home).0
    };
    home.update("UserLogin", home.id("UserLogin", "UserId", user.as_str()), &[("IsFrozen", "true")]);
    assert_eq!(status(&home), "User Is Frozen");
    home.update("UserLogin", home.id("UserLogin", "UserId", user.as_str()), &[("IsFrozen", "false")]);
    home.update("User", user, &[("IsActive", "false")]);
    assert_eq!(status(&home), "User is Inactive");
}

#[test]
fn a_community_that_is_not_live_lets_nobody_in() {
    let home = home_with(|org| org.replacen("\"status\": \"Live\"", "\"status\": \"DownForMaintenance\"", 1));
    let told = home.login(To::Customers, "cora", &[]);
    assert!(told.contains("| Failed: Specified Site is Inactive |"), "{told}");
}

/// The statuses that an attribute or an address provokes.
#[test]
fn portal_site_and_configuration_have_statuses_of_their_own() {
    let home = home();
    let with = |more: &[(&str, &str)]| {
        home.login(To::Internal, "emp-1001", &[ADA, more].concat());
        youngest(&home).0
    };
    let org = Id::numbered("00D", 1);
    assert_eq!(with(&[("portal_id", "0600000000000AA")]), Status::MissingOrgId.text());
    assert_eq!(with(&[("organization_id", org.short())]), Status::MissingPortalId.text());
    assert_eq!(
        with(&[("portal_id", "nonsense"), ("organization_id", org.short())]),
        Status::InvalidPortalId.text()
    );
    assert_eq!(with(&[("siteurl", "https://evil.test")]), Status::InvalidSiteUrl.text());
    let response = home.signed(To::Internal, &home.statement(To::Internal, "emp-1001", ADA));
    home.post("/?sc=0LE000000000999", &[("SAMLResponse", &response)]);
    assert_eq!(youngest(&home).0, Status::InvalidConfig.text());
}

/// It says nothing by which a configuration could be chosen, and need not.
#[test]
fn a_response_that_only_says_no_is_judged_by_its_status() {
    let home = home_with(|org| {
        org.replacen(
            "\"userProvisioning\": true",
            "\"userProvisioning\": true, \"errorUrl\": \"https://acme.test/sorry\"",
            1,
        )
    });
    let post = |issuer: &str, codes: &str| {
        let issuer = match issuer {
            "" => String::new(),
            name => format!("<saml:Issuer>{name}</saml:Issuer>"),
        };
        let xml = format!(
            "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
             xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_no\" Version=\"2.0\" \
             IssueInstant=\"2026-01-01T00:00:00Z\">{issuer}<samlp:Status>{codes}</samlp:Status></samlp:Response>"
        );
        home.post("/", &[("SAMLResponse", &STANDARD.encode(xml))])
    };
    let code = |name: &str, inner: &str| {
        format!(
            "<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:{name}\">{inner}</samlp:StatusCode>"
        )
    };
    let failed = code("Responder", &code("AuthnFailed", ""));
    for issuer in ["https://idp.fauxforce.test/internal", "https://nobody.test", ""] {
        for codes in [&failed, &code("Requester", ""), ""] {
            let answer = post(issuer, codes);
            assert_eq!(youngest(&home).0, "Failed: Status Invalid", "{issuer} {codes}");
            let own = location(&answer) == "https://acme.test/sorry";
            assert_eq!(own, issuer == "https://idp.fauxforce.test/internal", "{}", location(&answer));
        }
    }
    // With an assertion of a configuration that is not there, too.
    let mut statement = home.statement(To::Internal, "emp-1001", ADA);
    statement.audience = "https://elsewhere.test".to_owned();
    statement.status = "Responder".to_owned();
    home.post("/", &[("SAMLResponse", &home.signed(To::Internal, &statement))]);
    assert_eq!(youngest(&home).0, "Failed: Status Invalid");
    // Whoever says yes must say more.
    post("https://idp.fauxforce.test/internal", &code("Success", ""));
    assert_eq!(youngest(&home).0, "Failed: Assertion Invalid");
    let printed = home.post(
        "/setup/secur/SAMLValidationPage.apexp",
        &[("thePage:block:theForm:Assertion", &STANDARD.encode("<x/>"))],
    );
    assert!(text(&printed).contains("Unexpected Exceptions"), "{}", text(&printed));
}

/// `AuthenticationServiceId`, `NetworkId`, `AuthContextClassRef`: of good and of bad logins.
#[test]
fn the_history_names_what_vouched_and_where() {
    let home = home();
    let rows = |columns: [&str; 3]| {
        columns.map(|column| {
            let state = home.world.lock();
            let sql = format!("SELECT \"{column}\" FROM \"LoginHistory\" ORDER BY \"Id\"");
            state.orgs[0]
                .store
                .rows(&sql, [], |row| row.get::<_, Option<String>>(0))
                .expect("a store")
                .pop()
                .flatten()
        })
    };
    let columns = ["AuthenticationServiceId", "NetworkId", "AuthContextClassRef"];
    let config = |name: &str| Some(home.id("SamlSsoConfig", "DeveloperName", name).to_string());
    home.login(To::Internal, "emp-1001", ADA);
    let class = Some("urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified".to_owned());
    assert_eq!(rows(columns), [config("Internal"), None, class.clone()]);
    home.login(To::Customers, "cora", &[("ProvisionVersion", "9")]);
    let network = Some(home.id("Network", "Name", "Customers").to_string());
    assert_eq!(rows(columns), [config("Communities"), network.clone(), class]);
    home.post("/customers/login", &[("username", "norole.owner@fauxforce.test"), ("pw", "fauxforce1")]);
    assert_eq!(rows(columns), [None, network, None]);
}
