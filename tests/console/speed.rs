//! Pages of an org with many users.

use std::fmt::Write as _;
use std::time::Instant;

use crate::browser::Browser;
use crate::emulator::Emulator;

/// Milliseconds that a page may take here: the service is built without optimizations in tests, and other tests run beside.
const MOST: u128 = 250;

#[test]
fn pages_do_not_grow_with_the_org() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let sid = browser.cookie("sid").expect("a session");
    for batch in 0..10 {
        let mut records = String::new();
        for number in 0..200 {
            let n = batch * 200 + number;
            let _ = write!(
                records,
                "{}{{\"attributes\":{{\"type\":\"Account\"}},\"Name\":\"Account {n:05}\"}}",
                if number == 0 { "" } else { "," }
            );
        }
        let body = format!("{{\"records\":[{records}]}}");
        let headers = [("authorization", &*format!("Bearer {sid}")), ("content-type", "application/json")];
        let answer = emulator.post("/services/data/v60.0/composite/sobjects", &headers, &body);
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    for page in ["/lightning/o/Account/list", "/lightning/page/home", "/lightning/setup/ManageUsers/home"] {
        let took = (0..3).map(|_| {
            let begun = Instant::now();
            assert_eq!(browser.open(page).status, 200);
            begun.elapsed().as_millis()
        });
        let took = took.min().unwrap_or_default();
        assert!(took < MOST, "{page}: {took} ms");
    }
    let list = browser.open("/lightning/o/Account/list");
    let next = crate::records::link(&list.body, "Next Page");
    assert!(browser.open(&next).body.contains("Account 00050"), "{next}");
    assert!(list.body.len() < 60_000, "{} bytes", list.body.len());
}
