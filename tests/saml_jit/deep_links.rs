//! Links into an org without a session and with one, and where a login leads that names a place.

use fauxforce::message::{Method, Response, StatusCode};

use crate::support::{ADA, Home, ORIGIN, To, cookie, form, home, location, text};

const PAGES: &[&str] = &[
    "/lightning/r/Account/001Ff0000000001IAA/view",
    "/lightning/o/Account/list?filterName=Recent",
    "/lightning/page/home",
    "/lightning/n/Kitchen",
    "/lightning/setup/ManageUsers/home",
    "/lightning",
    "/one/one.app",
    "/apex/Kitchen?id=1",
    "/setup/home",
    "/setup/ui/listCustomSettings.apexp",
    "/001Ff0000000001",
    "/001Ff0000000001IAA/e?retURL=%2F001",
    "/005",
    "/home/home.jsp",
    "/_ui/search/ui/UnifiedSearchResults",
];

const PAGES_OF_SITES: &[&str] = &[
    "/customers/",
    "/customers/s",
    "/customers/s/account/001Ff0000000001IAA",
    "/customers/s/case/Default?tab=1",
    "/customers/apex/Kitchen",
];

fn on_host(home: &Home, host: &str, target: &str, cookie: &str) -> Response {
    home.request(Method::GET, target, String::new(), &[("host", host), ("cookie", cookie)])
}

/// The values of a parameter in the addresses on a page.
fn relay_states(page: &str) -> Vec<String> {
    let urls = page
        .split("authn-request.jsp?")
        .skip(1)
        .map(|rest| rest.split(['\'', '"']).next().unwrap_or_default());
    let urls = urls.map(|url| url.replace("&amp;", "&").replace("&#38;", "&"));
    let relay = |url: String| {
        form_urlencoded::parse(url.as_bytes())
            .find(|(name, _)| name == "RelayState")
            .map(|(_, value)| value.into_owned())
    };
    urls.filter_map(relay).collect()
}

/// A browser of an internal user and one of a customer, by their cookies.
fn logged_in(home: &Home, to: To, relay: &str) -> (Response, String) {
    let (subject, attributes) = match to {
        To::Internal => ("emp-1001", ADA),
        _ => {
            home.contact("Acme Customers", "Holt", "cora@acme.test");
            let cora: crate::support::Attributes = &[
                ("Contact.LastName", "Holt"),
                ("Contact.Email", "cora@acme.test"),
                ("User.Username", "cora@acme.test"),
                ("User.Email", "cora@acme.test"),
                ("User.LastName", "Holt"),
                ("User.ProfileId", crate::support::CUSTOMER),
            ];
            ("cora", cora)
        }
    };
    let response = home.signed(to, &home.statement(to, subject, attributes));
    let answer = home.post(&home.acs(to), &[("SAMLResponse", &response), ("RelayState", relay)]);
    let sid = cookie(&answer, "sid").expect("sid");
    (answer, format!("sid={sid}"))
}

#[test]
fn a_link_leads_to_the_login_and_from_there_back() {
    for (to, pages) in [(To::Internal, PAGES), (To::Customers, PAGES_OF_SITES)] {
        let home = home();
        let (_, session) = logged_in(&home, to, "/");
        for page in pages {
            let answer = home.get(page);
            assert_eq!(answer.status, StatusCode::OK, "{page}");
            let login = text(&answer);
            assert!(login.contains("id=\"login_form\""), "{page}: {login}");
            let start = format!("name=\"startURL\" value=\"{}\"", page.replace('&', "&#38;"));
            assert!(login.contains(&start), "{page}: {login}");
            let states = relay_states(&login);
            assert!(!states.is_empty() && states.iter().all(|state| state == page), "{page}: {states:?}");
            let there = text(&home.get_with_cookie(page, &session));
            assert!(there.contains("Logged in as"), "{page}: {there}");
        }
        let (answer, _) = logged_in_again(&home, to, pages[0]);
        assert!(location(&answer).ends_with(&form(&[("retURL", pages[0])])), "{}", location(&answer));
    }
}

