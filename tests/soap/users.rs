//! Passwords, sessions, mails.

use crate::assert_told;
use crate::emulator::{ADMIN, Api, Emulator, PASSWORD, builder};

const USER: &str = "readonly.owner@fauxforce.test";

fn mails(emulator: &Emulator, kind: &str) -> Vec<String> {
    let state = emulator.server.world().lock();
    let mails = state.outbox.borrow();
    mails
        .iter()
        .filter(|mail| mail.kind == kind)
        .map(|mail| format!("{}: {}", mail.to, mail.subject))
        .collect()
}

#[test]
fn passwords() {
    let emulator = Emulator::start();
    let user = emulator.id(&format!("SELECT Id FROM User WHERE Username = '{USER}'"));
    let set = |id: &str, password: &str| {
        emulator.partner(&format!(
            "<setPassword><userId>{id}</userId><password>{password}</password></setPassword>"
        ))
    };
    let change = |old: &str, new: &str| {
        format!(
            "<changeOwnPassword><oldPassword>{old}</oldPassword><newPassword>{new}</newPassword></changeOwnPassword>"
        )
    };
    let told = [
        set(&user, "another1password").inside(),
        set(&user, "short").inside(),
        set(&user, "another1password").inside(),
        set("nonsense", "another1password").inside(),
        set("005Ff00000zzzzz", "another1password").inside(),
        emulator.partner(&change("wrong", "another1password")).inside(),
        emulator.partner(&change(PASSWORD, "fauxforce2")).inside(),
        emulator.call(Api::Partner, 40, "", &change("fauxforce2", "fauxforce3")).inside(),
        emulator.partner("<resetPassword><userId>nonsense</userId></resetPassword>").inside(),
    ];
    assert_told!("soap_passwords", told.join("\n"));
}

#[test]
fn a_reset_password_opens_a_session_in_which_to_set_another() {
    let emulator = Emulator::start();
    let user = emulator.id(&format!("SELECT Id FROM User WHERE Username = '{USER}'"));
    let reset = format!("<resetPassword><userId>{user}</userId></resetPassword>");
    let password = emulator.partner(&reset).text("password");
    assert!(mails(&emulator, "password_reset").is_empty());
    let by_mail = "<EmailHeader><triggerUserEmail>true</triggerUserEmail></EmailHeader>";
    let password_by_mail = emulator.call(Api::Partner, 59, by_mail, &reset).text("password");
    assert_eq!(mails(&emulator, "password_reset").len(), 1);
    assert_ne!(password, password_by_mail);

    let login = format!("<login><username>{USER}</username><password>{password_by_mail}</password></login>");
    let answer = emulator.call(Api::Partner, 59, "", &login);
    assert_eq!(answer.text("passwordExpired"), "true");
    let session = answer.text("sessionId");
    let ask = |body: &str| emulator.call_as(&session, Api::Partner, 59, "", body);
    assert!(ask("<getUserInfo/>").body.contains("INVALID_OPERATION_WITH_EXPIRED_PASSWORD"));
    ask(&format!("<setPassword><userId>{user}</userId><password>brandnew1</password></setPassword>"))
        .succeeded();
    assert_eq!(ask("<getUserInfo/>").text("userName"), USER);
}

#[test]
fn who_may_not_manage_users_sets_no_passwords_but_the_own() {
    let emulator = Emulator::start();
    let session = emulator.log_in(USER);
    let admin = emulator.id(&format!("SELECT Id FROM User WHERE Username = '{ADMIN}'"));
    let set =
        format!("<setPassword><userId>{admin}</userId><password>another1password</password></setPassword>");
    assert!(emulator.call_as(&session, Api::Partner, 59, "", &set).body.contains("INSUFFICIENT_ACCESS"));
}

#[test]
fn sessions_end() {
    let emulator = Emulator::start();
    let (one, other) = (emulator.log_in(USER), emulator.log_in("norole.owner@fauxforce.test"));
    let end = |tokens: &[&str]| {
        let ids: String = tokens.iter().map(|id| format!("<sessionIds>{id}</sessionIds>")).collect();
        format!("<invalidateSessions>{ids}</invalidateSessions>")
    };
    let not_mine = emulator.call_as(&one, Api::Partner, 59, "", &end(&[&other])).inside();
    let mine = emulator.partner(&end(&[&one, "nonsense", &other])).inside();
    let after = emulator.call_as(&one, Api::Partner, 59, "", "<getUserInfo/>");
    assert!(after.body.contains("INVALID_SESSION_ID"));
    assert_told!("soap_invalidate_sessions", [not_mine, mine].join("\n"));
}

#[test]
fn mails_go_to_the_outbox() {
    let emulator = Emulator::of(builder());
    let contact = emulator.create("Contact", "<LastName>Mailed</LastName><Email>mailed@example.com</Email>");
    let silent = emulator.create("Contact", "<LastName>Silent</LastName>");
    let mail = |kind: &str, inside: &str| {
        format!("<sendEmail><messages xsi:type=\"{kind}\">{inside}</messages></sendEmail>")
    };
    let single = |inside: &str| emulator.partner(&mail("SingleEmailMessage", inside)).inside();
    let told = [
        single(
            "<subject>Hello</subject><plainTextBody>There</plainTextBody><toAddresses>a@example.com</toAddresses>\
             <ccAddresses>b@example.com</ccAddresses>",
        ),
        single(&format!(
            "<subject>To a record</subject><htmlBody>&lt;p/></htmlBody><targetObjectId>{contact}</targetObjectId>"
        )),
        single("<subject>No body</subject><toAddresses>a@example.com</toAddresses>"),
        single("<subject>Nobody</subject><plainTextBody>There</plainTextBody>"),
        single("<plainTextBody>There</plainTextBody><toAddresses>nonsense</toAddresses>"),
        single(&format!(
            "<plainTextBody>There</plainTextBody>{}",
            "<ccAddresses>a@example.com</ccAddresses>".repeat(26)
        )),
        single(&format!("<plainTextBody>There</plainTextBody><targetObjectId>{silent}</targetObjectId>")),
        single("<plainTextBody>There</plainTextBody><targetObjectId>nonsense</targetObjectId>"),
        emulator.partner(&mail("MassEmailMessage", "<templateId>00X000000000001</templateId>")).inside(),
        mails(&emulator, "email").join("\n"),
    ];
    assert_told!("soap_mails", told.join("\n"));
}
