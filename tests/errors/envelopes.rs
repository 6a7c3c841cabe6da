//! What only SOAP refuses: envelopes, sessions, logins.

use crate::scene::{CUSTOMER, Scenario};
use crate::surroundings::{Got, PASSWORD, Surroundings};

const PATH: &str = "/services/Soap/u/59.0";
const LIMITS: &str = "<getServerTimestamp/>";

pub const SCENARIOS: &[Scenario] = &[
    ("soap.unparsable", |rig| rig.document(PATH, "<e:Envelope")),
    ("soap.nothing_sent", |rig| rig.document(PATH, "")),
    ("soap.unknown_encoding", |rig| {
        let headers = [("content-type", "text/xml; charset=nonsense"), ("soapaction", "\"\"")];
        rig.send("POST", PATH, &headers, "<x/>")
    }),
    ("soap.too_large", |rig| rig.announce(PATH, "text/xml", 53_000_000)),
    ("soap.other_root", |rig| rig.document(PATH, "<x/>")),
    ("soap.empty_body", |rig| call(rig, "")),
    ("soap.no_soap_action", |rig| rig.send("POST", PATH, &[("content-type", "text/xml")], "<x/>")),
    ("soap.unknown_operation", |rig| call(rig, "<nonsense/>")),
    ("soap.element_misplaced", |rig| call(rig, "<query><nonsense>x</nonsense></query>")),
    ("soap.element_duplicated", |rig| {
        let label = "<label>One</label><label>Two</label>";
        let object =
            format!("<metadata xsi:type=\"CustomObject\"><fullName>Thing__c</fullName>{label}</metadata>");
        rig.metadata(&format!("<createMetadata>{object}</createMetadata>"))
    }),
    ("soap.no_value_of_type", |rig| {
        let span = "<startDate>yesterday</startDate><endDate>2026-01-01T00:00:00Z</endDate>";
        call(rig, &format!("<getDeleted><sObjectType>Account</sObjectType>{span}</getDeleted>"))
    }),
    ("soap.unsupported_version", |rig| rig.envelope("/services/Soap/u/99.0", "", LIMITS)),
    ("soap.login_unavailable_in", |rig| rig.envelope("/services/Soap/u/65.0", "", &login("admin", PASSWORD))),
    ("soap.login_disabled", |rig| {
        let rig = rig.only_on_an_emulator().with_settings("\"soapLogin\": false");
        rig.envelope(PATH, "", &login("admin", PASSWORD))
    }),
    ("soap.illegal_session", |rig| {
        rig.envelope(PATH, "<SessionHeader><sessionId>nonsense</sessionId></SessionHeader>", LIMITS)
    }),
    ("soap.session_not_found", |rig| {
        call(rig, "<logout/>");
        call(rig, LIMITS)
    }),
    ("soap.session_not_for_api", |rig| {
        let session = rig.token_of("admin@fauxforce.test", &[("scope", "openid")]);
        rig.use_session(&session);
        call(rig, LIMITS)
    }),
    ("soap.api_disabled", |rig| {
        let rig = without_api(rig);
        rig.run_by("doe@example.com");
        call(&rig, LIMITS)
    }),
    ("soap.password_expired", |rig| {
        let user = rig.user("norole.owner");
        let reset = rig.delete(&format!("v59.0/sobjects/User/{user}/password"));
        let session = rig.soap_login("norole.owner@fauxforce.test", &reset.field("NewPassword"));
        rig.use_session(&session);
        call(rig, LIMITS)
    }),
    ("soap.too_many_records", |rig| {
        call(rig, &format!("<delete>{}</delete>", "<ids>001000000000001</ids>".repeat(201)))
    }),
    // login()
    ("invalid_login", |rig| rig.envelope(PATH, "", &login("admin", "wrong"))),
    ("needs_security_token", |rig| {
        let rig = rig.only_on_an_emulator().with_settings("\"requireSecurityToken\": true");
        rig.envelope(PATH, "", &login("admin", PASSWORD))
    }),
    ("login_not_for_api", |rig| {
        let rig = without_api(rig);
        rig.token_of("doe@example.com", &[]);
        let login = login("doe@example.com", "another-pass1");
        rig.envelope("/customers/services/Soap/u/59.0", "", &login)
    }),
];

fn call(rig: &Surroundings, call: &str) -> Got {
    with_header(rig, "", call)
}

fn with_header(rig: &Surroundings, header: &str, call: &str) -> Got {
    let session = format!("<SessionHeader><sessionId>{}</sessionId></SessionHeader>", rig.session());
    rig.envelope(PATH, &(session + header), call)
}

pub fn login(username: &str, password: &str) -> String {
    let username =
        if username.contains('@') { username.to_owned() } else { format!("{username}@fauxforce.test") };
    format!("<login><username>{username}</username><password>{password}</password></login>")
}

/// Customers without the permission for APIs, and one of them.
pub fn without_api(rig: &Surroundings) -> Surroundings {
    let without = |org: String| org.replacen("\"permissions\": [\"ApiEnabled\"]", "\"permissions\": []", 1);
    let rig = rig.only_on_an_emulator().seeded(without, &[]);
    rig.a_portal_user(CUSTOMER, "Acme Customers", "Doe");
    rig
}
