//! `search`: what SOSL finds, as the two APIs show it.

use crate::assert_told;
use crate::emulator::{Api, Emulator};

const SEARCHES: [&str; 6] = [
    "FIND {joan} RETURNING Contact(Id, Name, Account.Name ORDER BY Name), Account(Name), User",
    "FIND {acme} IN NAME FIELDS RETURNING Account(Name ORDER BY Name)",
    "FIND {nobody here} RETURNING Contact",
    "FIND {j} RETURNING Contact",
    "FIND joan RETURNING Contact",
    "FIND {joan} RETURNING Nothing__c",
];

#[test]
fn both_apis_show_what_is_found() {
    let emulator = Emulator::start();
    let account = emulator.create("Account", "<Name>Joan of Acme</Name>");
    emulator.create(
        "Contact",
        &format!("<FirstName>Joan</FirstName><LastName>Holloway</LastName><AccountId>{account}</AccountId>"),
    );
    emulator.create("Contact", "<LastName>Joan</LastName>");
    for (api, version, name) in
        [(Api::Partner, 59, "partner"), (Api::Partner, 31, "partner_31"), (Api::Enterprise, 59, "enterprise")]
    {
        let ask = |sosl: &&str| {
            let body = format!("<search><searchString>{sosl}</searchString></search>");
            emulator.call(api, version, "", &body).inside()
        };
        let told = SEARCHES.iter().map(ask).collect::<Vec<_>>().join("\n");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_suffix(name);
        settings.bind(|| assert_told!("soap_searches", told));
    }
}

#[test]
fn only_what_the_user_may_read() {
    let emulator = Emulator::start();
    emulator.create("Contact", "<LastName>Hidden</LastName>");
    let session = emulator.log_in("integration@fauxforce.test");
    let body = "<search><searchString>FIND {hidden} RETURNING Case(Id)</searchString></search>";
    let answer = emulator.call_as(&session, Api::Partner, 59, "", body);
    assert_eq!((answer.status, answer.text("sf:exceptionCode")), (500, "INVALID_TYPE".to_owned()));
}
