//! No page echoes what it is sent unescaped.

use crate::browser::Browser;
use crate::emulator::Emulator;

const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "</title><script>alert(1)</script>",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "%3Cscript%3E",
    "\\'; SELECT Id FROM User --",
    "%_\\%",
    "Robert'); DROP TABLE Account;--",
];

/// Whether a page has something that only a payload can have brought.
fn is_struck(body: &str) -> bool {
    ["<script>alert", "<img src=x", "<svg/onload", "href=\"javascript:"]
        .iter()
        .any(|part| body.contains(part))
}

#[test]
fn parameters_are_escaped() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let pages = [
        "/lightning/o/Account/list?q=",
        "/lightning/o/Account/list?filterName=",
        "/lightning/o/Account/list?lsi=",
        "/lightning/o/Account/list?after=x|",
        "/lightning/setup/ManageUsers/home?q=",
        "/lightning/o/Contact/new?defaultFieldValues=LastName=",
        "/005/e?contactId=",
        "/udd/PermissionSet/assignPermissionSet.apexp?userId=",
        "/lightning/setup/ManageUsers/page?address=",
        "/lightning/r/Account/x/view?x=",
        "/servlet/servlet.su?oid=",
    ];
    for page in pages {
        for payload in PAYLOADS {
            let encoded: String = form_urlencoded::byte_serialize(payload.as_bytes()).collect();
            let answer = browser.open(&format!("{page}{encoded}"));
            assert!(answer.status < 500, "{page}{encoded}: {}", answer.body);
            assert!(!is_struck(&answer.body), "{page}{encoded}: {}", answer.body);
        }
    }
}

#[test]
fn forms_are_escaped_and_so_is_what_they_save() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    for (path, names) in [
        ("/lightning/o/Account/new", ["Name", "Phone", "Website", "Description", "ParentId"]),
        ("/lightning/o/Contact/new", ["LastName", "FirstName", "Email", "AccountId", "Title"]),
        ("/005/e", ["LastName", "Username", "Email", "Alias", "ManagerId"]),
    ] {
        let form = browser.open(path);
        let token = form.body.split("_CONFIRMATIONTOKEN\" value=\"").nth(1).expect("a token");
        let token = token.split('"').next().expect("a token").to_owned();
        for payload in PAYLOADS {
            let mut fields: Vec<(&str, &str)> = names.iter().map(|name| (*name, *payload)).collect();
            fields.push(("_CONFIRMATIONTOKEN", &token));
            let all = browser.post(path, &fields);
            assert!(all.status < 500 && !is_struck(&all.body), "{path} {payload}: {}", all.body);
            // What every field may be: the record is saved, and shown.
            let one = browser.post(path, &[(names[0], payload), ("_CONFIRMATIONTOKEN", &token)]);
            assert!(one.status < 500 && !is_struck(&one.body), "{path} {payload}: {}", one.body);
        }
        let list = browser.open(&path.replace("/new", "/list").replace("/005/e", "/005/o"));
        assert!(!is_struck(&list.body), "{path}: {}", list.body);
    }
}
