use crate::harness::{JSON, Rig};

#[test]
fn by_time() {
    let rig = Rig::new();
    let id = rig.create("Contact", r#"{"LastName":"Doe"}"#);
    let path = format!("v59.0/sobjects/Contact/{id}");
    let get = |name, date| rig.ask("GET", &path, &[(name, date)], "").status;
    assert_eq!(get("if-modified-since", "Thu, 01 Jan 2026 00:00:01 GMT"), 304);
    assert_eq!(get("if-modified-since", "Thu, 01 Jan 2026 00:00:00 GMT"), 200);
    assert_eq!(get("if-modified-since", "yesterday"), 200);
    assert_eq!(get("if-unmodified-since", "Thu, 01 Jan 2026 00:00:01 GMT"), 200);
    assert_eq!(get("if-unmodified-since", "Thu, 01 Jan 2026 00:00:00 GMT"), 412);
    let late = [JSON[0], ("if-unmodified-since", "Mon, 23 Mar 2015 00:00:00 GMT")];
    let refused = rig.ask("PATCH", &path, &late, r#"{"LastName":"Roe"}"#);
    assert_eq!((refused.status, &*refused.body), (412, ""));
    assert_eq!(rig.ask("DELETE", &path, &late[1..], "").status, 412);
    assert_eq!(rig.get(&path).json()["LastName"], "Doe");
}

#[test]
fn accounts_by_entity_tag() {
    let rig = Rig::new();
    let id = rig.create("Account", r#"{"Name":"Acme"}"#);
    let path = format!("v59.0/sobjects/Account/{id}");
    let tag = rig.get(&path).header("etag").expect("a tag").to_owned();
    assert_eq!(rig.get(&format!("{path}?fields=Name")).header("etag"), Some(&*tag));
    let gzipped = format!("{}--gzip\"", tag.trim_end_matches('"'));
    for known in [&tag, &gzipped, &format!("\"x\", W/{tag}")] {
        let unchanged = rig.ask("GET", &path, &[("if-none-match", known)], "");
        assert_eq!((unchanged.status, &*unchanged.body), (304, ""));
        assert!(unchanged.header("etag").is_some());
    }
    let patch =
        |name| rig.ask("PATCH", &path, &[JSON[0], ("if-match", &tag)], format!(r#"{{"Name":"{name}"}}"#));
    assert_eq!(patch("First").status, 204);
    assert_eq!(patch("Second").status, 412);
    assert_eq!(rig.get(&path).json()["Name"], "First");
    assert_eq!(
        rig.get(&format!("v59.0/sobjects/Contact/{}", rig.create("Contact", r#"{"LastName":"x"}"#)))
            .header("etag"),
        None
    );
}