fn logged_in_again(home: &Home, to: To, relay: &str) -> (Response, String) {
    let subject = if to == To::Internal { "emp-1001" } else { "cora" };
    let response = home.signed(to, &home.statement(to, subject, if to == To::Internal { ADA } else { &[] }));
    let answer = home.post(&home.acs(to), &[("SAMLResponse", &response), ("RelayState", relay)]);
    let sid = cookie(&answer, "sid").unwrap_or_default();
    (answer, sid)
}

#[test]
fn the_root_of_a_community_is_a_page_of_it() {
    let home = home();
    for path in ["/customers", "/customers/"] {
        let login = text(&home.get(path));
        assert!(login.contains("name=\"startURL\" value=\"/customers/\""), "{path}: {login}");
    }
}

#[test]
fn a_password_leads_back_to_the_link() {
    let home = home();
    let fields = [("username", "admin@fauxforce.test"), ("pw", "fauxforce1"), ("startURL", PAGES[0])];
    let answer = home.post("/login", &fields);
    assert!(location(&answer).ends_with(&form(&[("retURL", PAGES[0])])), "{}", location(&answer));
}

#[test]
fn what_is_no_page_is_not_found() {
    let home = home();
    let (_, session) = logged_in(&home, To::Internal, "/");
    for path in [
        "/nowhere",
        "/zzzFf0000000001",
        "/001Ff000000000!",
        "/zzz",
        "/s/account",
        "/lightningx",
        "/services/nothing",
    ] {
        assert_eq!(home.get(path).status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(home.get_with_cookie(path, &session).status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(home.post("/lightning/page/home", &[]).status, StatusCode::NOT_FOUND);
}

#[test]
fn the_root_of_an_org_is_its_login_or_its_home() {
    let home = home();
    let (_, session) = logged_in(&home, To::Internal, "/");
    for host in [
        "fauxforce.my.salesforce.com",
        "fauxforce.localhost:7332",
        "FAUXFORCE.lightning.force.com",
        "login.salesforce.com",
    ] {
        let login = text(&on_host(&home, host, "/", ""));
        assert!(login.contains("id=\"login_form\""), "{host}: {login}");
    }
    for host in ["fauxforce.my.salesforce.com", "fauxforce.localhost:7332"] {
        let there = text(&on_host(&home, host, "/", &session));
        assert!(there.contains("Logged in as"), "{host}: {there}");
    }
    let tool = text(&home.get("/"));
    assert!(!tool.contains("login_form"), "the address that all orgs share has the page of the tool: {tool}");
}

#[test]
fn a_journey_to_another_site_ends_here() {
    let home = home();
    for foreign in [
        "https://evil.test/",
        "//evil.test",
        "/\\evil.test",
        "http://localhost:73320/",
        "https://fauxforce.evil.test/",
        "https://fauxforce.my.salesforce.com.evil.test/",
        "https://fauxforce.my.salesforce.com@evil.test/",
        "https://other.my.salesforce.com/",
        "HTTPS://EVIL.TEST",
    ] {
        let (_, _) = logged_in_again(&home, To::Internal, "/");
        let response = home.signed(To::Internal, &home.statement(To::Internal, "emp-1001", ADA));
        let answer = home.post("/", &[("SAMLResponse", &response), ("RelayState", foreign)]);
        assert_eq!(answer.status, StatusCode::FOUND, "{foreign}");
        let leads = answer.headers["location"].to_str().expect("ASCII").to_owned();
        let door = home.get(leads.strip_prefix(ORIGIN).expect("our own front door"));
        let page = text(&door);
        assert!(
            page.contains("Invalid Page Redirection") && !page.contains("window.location"),
            "{foreign}: {page}"
        );
        assert!(cookie(&door, "sid").is_some(), "the login itself is good: {foreign}");
        let sid = cookie(&answer, "sid").expect("sid");
        let by_form =
            home.get(&format!("/secur/frontdoor.jsp?{}", form(&[("sid", &sid), ("startURL", foreign)])));
        assert!(text(&by_form).contains("Invalid Page Redirection"), "{foreign}");
    }
    let fields =
        [("username", "admin@fauxforce.test"), ("pw", "fauxforce1"), ("startURL", "https://evil.test/")];
    let leads = home.post("/login", &fields).headers["location"].to_str().expect("ASCII").to_owned();
    let page = text(&home.get(leads.strip_prefix(ORIGIN).expect("our own front door")));
    assert!(page.contains("Invalid Page Redirection"), "{page}");
}

#[test]
fn a_changed_password_leads_to_no_other_site() {
    let home = home();
    let fields = [("username", "admin@fauxforce.test"), ("pw", "fauxforce1")];
    let sid = cookie(&home.post("/login", &fields), "sid").expect("sid");
    let mut old = "fauxforce1".to_owned();
    for (number, (back, ends)) in [
        ("https://evil.test/", None),
        ("//evil.test", None),
        ("https://fauxforce.my.salesforce.com/001", Some("/001")),
        ("/001", Some("/001")),
    ]
    .into_iter()
    .enumerate()
    {
        let new = format!("another{number}pass");
        let body = form(&[
            ("currentpassword", &old),
            ("newpassword", &new),
            ("confirmpassword", &new),
            ("retURL", back),
        ]);
        let headers = [("cookie", &*format!("sid={sid}"))];
        let answer = home.request(Method::POST, "/_ui/system/security/ChangePassword", body, &headers);
        match ends {
            Some(path) => assert_eq!(location(&answer), format!("{ORIGIN}{path}")),
            None => assert!(text(&answer).contains("Invalid Page Redirection"), "{back}: {}", text(&answer)),
        }
        old = new;
    }
}

#[test]
fn a_relay_state_of_the_org_by_another_name_is_a_place_in_it() {
    let home = home();
    for (relay, target) in [
        ("/001", "/001"),
        ("https://fauxforce.my.salesforce.com/001", "/001"),
        ("https://fauxforce.lightning.force.com", "/"),
        ("https://fauxforce.my.site.com/customers/s/?a=b", "/customers/s/?a=b"),
        ("http://localhost:7332/001", "http://localhost:7332/001"),
        // A text of the identity provider's own.
        ("ss:mem:4711", "/home/home.jsp"),
        ("javascript:alert(1)", "/home/home.jsp"),
    ] {
        let response = home.signed(To::Internal, &home.statement(To::Internal, "emp-1001", ADA));
        let answer = home.post("/", &[("SAMLResponse", &response), ("RelayState", relay)]);
        let leads = answer.headers["location"].to_str().expect("ASCII").to_owned();
        let page = text(&home.get(leads.strip_prefix(ORIGIN).expect("our own front door")));
        assert!(
            page.contains(&format!("window.location.href = \"{}\";", target.replace('&', "\\u0026"))),
            "{relay}: {page}"
        );
    }
}

#[test]
fn a_login_page_has_the_buttons_of_its_own_configurations() {
    let home = home();
    let labels = |path: &str| {
        let page = text(&home.get(path));
        let buttons =
            page.split("Log in with <span>").skip(1).map(|rest| rest.split('<').next().unwrap_or_default());
        buttons.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(labels("/login"), ["Internal users"]);
    assert_eq!(labels("/customers/login"), ["Customers and partners"]);
    assert_eq!(labels("/partners/s/"), ["Customers and partners"]);
    let page = text(&home.get("/login"));
    let link =
        page.split("<noscript><a class=\"button\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
    let link = link.expect("a link for browsers without scripts").replace("&#38;", "&");
    let asked = text(&home.get(link.strip_prefix(ORIGIN).expect("our own URL")));
    assert!(asked.contains("name=\"SAMLRequest\""), "{asked}");
    let known = home.json("/customers/.well-known/auth-configuration");
    let names = known["SamlProviders"].as_array().expect("a list");
    assert_eq!((names.len(), &names[0]["Name"]), (1, &"Customers and partners".into()));
}

#[test]
fn configurations_without_a_page_are_on_all() {
    let everywhere = crate::support::home_with(|org| {
        org.replace("      \"loginPages\": [\"internal\"],\n", "")
            .replace("      \"loginPages\": [\"customers\", \"partners\"],\n", "")
    });
    for path in ["/login", "/customers/login"] {
        assert_eq!(text(&everywhere.get(path)).matches("Log in with <span>").count(), 2, "{path}");
    }
    let unknown = crate::support::home_of(|files| {
        let org = files["org.json"].replace("\"partners\"]", "\"nowhere\"]");
        files.insert("org.json".to_owned(), org);
    });
    let told = unknown.err().expect("refused");
    assert!(told.contains("there is no login page \"nowhere\""), "{told}");
}
