//! The Metadata API: components are made, changed and deleted, and the org is another at once.

use crate::assert_told;
use crate::emulator::{Api, Emulator, builder, loose, strong};

pub const BADGE: &str = "<metadata xsi:type=\"CustomField\"><fullName>Contact.Badge__c</fullName>\
    <externalId>true</externalId><label>Badge</label><length>20</length><type>Text</type><unique>true</unique></metadata>";

/// Shows a field to administrators.
pub fn granted(field: &str) -> String {
    format!(
        "<updateMetadata><metadata xsi:type=\"Profile\"><fullName>Admin</fullName><fieldPermissions>\
         <editable>true</editable><field>{field}</field><readable>true</readable></fieldPermissions></metadata>\
         </updateMetadata>"
    )
}

pub fn object(name: &str, label: &str, more: &str) -> String {
    format!(
        "<metadata xsi:type=\"CustomObject\"><fullName>{name}</fullName><label>{label}</label>\
         <pluralLabel>{label}s</pluralLabel><nameField><label>No</label><type>Text</type></nameField>\
         <deploymentStatus>Deployed</deploymentStatus><sharingModel>ReadWrite</sharingModel>{more}</metadata>"
    )
}

#[test]
fn a_field_is_there_at_once() {
    let emulator = Emulator::start();
    let describe = || {
        let answer =
            emulator.partner("<describeSObject><sObjectType>Contact</sObjectType></describeSObject>");
        answer.texts("name").contains(&"Badge__c".to_owned())
    };
    let contact =
        |badge: &str| loose("Contact", &format!("<LastName>Doe</LastName><Badge__c>{badge}</Badge__c>"));
    assert!(!describe());
    emulator.metadata(&format!("<createMetadata>{BADGE}</createMetadata>")).succeeded();
    assert!(!describe(), "nobody has been given the field");
    let hidden = emulator.partner(&format!("<create>{}</create>", contact("b1")));
    assert_eq!((hidden.status, hidden.text("sf:exceptionCode")), (500, "INVALID_FIELD".to_owned()));

    emulator.metadata(&granted("Contact.Badge__c")).succeeded();
    assert!(describe());
    let created = emulator.partner(&format!("<create>{}</create>", contact("b1")));
    let id = created.succeeded().text("id");
    let twice = emulator.partner(&format!("<create>{}</create>", contact("b1")));
    assert_eq!(twice.text("statusCode"), "DUPLICATE_VALUE");
    let found = emulator.query("SELECT Id, Badge__c FROM Contact WHERE Badge__c = 'b1'");
    assert_eq!((found.text("sf:Id"), found.text("sf:Badge__c")), (id.clone(), "b1".to_owned()));
    // By its external id, over SOAP of both kinds and over REST.
    let changed = strong("Contact", "<Badge__c>b1</Badge__c><FirstName>Jo</FirstName>");
    let upserted = format!("<upsert><externalIDFieldName>Badge__c</externalIDFieldName>{changed}</upsert>");
    assert_eq!(emulator.enterprise(&upserted).succeeded().text("id"), id);
    let record = emulator.rest("sobjects/Contact/Badge__c/b1", None);
    assert!(record.status == 200 && record.body.contains("\"Name\":\"Jo Doe\""), "{}", record.body);
    let wsdl = emulator.get("/services/Soap/c/59.0?wsdl").body;
    assert!(wsdl.contains("<element name=\"Badge__c\" type=\"xsd:string\""), "the enterprise WSDL has it");

    // Other users do not see it.
    let other = emulator.log_in("integration@fauxforce.test");
    let query = "<query><queryString>SELECT Badge__c FROM Contact</queryString></query>";
    assert_eq!(
        emulator.call_as(&other, Api::Partner, 59, "", query).text("sf:exceptionCode"),
        "INVALID_FIELD"
    );

    let gone =
        "<deleteMetadata><type>CustomField</type><fullNames>Contact.Badge__c</fullNames></deleteMetadata>";
    emulator.metadata(gone).succeeded();
    assert!(!describe());
    assert_eq!(emulator.query("SELECT Badge__c FROM Contact").status, 500);
    // A field of the old name has none of the old values.
    emulator.metadata(&format!("<createMetadata>{BADGE}</createMetadata>")).succeeded();
    emulator.metadata(&granted("Contact.Badge__c")).succeeded();
    assert_eq!(emulator.query("SELECT Id FROM Contact WHERE Badge__c != null").text("size"), "0");
}

