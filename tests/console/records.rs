//! Lists, details and forms of records.

use crate::browser::Browser;
use crate::emulator::{Emulator, PASSWORD};

/// The address of a page's link with this text.
pub fn link(body: &str, text: &str) -> String {
    let before = body.split(&format!(">{text}</a>")).next().unwrap_or_default();
    assert!(before.len() < body.len(), "no link {text:?}: {body}");
    let url = before.rsplit("href=\"").next().unwrap_or_default().split('"').next().unwrap_or_default();
    url.replace("&#38;", "&").replace("&amp;", "&")
}

/// The action of the form around a button of this name.
pub fn form_of(body: &str, button: &str) -> String {
    let before = body.split(&format!("<button name=\"{button}\"")).next().unwrap_or_default();
    assert!(before.len() < body.len(), "no button {button:?}: {body}");
    let url = before.rsplit("action=\"").next().unwrap_or_default().split('"').next().unwrap_or_default();
    url.replace("&#38;", "&")
}

/// The hidden fields of the form around a button of this name.
pub fn hidden_of(body: &str, button: &str) -> Vec<(String, String)> {
    let before = body.split(&format!("<button name=\"{button}\"")).next().unwrap_or_default();
    let form = before.rsplit("<form").next().unwrap_or_default();
    form.split("<input type=\"hidden\" name=\"")
        .skip(1)
        .filter_map(|rest| {
            let (name, rest) = rest.split_once('"')?;
            let value = rest.split("value=\"").nth(1)?.split('"').next()?;
            Some((name.to_owned(), value.replace("&#38;", "&")))
        })
        .collect()
}

