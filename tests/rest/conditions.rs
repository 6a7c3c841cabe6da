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

/// A record says when it was last changed, and so does the answer that it has not been.
#[test]
fn last_modified() {
    let rig = Rig::new();
    let account = rig.create("Account", r#"{"Name":"Acme","External_Id__c":"a/1"}"#);
    let user = rig.query("SELECT Id FROM User WHERE Username = 'admin@fauxforce.test'").json();
    let user = user["records"][0]["Id"].as_str().expect("an id").to_owned();
    for path in [
        format!("v59.0/sobjects/Account/{account}"),
        format!("v59.0/sobjects/Account/{account}?fields=Name"),
        "v59.0/sobjects/Account/External_Id__c/a%2F1".to_owned(),
        format!("v59.0/sobjects/User/{user}"),
        format!("v59.0/sobjects/Account/{account}/Owner"),
        "v59.0/sobjects/Account/describe".to_owned(),
        "v59.0/sobjects".to_owned(),
    ] {
        let whole = rig.get(&path);
        let modified = whole.header("last-modified").unwrap_or_else(|| panic!("{path}")).to_owned();
        let unchanged = rig.ask("GET", &path, &[("if-modified-since", &modified)], "");
        assert_eq!((unchanged.status, &*unchanged.body), (304, ""), "{path}");
        assert_eq!(unchanged.header("last-modified"), Some(&*modified), "{path}");
        assert_eq!(unchanged.header("etag"), whole.header("etag"), "{path}");
    }
    let stamp = rig.get(&format!("v59.0/sobjects/Account/{account}")).json()["SystemModstamp"].clone();
    assert_eq!(stamp, "2026-01-01T00:00:01.000+0000");
    let got = rig.get(&format!("v59.0/sobjects/Account/{account}"));
    assert_eq!(got.header("last-modified"), Some("Thu, 01 Jan 2026 00:00:01 GMT"));
}

#[test]
fn a_subrequest_that_has_nothing_new_says_since_when() {
    let rig = Rig::new();
    let account = rig.create("Account", r#"{"Name":"Acme"}"#);
    let path = format!("v59.0/sobjects/Account/{account}");
    let tag = rig.get(&path).header("etag").expect("a tag").to_owned();
    let requests = [("If-None-Match", &*tag), ("If-Modified-Since", "Thu, 01 Jan 2026 00:00:01 GMT")].map(
        |(name, value)| {
            serde_json::json!({
                "method": "GET", "url": format!("/services/data/{path}"), "referenceId": name.replace('-', ""),
                "httpHeaders": { name: value },
            })
        },
    );
    let body = serde_json::json!({ "compositeRequest": requests }).to_string();
    let answers = rig.post("v59.0/composite", &body).json();
    for answer in answers["compositeResponse"].as_array().expect("answers") {
        assert_eq!((&answer["httpStatusCode"], &answer["body"]), (&304.into(), &serde_json::Value::Null));
        let headers = serde_json::json!({ "ETag": tag, "Last-Modified": "Thu, 01 Jan 2026 00:00:01 GMT" });
        assert_eq!(answer["httpHeaders"], headers);
    }
}
