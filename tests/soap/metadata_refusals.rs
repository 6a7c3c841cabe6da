//! What the Metadata API refuses: every row of its part of the table of errors.

use crate::assert_told;
use crate::emulator::{Api, Emulator, builder};
use crate::metadata::{BADGE, object};
use crate::metadata_communities::{network, site};

fn field(name: &str, rest: &str) -> String {
    format!("<metadata xsi:type=\"CustomField\"><fullName>{name}</fullName>{rest}</metadata>")
}

fn create(components: &str) -> String {
    format!("<createMetadata>{components}</createMetadata>")
}

/// A component without one of its elements.
fn without(component: &str, element: &str) -> String {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let (before, rest) = component.split_once(&open).expect("the element");
    let (_, after) = rest.split_once(&close).expect("its end");
    format!("{before}{after}")
}

/// An archive of more files than may be.
fn many_files() -> String {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for number in 0..=10_000 {
        archive.start_file(number.to_string(), zip::write::SimpleFileOptions::default()).expect("a file");
    }
    let bytes = archive.finish().expect("an archive").into_inner();
    base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes)
}

/// An archive with a file outside of itself, in base64.
fn leading_out() -> String {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("../package.xml", zip::write::SimpleFileOptions::default()).expect("a file");
    let bytes = archive.finish().expect("an archive").into_inner();
    base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes)
}

fn update(components: &str) -> String {
    format!("<updateMetadata>{components}</updateMetadata>")
}

fn delete(kind: &str, name: &str) -> String {
    format!("<deleteMetadata><type>{kind}</type><fullNames>{name}</fullNames></deleteMetadata>")
}

