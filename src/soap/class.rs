//! Where a call is run, as far as that can be told before its envelope is read.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::message::Request;
use crate::router::CallClass;

/// The operations whose calls are [`CallClass::Quick`].
const QUICK: &[&str] = &["login", "logout", "getUserInfo", "getServerTimestamp"];
/// Bytes of the longest body that is searched for its operation.
const LONGEST: usize = 8 * 1024;

/// Where a call to one of the SOAP APIs is run.
pub fn class(request: &Request) -> CallClass {
    let body = Some(&*request.body).filter(|body| body.len() <= LONGEST);
    match body.and_then(called).is_some_and(|operation| QUICK.contains(&&*operation)) {
        true => CallClass::Quick,
        false => CallClass::Slow,
    }
}

/// The operation that an envelope calls, as the journal names it.
pub fn operation(request: &Request) -> Cow<'static, str> {
    called(&request.body).map_or("(no operation)".into(), Cow::Owned)
}

/// The name of the first element in `Body`.
fn called(envelope: &[u8]) -> Option<String> {
    let mut reader = Reader::from_str(std::str::from_utf8(envelope).ok()?);
    let mut in_body = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) | Event::Empty(start) if in_body => {
                return Some(start.local_name().as_ref().to_owned());
            }
            Event::Start(start) => in_body = start.local_name().as_ref() == "Body",
            Event::Eof => return None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Method, Uri};

    fn class_of(body: &str) -> CallClass {
        let mut request = Request::new(Method::POST, Uri::from_static("/services/Soap/u/62.0"));
        request.body = body.to_owned().into();
        class(&request)
    }

    #[test]
    fn the_operation_decides() {
        let envelope = |body: &str| {
            format!(
                "<?xml version=\"1.0\"?><s:Envelope><s:Header><a/></s:Header><s:Body>{body}</s:Body></s:Envelope>"
            )
        };
        assert_eq!(class_of(&envelope("<n1:login><n1:username/></n1:login>")), CallClass::Quick);
        assert_eq!(class_of(&envelope(" <getServerTimestamp/>")), CallClass::Quick);
        assert_eq!(class_of(&envelope("<delete><login/></delete>")), CallClass::Slow);
        assert_eq!(class_of(&envelope(&format!("<login>{}</login>", "x".repeat(LONGEST)))), CallClass::Slow);
        for unreadable in ["", "<login/>", "<s:Body>", "no XML"] {
            assert_eq!(class_of(unreadable), CallClass::Slow, "{unreadable}");
        }
    }
}