#[test]
fn an_object_with_its_records() {
    let emulator = Emulator::start();
    let field = "<fields><fullName>Holder__c</fullName><label>Holder</label><type>Lookup</type>\
                 <referenceTo>Contact</referenceTo><relationshipName>Badges</relationshipName></fields>";
    let created = object("Badge__c", "Badge", field);
    let tell = |body: &str| emulator.metadata(body).inside();
    let read = |kind: &str, name: &str| {
        tell(&format!("<readMetadata><type>{kind}</type><fullNames>{name}</fullNames></readMetadata>"))
    };
    let mut told = vec![tell(&format!("<createMetadata>{created}</createMetadata>"))];
    emulator.metadata(&granted("Badge__c.Holder__c")).succeeded();
    let contact = emulator.create("Contact", "<LastName>Doe</LastName>");
    let badge = emulator.create("Badge__c", &format!("<Name>B1</Name><Holder__c>{contact}</Holder__c>"));
    assert_eq!(badge.get(..3), Some("a00"), "{badge}");
    let unnamed = emulator.create("Badge__c", "");
    assert_eq!(emulator.query("SELECT Name FROM Badge__c WHERE Name != 'B1'").text("sf:Name"), unnamed[..15]);
    let children = "SELECT Name, (SELECT Name, Holder__r.Name FROM Badges__r) FROM Contact";
    told.push(emulator.query(children).inside());
    // A text that SOSL finds.
    let search = "<search><searchString>FIND {B1} RETURNING Badge__c(Name)</searchString></search>";
    assert_eq!(emulator.partner(search).text("sf:Name"), "B1");
    told.push(read("CustomObject", "Badge__c"));
    told.push(read("CustomField", "Badge__c.Holder__c"));
    let more = "<fields><fullName>Level__c</fullName><label>Level</label><type>Number</type>\
                <precision>4</precision><scale>0</scale></fields>";
    let changed = object("Badge__c", "Pass", more);
    told.push(tell(&format!("<updateMetadata>{changed}</updateMetadata>")));
    told.push(tell(&format!("<upsertMetadata>{changed}</upsertMetadata>")));
    told.push(read("CustomObject", "Badge__c"));
    assert_eq!(emulator.partner(search).text("sf:Name"), "B1");
    told.push(tell(
        "<deleteMetadata><type>CustomObject</type><fullNames>Badge__c</fullNames></deleteMetadata>",
    ));
    told.push(emulator.query("SELECT Id FROM Badge__c").text("sf:exceptionCode"));
    told.push(emulator.query("SELECT (SELECT Id FROM Badges__r) FROM Contact").text("sf:exceptionCode"));
    assert_told!("metadata_object", told.join("\n"));
}

#[test]
fn what_users_may() {
    let emulator = Emulator::start();
    let tell = |body: &str| emulator.metadata(body).inside();
    let read = |kind: &str, name: &str| {
        tell(&format!("<readMetadata><type>{kind}</type><fullNames>{name}</fullNames></readMetadata>"))
    };
    let set = |more: &str| {
        format!(
            "<upsertMetadata><metadata xsi:type=\"PermissionSet\"><fullName>Badges</fullName><label>Badges</label>\
             {more}</metadata></upsertMetadata>"
        )
    };
    let all = "<fieldPermissions><editable>true</editable><field>Contact.External_Id__c</field><readable>true</readable>\
               </fieldPermissions><objectPermissions><allowCreate>true</allowCreate><allowDelete>false</allowDelete>\
               <allowEdit>true</allowEdit><allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords>\
               <object>Lead</object><viewAllRecords>true</viewAllRecords></objectPermissions><userPermissions>\
               <enabled>true</enabled><name>ViewSetup</name></userPermissions>";
    let told = [
        tell(&set(all)),
        read("PermissionSet", "Badges"),
        // A permission set's component says all of it.
        tell(&set("<description>None</description>")),
        read("PermissionSet", "Badges"),
        tell(
            "<createMetadata><metadata xsi:type=\"Profile\"><fullName>Door Keeper</fullName>\
             <userLicense>Salesforce</userLicense><userPermissions><enabled>true</enabled><name>ApiEnabled</name>\
             </userPermissions></metadata></createMetadata>",
        ),
        // A profile's says what changes.
        tell(
            "<updateMetadata><metadata xsi:type=\"Profile\"><fullName>Door Keeper</fullName>\
             <description>Opens</description></metadata></updateMetadata>",
        ),
        read("Profile", "Door Keeper"),
        read("Profile", "Nobody"),
        tell("<deleteMetadata><type>Profile</type><fullNames>Door Keeper</fullNames></deleteMetadata>"),
        tell("<deleteMetadata><type>PermissionSet</type><fullNames>Badges</fullNames></deleteMetadata>"),
    ];
    assert_told!("metadata_permissions", told.join("\n"));
    let admin = "SELECT Name FROM Profile WHERE Name = 'System Administrator'";
    assert_eq!(emulator.query(admin).text("size"), "1");
    assert!(read("Profile", "Admin").contains("<name>ModifyAllData</name>"));
}