/// What each row of the table says, and a call that makes the service say it.
fn calls() -> Vec<(&'static str, String)> {
    let label = "<label>X</label>";
    let set = |more: &str| {
        format!(
            "<metadata xsi:type=\"PermissionSet\"><fullName>P</fullName><label>P</label>{more}</metadata>"
        )
    };
    vec![
        ("field_taken", create(BADGE)),
        ("object_taken", create(&object("Account", "Account", ""))),
        ("component_taken", create("<metadata xsi:type=\"Profile\"><fullName>Admin</fullName></metadata>")),
        ("no_component_named", update(&BADGE.replace("Badge__c", "None__c"))),
        ("no_component_named", create(&BADGE.replace("Contact.", "Nothing__c."))),
        ("no_component_named", delete("PermissionSet", "Nothing")),
        (
            "no_component_named",
            create(&set(
                "<fieldPermissions><editable>true</editable><field>Contact.No__c</field></fieldPermissions>",
            )),
        ),
        ("no_component_named", create(&set("<objectPermissions><object>No__c</object></objectPermissions>"))),
        ("no_component_named", create(&set("<license>Nothing</license>"))),
        ("no_component_named", create(&network("N", "N", ""))),
        ("no_component_named", create(&network("N", "Customers", "<picassoSite>N1</picassoSite>"))),
        (
            "no_component_named",
            create(
                &network("N", "Customers", "").replace("unfiled$public/Community", "unfiled$public/Other"),
            ),
        ),
        ("no_component_named", create(&site("N", "n").replace("CommunitiesLanding", "Start"))),
        (
            "no_component_named",
            create(&site("N", "n").replace("<siteType>", "<siteAdmin>no@acme.test</siteAdmin><siteType>")),
        ),
        (
            "no_component_named",
            create(&site("N", "n").replace("<indexPage>", "<guestProfile>No</guestProfile><indexPage>")),
        ),
        ("required_element", create(&without(&network("N", "Customers", ""), "emailSenderName"))),
        ("required_element", create(&without(&site("N", "n"), "indexPage"))),
        ("no_enum_value", create(&network("N", "Customers", "").replace("Live", "Open"))),
        ("no_enum_value", create(&site("N", "n").replace("ChatterNetwork", "Chatter"))),
        ("no_enum_value", create(&site("N", "n").replace("SameOriginOnly", "All"))),
        ("site_not_emulated", create(&site("N", "n").replace("ChatterNetwork", "Siteforce"))),
        ("no_path", create(&site("N", ""))),
        ("path_taken", create(&site("N", "CUSTOMERS"))),
        ("cannot_delete", delete("CustomSite", "Customers")),
        (
            "path_stays",
            update(
                "<metadata xsi:type=\"Network\"><fullName>Customers</fullName><urlPathPrefix>x</urlPathPrefix></metadata>",
            ),
        ),
        (
            "detail_is_shared_alone",
            create(&object("B__c", "B", "<fields><type>MasterDetail</type></fields>")),
        ),
        ("cannot_delete", delete("CustomObject", "Account")),
        ("cannot_delete", delete("CustomField", "Contact.Email")),
        ("cannot_delete", delete("Profile", "Admin")),
        ("cannot_delete", delete("Network", "Customers")),
        ("not_a_custom_name", create(&object("Badge", "Badge", ""))),
        ("malformed_api_name", create(&object("My badge__c", "Badge", ""))),
        (
            "malformed_api_name",
            create(&field("Contact.1st__c", &format!("{label}<type>Text</type><length>9</length>"))),
        ),
        ("no_standard_field", create(&field("Contact.Badge", label))),
        (
            "lookup_to_nowhere",
            create(&field(
                "Contact.X__c",
                &format!("{label}<type>Lookup</type><referenceTo>No__c</referenceTo>"),
            )),
        ),
        ("required_element", create(&field("Contact.X__c", "<type>Date</type>"))),
        ("required_element", create(&field("Contact.X__c", label))),
        ("required_element", create(&field("", label))),
        ("element_of_type", create(&field("Contact.X__c", &format!("{label}<type>Checkbox</type>")))),
        ("no_enum_value", create(&field("Contact.X__c", &format!("{label}<type>Txt</type>")))),
        ("type_not_emulated", create(&field("Contact.X__c", &format!("{label}<type>Summary</type>")))),
        (
            "type_not_emulated",
            create(&field("Contact.X__c", &format!("{label}<type>Date</type><formula>TODAY()</formula>"))),
        ),
        (
            "not_an_int",
            create(&field("Contact.X__c", &format!("{label}<type>Text</type><length>ten</length>"))),
        ),
        (
            "out_of_bounds",
            create(&field("Contact.X__c", &format!("{label}<type>Text</type><length>256</length>"))),
        ),
        ("no_label", create(&object("B__c", "", ""))),
        ("no_plural_label", create(&without(&object("B__c", "B", ""), "pluralLabel"))),
        ("no_name_field", create(&without(&object("B__c", "B", ""), "nameField"))),
        (
            "no_display_format",
            create(&field(
                "Contact.X__c",
                &format!("{label}<type>AutoNumber</type><displayFormat>INV</displayFormat>"),
            )),
        ),
        ("required_element", create(&without(&object("B__c", "B", ""), "sharingModel"))),
        (
            "unknown_user_permission",
            create(&set("<userPermissions><enabled>true</enabled><name>Fly</name></userPermissions>")),
        ),
        (
            "required_field",
            create(&set(
                "<fieldPermissions><editable>true</editable><field>Contact.Must__c</field></fieldPermissions>",
            )),
        ),
        ("type_stays", update(&BADGE.replace("<type>Text</type>", "<type>Date</type>"))),
        (
            "not_unique_yet",
            update(&field(
                "Contact.Twin__c",
                "<label>T</label><type>Text</type><length>9</length><unique>true</unique>",
            )),
        ),
        ("referenced_elsewhere", delete("CustomField", "Account.External_Id__c")),
        ("unknown_type", delete("ApexClass", "X")),
        ("unknown_type", create("<metadata xsi:type=\"Flow\"><fullName>F</fullName></metadata>")),
        (
            "mixed_types",
            create(&format!("{BADGE}<metadata xsi:type=\"Profile\"><fullName>P</fullName></metadata>")),
        ),
        ("no_archive", "<deploy><ZipFile>AAAA</ZipFile><DeployOptions/></deploy>".to_owned()),
        ("too_many_files", format!("<deploy><ZipFile>{}</ZipFile><DeployOptions/></deploy>", many_files())),
        ("bad_archive", format!("<deploy><ZipFile>{}</ZipFile><DeployOptions/></deploy>", leading_out())),
        (
            "no_job",
            "<checkDeployStatus><asyncProcessId>0Af000000000001AAA</asyncProcessId></checkDeployStatus>"
                .to_owned(),
        ),
        (
            "no_job",
            "<checkRetrieveStatus><asyncProcessId>x</asyncProcessId></checkRetrieveStatus>".to_owned(),
        ),
    ]
}

