//! A contact becomes a customer user and a partner user.

use crate::browser::Browser;
use crate::emulator::Emulator;
use crate::records::{fill, link, press};

fn contact(browser: &Browser, account: &str, last: &str, email: &str) -> crate::browser::Page {
    let form = browser.open("/lightning/o/Contact/new");
    let made = fill(
        browser,
        &form,
        &[("FirstName", "Jane"), ("LastName", last), ("Email", email), ("AccountId", account)],
    );
    assert!(made.body.contains("was created"), "{}", made.body);
    made
}

#[test]
fn a_contact_becomes_a_customer_user() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let page = contact(&browser, "Acme Customers", "Doeringer", "jane@acme.test");
    assert!(!page.body.contains("Enable Partner User"), "not of a partner account: {}", page.body);
    let form = browser.open(&link(&page.body, "Enable Customer User"));
    for filled in [
        "name=\"Alias\" value=\"jdoer\"",
        "name=\"Username\" value=\"jane@acme.test\"",
        "name=\"CommunityNickname\" value=\"jane\"",
        "Acme Customer Community User",
        "Generate new password and notify user immediately",
    ] {
        assert!(form.body.contains(filled), "{filled}: {}", form.body);
    }
    assert!(!form.body.contains("Acme Partner Community User"), "{}", form.body);
    let made = fill(&browser, &form, &[]);
    assert!(made.body.contains("User Jane Doeringer was created."), "{}", made.body);
    assert!(made.body.contains("Customer Community"), "{}", made.body);
    let page = browser.open(&link(&made.body, "Jane Doeringer"));
    assert!(!page.body.contains("Enable Customer User"), "{}", page.body);
    assert!(page.body.contains("View Customer User"), "{}", page.body);
    // Log in as, and back.
    let site = press(&browser, &page, "LoginToNetworkAsUser");
    assert!(site.url.ends_with("/customers/s/"), "{}", site.url);
    assert!(site.body.contains("Log out as Jane Doeringer"), "{}", site.body);
    assert!(!site.body.contains("Setup"), "{}", site.body);
    assert_eq!(browser.open("/lightning/o/Account/list").status, 403);
    assert_eq!(browser.open("/customers/s/account").status, 200);
    let back = browser.open("/secur/logout.jsp");
    assert!(back.body.contains("Logged in as <span id=\"username\">admin@fauxforce.test"), "{}", back.body);
    let trail = emulator.server.url.clone();
    assert!(!trail.is_empty());
    // Disable.
    let page = press(&browser, &browser.open(&page.url), "DisableCustomerPortal");
    assert!(page.body.contains("Jane Doeringer was disabled."), "{}", page.body);
    assert!(page.body.contains("Enable Customer User"), "{}", page.body);
}

#[test]
fn an_account_becomes_a_partner_and_its_contact_a_partner_user() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let page = contact(&browser, "Acme Customers", "Smith", "smith@acme.test");
    let account = browser.open(&link(&page.body, "Acme Customers"));
    let account = press(&browser, &account, "EnableAsPartner");
    assert!(account.body.contains("Acme Customers was enabled as a Partner Account."), "{}", account.body);
    let page = browser.open(&page.url);
    let form = browser.open(&link(&page.body, "Enable Partner User"));
    assert!(form.body.contains("Acme Customers Partner User"), "the role: {}", form.body);
    let made = fill(&browser, &form, &[]);
    assert!(made.body.contains("User Jane Smith was created."), "{}", made.body);
    assert!(made.body.contains("Acme Customers Partner User"), "the role: {}", made.body);
}

#[test]
fn the_owner_of_the_account_needs_a_role() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let page = contact(&browser, "Norole Industries", "Smith", "smith@norole.test");
    let form = browser.open(&link(&page.body, "Enable Customer User"));
    let refused = fill(&browser, &form, &[]);
    assert!(refused.body.contains("portal account owner must have a role"), "{}", refused.body);
    assert!(!browser.open("/005/o?q=smith").body.contains("smith@norole.test"));
}
