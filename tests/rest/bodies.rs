use proptest::prelude::*;

use std::sync::LazyLock;

use crate::harness::{JSON, Rig, request};

/// One for all cases: what they leave behind is no matter.
static RIG: LazyLock<Rig> = LazyLock::new(Rig::new);

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_body_gives_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in ".{0,60}") {
        let texts = [
            format!("{{\"LastName\":{text}}}").into_bytes(),
            format!("{{{text:?}:1}}").into_bytes(),
            format!("<Contact>{text}</Contact>").into_bytes(),
            text.clone().into_bytes(),
            bytes,
        ];
        for body in texts {
            for kind in ["application/json", "application/xml", "text/plain", &*format!("x/{}", text.is_ascii())] {
                let got = RIG.ask("POST", "v59.0/sobjects/Contact", &[("content-type", kind)], body.clone());
                prop_assert!(matches!(got.status, 201 | 400 | 415), "{}", got.told());
            }
        }
    }

    #[test]
    fn any_path_gives_an_answer(path in "[a-zA-Z0-9_/.%-]{0,60}", query in "[a-z0-9=&%+]{0,30}") {
        for method in ["GET", "POST", "PATCH", "DELETE", "PUT", "OPTIONS", "BREW"] {
            for path in [format!("v59.0/{path}?{query}"), format!("v59.0/sobjects/Account/{path}?fields={query}"), path.clone()] {
                if let Ok(uri) = format!("/services/data/{path}").parse() {
                    let mut request = request(method, "", JSON, "{}");
                    request.uri = uri;
                    prop_assert!(RIG.send(&request).status >= 200);
                }
            }
        }
    }
}

#[test]
fn a_large_body_is_read() {
    let rig = Rig::new();
    let body = format!(r#"{{"LastName":"{}"}}"#, "x".repeat(10_000_000));
    let got = rig.post("v59.0/sobjects/Contact", &body);
    assert_eq!(got.json()[0]["errorCode"], "STRING_TOO_LONG");
}