/// What a field of SamlSsoConfig does not take, a component does not bring in; nor those of other types.
#[test]
fn components_bring_in_what_their_fields_take() {
    let emulator = Emulator::start();
    let tell = |body: &str| emulator.metadata(body).inside();
    let internal =
        tell("<readMetadata><type>SamlSsoConfig</type><fullNames>Internal</fullNames></readMetadata>");
    let certificate = internal.split("<validationCert>").nth(1).and_then(|rest| rest.split('<').next());
    let certificate = certificate.expect("a certificate");
    let config = |call: &str, name: &str, change: &dyn Fn(&str, &str) -> String| {
        let elements = [
            ("errorUrl", "/sorry"),
            ("identityLocation", "SubjectNameId"),
            ("identityMapping", "Username"),
            ("issuer", "https://other.test"),
            ("name", "Other"),
            ("requestSignatureMethod", "RSA-SHA256"),
            ("samlEntityId", "https://other.my.salesforce.com"),
            ("samlVersion", "SAML2_0"),
            ("singleLogoutBinding", "PostBinding"),
            ("validationCert", certificate),
        ];
        let elements =
            elements.map(|(name, value)| format!("<{name}>{}</{name}>", change(name, value))).concat();
        tell(&format!(
            "<{call}><metadata xsi:type=\"SamlSsoConfig\"><fullName>{name}</fullName>{elements}</metadata></{call}>"
        ))
    };
    let with = |element: &'static str, value: String| {
        move |name: &str, old: &str| if name == element { value.clone() } else { old.to_owned() }
    };
    let long = |length: usize| format!("https://{}", "x".repeat(length - "https://".len()));
    for (element, value, code) in [
        ("samlVersion", "SAML1_1".to_owned(), "FUNCTIONALITY_NOT_ENABLED"),
        ("samlVersion", "SAML3_0".to_owned(), "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("issuer", long(256), "STRING_TOO_LONG"),
        ("samlEntityId", long(256), "STRING_TOO_LONG"),
        ("name", "x".repeat(81), "STRING_TOO_LONG"),
        ("errorUrl", long(501), "STRING_TOO_LONG"),
        ("identityMapping", "Email".to_owned(), "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("identityLocation", "Header".to_owned(), "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("requestSignatureMethod", "MD5".to_owned(), "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("singleLogoutBinding", "Soap".to_owned(), "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("issuer", String::new(), "REQUIRED_FIELD_MISSING"),
        ("validationCert", "nonsense".to_owned(), "FIELD_INTEGRITY_EXCEPTION"),
    ] {
        let told = config("createMetadata", "Other", &with(element, value.clone()));
        assert!(told.contains(&format!("<statusCode>{code}</statusCode>")), "{element} {value}: {told}");
    }
    let told = config("createMetadata", "No Name!", &with("name", "x".to_owned()));
    assert!(told.contains("<statusCode>FIELD_INTEGRITY_EXCEPTION</statusCode>"), "{told}");
    for (element, value) in [("issuer", long(255)), ("requestSignatureMethod", "1".to_owned())] {
        let told = config("upsertMetadata", "Other", &with(element, value));
        assert!(told.contains("<success>true</success>"), "{told}");
    }
    let told = config("updateMetadata", "Other", &with("issuer", long(256)));
    assert!(told.contains("<statusCode>STRING_TOO_LONG</statusCode>"), "{told}");
    let set = format!(
        "<createMetadata><metadata xsi:type=\"PermissionSet\"><fullName>Long</fullName><label>{}</label></metadata>\
         </createMetadata>",
        "x".repeat(81)
    );
    let told = tell(&set);
    assert!(told.contains("<statusCode>STRING_TOO_LONG</statusCode>"), "{told}");
}

#[test]
fn sign_on_communities_and_record_types() {
    let emulator = Emulator::start();
    let tell = |body: &str| emulator.metadata(body).inside();
    let read = |kind: &str, name: &str| {
        tell(&format!("<readMetadata><type>{kind}</type><fullNames>{name}</fullNames></readMetadata>"))
    };
    let internal = read("SamlSsoConfig", "Internal");
    let certificate = internal.split("<validationCert>").nth(1).and_then(|rest| rest.split('<').next());
    let config = format!(
        "<upsertMetadata><metadata xsi:type=\"SamlSsoConfig\"><fullName>Other</fullName>\
         <identityLocation>SubjectNameId</identityLocation><identityMapping>Username</identityMapping>\
         <issuer>https://other.test</issuer><name>Other</name><samlEntityId>https://other.my.salesforce.com</samlEntityId>\
         <samlVersion>SAML2_0</samlVersion><validationCert>{}</validationCert></metadata></upsertMetadata>",
        certificate.expect("a certificate")
    );
    let mut told = vec![tell(&config), read("SamlSsoConfig", "Other")];
    assert_eq!(
        emulator.query("SELECT Id FROM SamlSsoConfig WHERE DeveloperName = 'Other'").text("size"),
        "1"
    );
    told.push(tell(
        "<deleteMetadata><type>SamlSsoConfig</type><fullNames>Other</fullNames></deleteMetadata>",
    ));
    told.push(read("Network", "Customers"));
    told.push(tell(
        "<updateMetadata><metadata xsi:type=\"Network\"><fullName>Customers</fullName>\
         <networkMemberGroups><profile>Admin</profile><permissionSet>Provisioning</permissionSet></networkMemberGroups>\
         <selfRegistration>false</selfRegistration><status>DownForMaintenance</status></metadata></updateMetadata>",
    ));
    told.push(read("Network", "Customers"));
    told.push(tell(
        "<createMetadata><metadata xsi:type=\"RecordType\"><fullName>Contact.Employee</fullName>\
         <active>true</active><label>Employee</label></metadata></createMetadata>",
    ));
    told.push(read("RecordType", "Contact.Employee"));
    let kind = emulator.id("SELECT Id FROM RecordType WHERE DeveloperName = 'Employee'");
    emulator.create("Contact", &format!("<LastName>Doe</LastName><RecordTypeId>{kind}</RecordTypeId>"));
    told.push(emulator.query("SELECT RecordType.Name FROM Contact WHERE LastName = 'Doe'").inside());
    assert_told!(
        "metadata_other_types",
        told.join("\n").replace(certificate.unwrap_or_default(), "[certificate]")
    );
}

#[test]
fn what_there_is() {
    let emulator = Emulator::start();
    emulator.metadata(&format!("<createMetadata>{BADGE}</createMetadata>")).succeeded();
    let list = |kinds: &[&str]| {
        let queries: String =
            kinds.iter().map(|kind| format!("<queries><type>{kind}</type></queries>")).collect();
        let answer = emulator
            .metadata(&format!("<listMetadata>{queries}<asOfVersion>59.0</asOfVersion></listMetadata>"));
        answer.inside()
    };
    let mut told = vec![
        emulator.metadata("<describeMetadata><asOfVersion>59.0</asOfVersion></describeMetadata>").whole(),
    ];
    told.push(list(&["CustomField"]));
    told.push(list(&["Network", "SamlSsoConfig", "PermissionSet"]));
    told.push(list(&[]));
    assert_told!("metadata_list", told.join("\n"));
    let objects = list(&["CustomObject", "Profile"]);
    for name in ["Account", "Contact", "User", "Admin", "Custom%3A Sales Profile"] {
        assert!(objects.contains(&format!("<fullName>{name}</fullName>")), "{name}");
    }
}

#[test]
fn all_or_none() {
    let emulator = Emulator::start();
    let bad = BADGE.replace("Badge__c", "Bad__c").replace("<length>20</length>", "");
    let both = format!("<createMetadata>{BADGE}{bad}</createMetadata>");
    let header = "<AllOrNoneHeader><allOrNone>true</allOrNone></AllOrNoneHeader>";
    let told = [
        emulator.call(Api::Metadata, 59, header, &both).inside(),
        emulator.call(Api::Metadata, 33, "", &both).inside(),
        emulator.call(Api::Metadata, 59, "", &both).inside(),
    ];
    assert_told!("metadata_all_or_none", told.join("\n"));
}

#[test]
fn it_stays_in_a_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("org.db");
    let open = || Emulator::of(builder().database(&file));
    let emulator = open();
    emulator
        .metadata(&format!("<createMetadata>{}</createMetadata>", object("Badge__c", "Badge", "")))
        .succeeded();
    let level = "<metadata xsi:type=\"CustomField\"><fullName>Badge__c.Level__c</fullName><label>Level</label>\
                 <type>Text</type><length>9</length></metadata>";
    emulator.metadata(&format!("<createMetadata>{BADGE}</createMetadata>")).succeeded();
    emulator.metadata(&format!("<createMetadata>{level}</createMetadata>")).succeeded();
    emulator.metadata(&granted("Contact.Badge__c")).succeeded();
    emulator.metadata(&granted("Badge__c.Level__c")).succeeded();
    let kind = "<metadata xsi:type=\"RecordType\"><fullName>Contact.Employee</fullName><active>true</active>\
                <label>Employee</label></metadata>";
    emulator.metadata(&format!("<createMetadata>{kind}</createMetadata>")).succeeded();
    // One of the seed's is changed, another deleted.
    let renamed = "<metadata xsi:type=\"CustomField\"><fullName>Contact.External_Id__c</fullName><label>Key</label>\
                   <type>Text</type><length>99</length><externalId>true</externalId></metadata>";
    emulator.metadata(&format!("<updateMetadata>{renamed}</updateMetadata>")).succeeded();
    let gone =
        "<deleteMetadata><type>CustomField</type><fullNames>User.External_Id__c</fullNames></deleteMetadata>";
    emulator.metadata(gone).succeeded();
    let contact = emulator.create("Contact", "<LastName>Doe</LastName><Badge__c>b1</Badge__c>");
    let badge = emulator.create("Badge__c", "<Name>B1</Name><Level__c>high</Level__c>");
    let list = "<listMetadata><queries><type>CustomField</type></queries><asOfVersion>59</asOfVersion></listMetadata>";
    let listed = emulator.metadata(list).inside();
    emulator.server.stop();

    let emulator = open();
    assert_eq!(emulator.metadata(list).inside(), listed);
    assert_eq!(emulator.id("SELECT Id FROM Contact WHERE Badge__c = 'b1'"), contact);
    assert_eq!(emulator.id("SELECT Id FROM Badge__c WHERE Level__c = 'high'"), badge);
    assert_eq!(emulator.query("SELECT External_Id__c FROM User").text("sf:exceptionCode"), "INVALID_FIELD");
    assert_eq!(emulator.query("SELECT RecordTypeId FROM Contact").status, 200);
    let describe = emulator.rest("sobjects/Contact/describe", None).body;
    assert!(describe.contains("\"label\":\"Key\"") && !describe.contains("\"label\":\"External Id\""));
    assert_ne!(emulator.create("Badge__c", "<Name>B2</Name>"), badge);
}

#[test]
fn a_field_of_contacts_is_one_of_person_accounts() {
    let folder = tempfile::tempdir().expect("a folder");
    crate::fixture::copy_default_seed(folder.path());
    let path = folder.path().join("org.json");
    let org = std::fs::read_to_string(&path).expect("org.json");
    std::fs::write(&path, org.replace("\"features\": [", "\"features\": [\"PersonAccounts\", "))
        .expect("org.json");
    let emulator = Emulator::of(builder().seed(folder.path()));
    emulator.metadata(&format!("<createMetadata>{BADGE}</createMetadata>")).succeeded();
    assert_eq!(emulator.query("SELECT Badge__pc FROM Account").text("sf:exceptionCode"), "INVALID_FIELD");
    emulator.metadata(&granted("Contact.Badge__c")).succeeded();
    emulator.create("Account", "<LastName>Doe</LastName><Badge__pc>b1</Badge__pc>");
    assert_eq!(emulator.query("SELECT Badge__c FROM Contact WHERE Badge__c = 'b1'").text("size"), "1");
    emulator.metadata("<deleteMetadata><type>CustomField</type><fullNames>Contact.Badge__c</fullNames></deleteMetadata>").succeeded();
    assert_eq!(emulator.query("SELECT Badge__pc FROM Account").text("sf:exceptionCode"), "INVALID_FIELD");
}

#[test]
fn describes_are_new_when_the_schema_is() {
    let emulator = Emulator::start();
    let before = emulator.rest("sobjects/Contact/describe", None).body;
    emulator.metadata(&format!("<createMetadata>{BADGE}</createMetadata>")).succeeded();
    emulator.metadata(&granted("Contact.Badge__c")).succeeded();
    assert_ne!(emulator.rest("sobjects/Contact/describe", None).body, before);
}