/// With a validation rule that asks for a custom field.
fn emulator(folder: &std::path::Path) -> Emulator {
    crate::fixture::copy_default_seed(folder);
    let path = folder.join("org.json");
    let rule = "\"validationRules\": [{\"object\": \"Account\", \"when\": \"External_Id__c = 'x'\", \"message\": \"x\"}], \
                \"networks\": [";
    let org = std::fs::read_to_string(&path).expect("org.json").replace("\"networks\": [", rule);
    std::fs::write(&path, org).expect("org.json");
    let emulator = Emulator::of(builder().seed(folder));
    emulator.metadata(&create(BADGE)).succeeded();
    let must = "<label>Must</label><type>Text</type><length>9</length><required>true</required>";
    let twin = "<label>Twin</label><type>Text</type><length>9</length>";
    let numbered = format!("{}{}", field("Contact.Must__c", must), field("Contact.Twin__c", twin));
    emulator.metadata(&create(&numbered)).succeeded();
    emulator.metadata(&crate::metadata::granted("Contact.Twin__c")).succeeded();
    for _ in 0..2 {
        emulator.create("Contact", "<LastName>Doe</LastName><Must__c>x</Must__c><Twin__c>x</Twin__c>");
    }
    emulator
}

#[test]
fn every_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let emulator = emulator(folder.path());
    let mut told = Vec::new();
    let rows: Vec<_> = fauxforce::errors::sections().into_iter().flat_map(|section| section.rows).collect();
    for (name, call) in calls() {
        let answer = emulator.metadata(&call);
        let row = rows.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("no row {name}"));
        let said = match answer.status {
            200 => answer.text("message"),
            _ => {
                let told = answer.text("faultstring");
                told.split_once(": ").unwrap_or_else(|| panic!("{name}: {told}")).1.to_owned()
            }
        };
        let said = quick_xml::escape::unescape(&said).expect("text").into_owned();
        assert!(row.says(&said), "{name}: {}", answer.body);
        told.push(format!("{name}: {}", answer.inside()));
    }
    assert_told!("metadata_refusals", told.join("\n"));
}

#[test]
fn an_org_without_communities() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = [
        (
            "org.json",
            r#"{"orgName": "Plain", "admin": "admin@fauxforce.test",
                "logins": [{"username": "admin@fauxforce.test", "password": "fauxforce1"}]}"#,
        ),
        ("data/plan.json", r#"[{"sobject": "User", "files": ["User.json"]}]"#),
        (
            "data/User.json",
            r#"{"records": [{"attributes": {"type": "User", "referenceId": "Admin"}, "Username": "admin@fauxforce.test",
                "LastName": "Admin", "Email": "admin@fauxforce.test", "Alias": "admin", "TimeZoneSidKey": "Europe/London",
                "LocaleSidKey": "en_GB", "EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "en_US",
                "Profile": {"Name": "System Administrator"}}]}"#,
        ),
    ];
    std::fs::create_dir(folder.path().join("data")).expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let emulator = Emulator::of(builder().seed(folder.path()));
    let told = [create(&site("N", "n")), create(&network("N", "N", ""))]
        .map(|call| emulator.metadata(&call).inside());
    assert_told!("metadata_without_communities", told.join("\n"));
}

#[test]
fn who_may_not() {
    let emulator = Emulator::start();
    let session = emulator.log_in("readonly.owner@fauxforce.test");
    let describe = "<describeMetadata><asOfVersion>59.0</asOfVersion></describeMetadata>";
    let told = [
        emulator.call_as(&session, Api::Metadata, 59, "", describe).whole(),
        emulator.call_as("nothing", Api::Metadata, 59, "", describe).whole(),
        emulator.call(Api::Metadata, 59, "", &create(&BADGE.repeat(11))).inside(),
        emulator.call(Api::Metadata, 59, "", "<checkStatus/>").inside(),
        emulator
            .call(Api::Metadata, 59, "", &create(&BADGE.replace("<type>", "<colour>red</colour><type>")))
            .inside(),
        emulator.call(Api::Metadata, 59, "", "<login/>").inside(),
    ];
    assert_told!("metadata_who_may_not", told.join("\n"));
}
