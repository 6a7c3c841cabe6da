use crate::harness::{JSON, Rig};

#[test]
fn a_profile_that_only_reads_cannot_write() {
    let rig = Rig::new();
    let account = rig.create("Account", r#"{"Name":"Acme"}"#);
    rig.log_in("reader", "readonly.owner@fauxforce.test");
    let headers = [JSON[0], ("authorization", "Bearer reader")];
    let path = format!("v59.0/sobjects/Account/{account}");
    assert_eq!(rig.ask("GET", &path, &headers, "").status, 200);
    let told = [
        rig.ask("POST", "v59.0/sobjects/Account", &headers, r#"{"Name":"x"}"#).told(),
        rig.ask("PATCH", &path, &headers, r#"{"Name":"x"}"#).told(),
        rig.ask("DELETE", &path, &headers, "").told(),
    ];
    insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("rest_read_only_profile", told.join("\n"));
    });
}

#[test]
fn without_api_enabled_there_is_no_api() {
    let rig = Rig::new();
    rig.log_in("reader", "readonly.owner@fauxforce.test");
    let get = || rig.ask("GET", "v59.0/recent", &[("authorization", "Bearer reader")], "").told();
    assert_eq!(get(), "200 []");
    let profile = rig.query("SELECT Id FROM Profile WHERE Name = 'Read Only'").json();
    let profile = profile["records"][0]["Id"].as_str().expect("the profile");
    let path = format!("v59.0/sobjects/Profile/{profile}");
    assert_eq!(rig.patch(&path, r#"{"PermissionsApiEnabled":false}"#).told(), "204 ");
    assert_eq!(
        get(),
        r#"403 [{"message":"The REST API is not enabled for this Organization.","errorCode":"API_DISABLED_FOR_ORG"}]"#
    );
}
