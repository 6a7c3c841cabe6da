use super::*;
use crate::message::{HeaderValue, Method, Request, Uri, header};
use crate::model::id::Id;
use crate::seed::Seed;
use crate::store::Store;
use crate::world::{Clock, Random, Session, SessionKind, World};

/// What the administrator of the default seed is answered.
fn asked(path: &'static str, headers: &[(header::HeaderName, &'static str)]) -> Response {
    let org = Id::numbered("00D", 1);
    let world = World::new(Vec::new(), Clock::deterministic(), Random::deterministic());
    let mut state = world.lock();
    let store = Store::in_memory().expect("memory");
    let loaded = Seed::built_in().load(&state.environment(org), org, store).expect("a seed without mistakes");
    let users = loaded.standard("User").expect("User");
    let admin = loaded.ids_where(&users, "Username", &"admin@fauxforce.test".into(), 1).expect("a query");
    state.add_org(loaded);
    state.sessions.open(Session {
        token: "token".to_owned(),
        org,
        user: admin[0],
        kind: SessionKind::Soap,
        client_id: None,
        scopes: Vec::new(),
        refresh_token: None,
        password_expired: false,
        opened: 0,
        expires: i64::MAX,
        timeout: 0,
    });
    let mut request = Request::new(Method::GET, Uri::from_static(path));
    request.headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Bearer token"));
    for (name, value) in headers {
        request.headers.insert(name, HeaderValue::from_static(value));
    }
    crate::rest::answer(&state, &request)
}

#[test]
fn an_unchanged_describe_is_not_sent_again() {
    let path = "/services/data/v59.0/sobjects/Group/describe";
    let first = asked(path, &[]);
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(first.headers[header::LAST_MODIFIED], "Thu, 01 Jan 2026 00:00:00 GMT");
    assert_eq!(first.headers[header::ETAG].len(), 10);
    let again = asked(path, &[(header::IF_MODIFIED_SINCE, "Thu, 01 Jan 2026 00:00:00 GMT")]);
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    let earlier = asked(path, &[(header::IF_MODIFIED_SINCE, "Wed, 31 Dec 2025 23:59:59 GMT")]);
    assert_eq!(earlier.status, StatusCode::OK);
}

#[test]
fn a_describe_in_xml_repeats_the_names_of_lists() {
    let group = asked("/services/data/v59.0/sobjects/group/describe", &[(header::ACCEPT, "application/xml")]);
    let text = String::from_utf8_lossy(&group.body).into_owned();
    let start = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Group xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
                 <activateable>false</activateable><associateEntityType xsi:nil=\"true\"/>";
    assert!(text.starts_with(start), "{}", &text[..300]);
    assert!(text.contains("</childRelationships><childRelationships>"));
    let global = asked("/services/data/v59.0/sobjects.xml", &[]);
    assert!(String::from_utf8_lossy(&global.body).contains("<DescribeGlobal"));
}

#[test]
fn what_cannot_be_described_is_not_there() {
    assert_eq!(asked("/services/data/v59.0/sobjects/Nothing__c/describe", &[]).status, StatusCode::NOT_FOUND);
}
