//! Whatever bytes arrive as a SOAP request: an envelope comes back, and nothing of the request stands in it unescaped.

#![no_main]

use std::sync::LazyLock;

use fauxforce::message::{HeaderName, HeaderValue, Method, Request, Uri};
use fauxforce::soap::{self, Address};
use fauxforce::world::{Clock, World, Random};
use libfuzzer_sys::fuzz_target;

static WORLD: LazyLock<World> =
    LazyLock::new(|| World::new(Vec::new(), Clock::deterministic(), Random::deterministic()));

fuzz_target!(|data: &[u8]| {
    for path in ["/services/Soap/u/59.0", "/services/Soap/c/59.0", "/services/Soap/m/59.0"] {
        let mut request = Request::new(Method::POST, Uri::from_static(path));
        request.headers.insert(HeaderName::from_static("soapaction"), HeaderValue::from_static("\"\""));
        request.body = data.to_vec().into();
        let Some(address) = Address::of(path) else { continue };
        let response = soap::answer(&WORLD.lock(), &request, address, None);
        let body = std::str::from_utf8(&response.body).expect("UTF-8");
        assert!(body.ends_with("</soapenv:Envelope>"));
        assert_eq!(body.matches("<soapenv:Body>").count(), 1);
    }
});