/// Presses a button that is a form of its own.
pub fn press(browser: &Browser, page: &crate::browser::Page, button: &str) -> crate::browser::Page {
    let mut fields = hidden_of(&page.body, button);
    fields.push((button.to_owned(), "1".to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    browser.post(&form_of(&page.body, button), &fields)
}

/// Fills in the form of a record: what it shows, but for these fields.
pub fn fill(browser: &Browser, page: &crate::browser::Page, fields: &[(&str, &str)]) -> crate::browser::Page {
    let form = page.body.split("id=\"editPage\"").nth(1).unwrap_or_else(|| panic!("no form: {}", page.body));
    let mut all: Vec<(String, String)> = Vec::new();
    for input in form.split("<input ").skip(1) {
        let input = input.split('>').next().unwrap_or_default();
        let part =
            |name: &str| Some(input.split(&format!("{name}=\"")).nth(1)?.split('"').next()?.to_owned());
        let (Some(name), Some(value)) = (part(" name").or_else(|| part("name")), part("value")) else {
            continue;
        };
        if !input.contains("type=\"checkbox\"") || input.contains(" checked") {
            all.push((name, value.replace("&#38;", "&")));
        }
    }
    for select in form.split("<select ").skip(1) {
        let name = select.split("name=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        let chosen = select.split("</select>").next().unwrap_or_default();
        let chosen = chosen.split("\" selected").next().filter(|before| before.len() < chosen.len());
        if let Some(value) = chosen.and_then(|before| before.rsplit("value=\"").next()) {
            all.push((name.to_owned(), value.to_owned()));
        }
    }
    all.retain(|(name, _)| !fields.iter().any(|(other, _)| other == name));
    let mut all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (&**name, &**value)).collect();
    all.extend(fields.iter().filter(|(_, value)| !value.is_empty()));
    all.push(("save", "1"));
    let action = page.body.split("id=\"editPage\"").next().unwrap_or_default();
    let action = action.rsplit("action=\"").next().unwrap_or_default().split('"').next().unwrap_or_default();
    browser.post(&action.replace("&#38;", "&"), &all)
}

#[test]
fn accounts_are_listed_made_changed_and_deleted() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let list = browser.open("/lightning/o/Account/list");
    assert_eq!(list.status, 200);
    for name in ["Acme Customers", "Acme Partners", "Norole Industries"] {
        assert!(list.body.contains(name), "{name}: {}", list.body);
    }
    let form = browser.open(&link(&list.body, "New"));
    let refused = fill(&browser, &form, &[("Name", ""), ("Phone", "123")]);
    assert!(refused.body.contains("Error: Invalid Data."), "{}", refused.body);
    assert!(refused.body.contains("Required fields are missing: [Name]"), "{}", refused.body);
    assert!(refused.body.contains("value=\"123\""), "what was filled in stays: {}", refused.body);
    let made = fill(&browser, &refused, &[("Name", "Globex"), ("Industry", "Banking")]);
    assert!(made.body.contains("Account Globex was created."), "{}", made.body);
    assert!(made.body.contains("<h1>Globex</h1>"));
    assert!(!browser.open("/lightning/page/home").body.contains("was created"), "it is told once");
    let form = browser.open(&link(&made.body, "Edit"));
    let changed = fill(&browser, &form, &[("Name", "Globex & Sons"), ("ParentId", "Acme Customers")]);
    assert!(changed.body.contains("Globex &#38; Sons"), "{}", changed.body);
    assert!(changed.body.contains(">Acme Customers</a>"), "{}", changed.body);
    let form = browser.open(&link(&changed.body, "Edit"));
    let unknown = fill(&browser, &form, &[("ParentId", "Nobody Ltd")]);
    assert!(unknown.body.contains("<strong>Error:</strong> No matches found."), "{}", unknown.body);
    for name in ["Twin", "Twin"] {
        fill(&browser, &browser.open("/001/e"), &[("Name", name)]);
    }
    let several = fill(&browser, &form, &[("ParentId", "Twin")]);
    assert!(several.body.contains("Multiple items found."), "{}", several.body);
    let id = changed.body.split("ID <code>").nth(1).expect("the id")[..18].to_owned();
    assert!(browser.open(&format!("/{id}")).body.contains("Globex &#38; Sons"), "the classic address");
    let gone = press(&browser, &changed, "Delete");
    assert!(gone.body.contains("was deleted"), "{}", gone.body);
    let not_found = browser.open(&format!("/{id}"));
    assert_eq!(not_found.status, 404, "{}", not_found.body);
}

#[test]
fn a_contact_begins_with_its_account() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let list = browser.open("/001/o?q=customers");
    assert!(!list.body.contains("Norole"), "{}", list.body);
    let account = browser.open(&link(&list.body, "Acme Customers"));
    let form = browser.open(&link(&account.body, "New Contact"));
    assert!(form.body.contains("name=\"AccountId\" value=\"Acme Customers\""), "{}", form.body);
    let made = fill(&browser, &form, &[("LastName", "Doe"), ("FirstName", "Jane"), ("Email", "no address")]);
    assert!(made.body.contains("aria-invalid=\"true\""), "{}", made.body);
    assert!(made.body.contains("invalid email address"), "{}", made.body);
    let made = fill(&browser, &made, &[("Email", "jane@acme.test")]);
    assert!(made.body.contains("Contact Jane Doe was created."), "{}", made.body);
}

#[test]
fn a_form_of_another_page_is_refused() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    for token in ["", "0000", "x"] {
        let fields = [("Name", "Forged"), ("_CONFIRMATIONTOKEN", token)];
        let answer = browser.post("/lightning/o/Account/new", &fields);
        assert_eq!(answer.status, 403, "{}", answer.body);
    }
    assert!(!browser.open("/lightning/o/Account/list").body.contains("Forged"));
}

#[test]
fn who_may_only_read_sees_no_buttons() {
    let emulator = Emulator::start();
    let browser = Browser::of(&emulator);
    browser.log_in(&browser.open("/login"), "readonly.owner@fauxforce.test", PASSWORD);
    let list = browser.open("/lightning/o/Account/list");
    assert!(list.body.contains("Acme Customers"), "{}", list.body);
    assert!(!list.body.contains(">New</a>"), "{}", list.body);
    let account = browser.open(&link(&list.body, "Acme Customers"));
    for button in [">Edit<", "Delete", "Enable As Partner"] {
        assert!(!account.body.contains(button), "{button}: {}", account.body);
    }
    assert_eq!(browser.open("/lightning/o/Account/new").status, 403);
    let id = account.body.split("ID <code>").nth(1).expect("the id")[..18].to_owned();
    assert_eq!(browser.open(&format!("/{id}/e")).status, 403);
}

#[test]
fn an_address_without_a_page_is_told() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let page = browser.open("/lightning/setup/NoSuchThing/home");
    assert_eq!(page.status, 404);
    assert!(page.body.contains("This emulator has no page at this address."), "{}", page.body);
}
