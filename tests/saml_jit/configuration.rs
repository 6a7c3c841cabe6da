//! `SamlSsoConfig`: from `org.json` and from metadata files, and what may not be saved.

use fauxforce::message::Method;

use crate::support::{ADA, Files, Home, To, home, home_of, home_with, snapshot, text};

/// As in the documentation, with the certificate of the default seed.
fn metadata(files: &Files) -> String {
    let certificate: String =
        files["keys/idp-communities.crt"].lines().filter(|line| !line.starts_with('-')).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <SamlSsoConfig xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n\
         <identityLocation>SubjectNameId</identityLocation>\n\
         <identityMapping>FederationId</identityMapping>\n\
         <issuer>https://idp.example.com</issuer>\n\
         <loginUrl>https://idp.example.com/sso</loginUrl>\n\
         <name>Test IdP</name>\n\
         <redirectBinding>false</redirectBinding>\n\
         <samlEntityId>https://acme.my.salesforce.com</samlEntityId>\n\
         <samlVersion>SAML2_0</samlVersion>\n\
         <userProvisioning>true</userProvisioning>\n\
         <validationCert>{certificate}</validationCert>\n\
         </SamlSsoConfig>\n"
    )
}

fn with_file(name: &'static str, change: impl Fn(String) -> String) -> Result<Home, String> {
    home_of(|files| {
        let text = change(metadata(files));
        files.insert(format!("force-app/main/default/samlssoconfigs/{name}"), text);
    })
}

fn query(home: &Home, soql: &str) -> String {
    let token = {
        let state = home.world.lock();
        let org = &state.orgs[0];
        state.open_unseen(org, org.seeded.admin.expect("an administrator"), Default::default()).token
    };
    let query = crate::support::form(&[("q", soql)]);
    let bearer = format!("Bearer {token}");
    let target = format!("/services/data/v60.0/query?{query}");
    text(&home.request(Method::GET, &target, String::new(), &[("authorization", &bearer)]))
}

#[test]
fn metadata_files_are_loaded_under_both_suffixes() {
    for name in ["Test_IdP.samlssoconfig", "Test_IdP.samlssoconfig-meta.xml"] {
        let home = with_file(name, |text| text).expect("a home");
        let mut statement = home.statement(To::Internal, "emp-1001", ADA);
        statement.issuer = "https://idp.example.com".to_owned();
        statement.audience = "https://acme.my.salesforce.com".to_owned();
        let response = home.signed(To::Customers, &statement);
        let told = home.told(|home| home.post("/", &[("SAMLResponse", &response)]));
        assert!(told.contains("configuration Test_IdP "), "{told}");
        assert!(told.contains("new User"), "{told}");
    }
}

#[test]
fn configurations_are_queried() {
    let soql = "SELECT DeveloperName, MasterLabel, Version, Issuer, Audience, IdentityMapping, IdentityLocation, \
                OptionsUserProvisioning, OptionsSpInitBinding, LoginUrl FROM SamlSsoConfig ORDER BY DeveloperName";
    let answer: serde_json::Value = serde_json::from_str(&query(&home(), soql)).expect("JSON");
    let answer = serde_json::to_string_pretty(&answer).expect("JSON");
    snapshot("config_query", &answer);
}

#[test]
fn what_may_not_be_saved_is_refused_with_its_place() {
    let org = |from: &str, to: &str| {
        let change = |files: &mut Files| {
            let text = files["org.json"].replacen(from, to, 1);
            files.insert("org.json".to_owned(), text);
        };
        home_of(change).err().expect("refused")
    };
    let mapping = "\"identityMapping\": \"FederationId\"";
    let entity = "\"samlEntityId\": \"https://fauxforce.my.salesforce.com\"";
    let provisioning = "\"userProvisioning\": true";
    let told = [
        org(mapping, "\"identityMapping\": \"Username\""),
        org(entity, "\"samlEntityId\": \"fauxforce\""),
        org(provisioning, "\"userProvisioning\": true, \"identityLocation\": \"Attribute\""),
        org("\"validationCert\": \"keys/idp-internal.crt\"", "\"validationCert\": \"MIID\""),
        org(provisioning, "\"userProvisioning\": true, \"samlJitHandlerId\": \"Handler\""),
        org("\"fullName\": \"Internal\"", "\"fullName\": \"Communities\""),
        org(mapping, "\"identityMapping\": \"Email\""),
        org(provisioning, "\"userProvisioning\": true, \"decryptionCertificate\": \"keys/none.crt\""),
        with_file("A.samlssoconfig", |text| text.replace("<issuer>https://idp.example.com</issuer>\n", ""))
            .err()
            .expect("refused"),
        with_file("A.samlssoconfig", |text| text.replace("<issuer>", "<isuer>")).err().expect("refused"),
        with_file("A.samlssoconfig", |text| text.replace("SamlSsoConfig", "Profile")).err().expect("refused"),
        with_file("A.samlssoconfig", |text| text.replace("FederationId", "UserId")).err().expect("refused"),
        with_file("A.samlssoconfig", |text| {
            text.replace("https://idp.example.com<", "https://idp.fauxforce.test/internal<")
                .replace("https://acme.my.salesforce.com", "https://fauxforce.my.salesforce.com")
        })
        .err()
        .expect("refused"),
    ];
    snapshot("config_refused", &told.join("\n"));
}

#[test]
fn localhost_may_be_an_entity_id() {
    let home = home_with(|org| org.replace("https://fauxforce.my.salesforce.com", "http://localhost:7332"));
    let mut statement = home.statement(To::Internal, "emp-1001", ADA);
    statement.audience = "http://localhost:7332".to_owned();
    let response = home.signed(To::Internal, &statement);
    let told = home.told(|home| home.post("/", &[("SAMLResponse", &response)]));
    assert!(told.contains("| Success |"), "{told}");
}
