//! Seeds: what they make, and how mistakes in them are told.

use fauxforce::org::connected_app::PermittedUsers;
use fauxforce::seed::Seed;
use fauxforce::store::Store;

use crate::support::{Home, TestEnvironment, home, home_of, org_id, seed_with};

const FIELD: &str = "force-app/main/default/objects/User/fields/Mentor__c.field-meta.xml";

fn hierarchy_field() -> String {
    let field = |kind: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CustomField xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n\
             <fullName>Mentor__c</fullName>\n<label>Mentor</label>\n<type>{kind}</type>\n\
             <relationshipName>Mentees</relationshipName>\n</CustomField>\n"
        )
    };
    field("Hierarchy")
}

/// The default seed with a custom hierarchy field on User.
pub fn home_with_hierarchy_field() -> Home {
    home_of(&seed_with(|org| org, &[(FIELD, &hierarchy_field())]))
}

#[test]
fn the_default_seed() {
    let home = home();
    let app = home.org.seeded.connected_apps.first().expect("an app");
    assert_eq!(
        (app.client_id.as_str(), app.client_secret.as_str()),
        ("fauxforce-client-id", "fauxforce-client-secret")
    );
    assert_eq!(app.permitted_users, PermittedUsers::AllSelfAuthorized);
    assert_eq!(app.client_credentials_user, Some(home.user("integration")));
    assert!(app.certificate.as_deref().is_some_and(|pem| pem.contains("BEGIN CERTIFICATE")));
    assert_eq!(app.key_file.as_ref().map(|file| file.path.as_str()), Some("keys/jwt.key"));
    assert_eq!(app.refresh_tokens.first().map(|token| token.user), Some(home.user("admin")));
    let paths: Vec<_> = home.org.sites.iter().map(|site| site.path.as_str()).collect();
    assert_eq!(paths, ["customers", "partners"]);
    assert_eq!(home.org.seeded.admin, Some(home.user("admin")));
    assert_eq!(home.org.seeded.logins.len(), 5);
    let admin = home.record(home.user("admin"));
    assert_eq!(admin.id("CreatedById"), Some(home.user("admin")));
    assert!(admin.get("UserRoleId").is_null());
    let organization = home.record(org_id());
    assert_eq!(organization.text("OrganizationType"), Some("Developer Edition"));
    let total = |name| home.record(home.id("UserLicense", "Name", name)).get("TotalLicenses").clone();
    assert_eq!(total("Customer Community"), 200_000.into());
    assert_eq!(total("Salesforce"), 1000.into());
    assert_eq!(home.used("Salesforce"), 5);
    assert!(home.record(home.account("Acme Partners")).get("IsPartner").is_true());
    assert!(home.environment.mails.borrow().is_empty());
}

#[test]
fn the_platforms_rows() {
    let home = home();
    let clone = home.profile("Acme Partner Community User");
    let set = home.id("PermissionSet", "Name", &format!("X{clone}"));
    let set = home.record(set);
    assert!(set.get("IsOwnedByProfile").is_true());
    assert!(set.get("PermissionsApiEnabled").is_true());
    assert_eq!(set.id("ProfileId"), Some(clone));
    let rows = home.ids("ObjectPermissions", "ParentId", set.id("Id").expect("an id"));
    let objects: Vec<_> =
        rows.iter().map(|id| home.record(*id).text("SobjectType").map(str::to_owned)).collect();
    assert!(objects.contains(&Some("Account".to_owned())), "{objects:?}");
    let group = home.record(home.id("Group", "DeveloperName", "AllPartnerUsers"));
    assert_eq!(group.text("Type"), Some("PRMOrganization"));
    // The next id is not one of theirs.
    let next = home.inserted("Group", &[("Name", "Mine"), ("Type", "Regular")]);
    assert!(next.number() > group.id("Id").and_then(|id| id.number()));
}

#[test]
fn a_database_is_opened_without_loading_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("org.db");
    let environment = TestEnvironment::default();
    let open = || Store::file(&file).expect("a database").0;
    let org = Seed::built_in().load(&environment, org_id(), open()).expect("an org");
    let seeded = org.seeded.clone();
    drop(org);
    let home_again = Seed::built_in().load(&environment, org_id(), open()).expect("an org");
    assert_eq!(home_again.seeded, seeded);
    // The table that was not touched before is filled now.
    let object = home_again.object("ObjectPermissions").expect("a store").expect("an object");
    assert!(!home_again.ids_where(&object, "SobjectType", &"Account".into(), 5).expect("rows").is_empty());
    // A field that came to the seed since comes to the table.
    drop(home_again);
    let seed = seed_with(|org| org, &[(FIELD, &hierarchy_field())]);
    let grown = seed.load(&environment, org_id(), open()).expect("an org");
    let users = grown.standard("User").expect("User");
    assert!(grown.ids_where(&users, "Mentor__c", &"005".into(), 5).expect("a column").is_empty());
}

#[test]
fn custom_fields_of_each_type() {
    let kinds = [
        ("Text", "<length>40</length>", "string"),
        ("Checkbox", "<defaultValue>true</defaultValue>", "boolean"),
        ("Number", "<precision>6</precision><scale>2</scale>", "double"),
        ("Date", "", "date"),
        ("DateTime", "", "datetime"),
        ("Email", "", "email"),
        ("Phone", "", "phone"),
        (
            "Picklist",
            "<valueSet><restricted>true</restricted><valueSetDefinition><value><fullName>A &amp; B</fullName>\
             <default>true</default></value></valueSetDefinition></valueSet>",
            "picklist",
        ),
        (
            "Lookup",
            "<referenceTo>Contact</referenceTo><relationshipName>Fields</relationshipName>",
            "reference",
        ),
    ];
    let files = kinds.map(|(kind, more, _)| {
        let path = format!("force-app/main/default/objects/Account/fields/{kind}__c.field-meta.xml");
        let text = format!(
            "<CustomField><fullName>{kind}__c</fullName><label>{kind}</label><type>{kind}</type>{more}</CustomField>"
        );
        (path, text)
    });
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let home = home_of(&seed_with(|org| org, &files));
    let account = home.org.standard("Account").expect("Account");
    for (kind, _, describe) in kinds {
        assert_eq!(account.field(&format!("{kind}__c")).map(|field| field.kind.name()), Some(describe));
    }
    let contact = home.contact("Acme Customers", "Doe");
    let id = home.inserted(
        "Account",
        &[("Name", "A"), ("Number__c", "12.345"), ("Picklist__c", "A & B"), ("Lookup__c", contact.as_str())],
    );
    let record = home.record(id);
    assert_eq!(record.get("Number__c"), &fauxforce::model::value::Value::Double(12.35));
    assert!(record.get("Checkbox__c").is_true());
    assert!(home.delete(contact).is_success());
    assert!(home.record(id).get("Lookup__c").is_null());
}

const APP: &str = "force-app/main/default";

#[test]
fn metadata_of_a_project() {
    let field = |name: &str, rest: &str| {
        format!("<CustomField><fullName>{name}</fullName><label>{name}</label>{rest}</CustomField>")
    };
    let path = |rest: &str| format!("{APP}/{rest}");
    let files = [
        (
            path("objects/Badge__c/Badge__c.object-meta.xml"),
            "<CustomObject><label>Badge</label><pluralLabel>Badges</pluralLabel><nameField><label>No</label>\
             <type>Text</type></nameField><sharingModel>ReadWrite</sharingModel></CustomObject>"
                .to_owned(),
        ),
        (
            path("objects/Badge__c/fields/Holder__c.field-meta.xml"),
            field("Holder__c", "<type>Lookup</type><referenceTo>Contact</referenceTo>\
                   <relationshipName>Badges</relationshipName>"),
        ),
        (
            path("objects/Contact/recordTypes/Employee.recordType-meta.xml"),
            "<RecordType><fullName>Employee</fullName><active>true</active><label>Staff</label></RecordType>".to_owned(),
        ),
        (
            path("profiles/Standard.profile-meta.xml"),
            "<Profile><fieldPermissions><editable>false</editable><field>Badge__c.Holder__c</field>\
             <readable>true</readable></fieldPermissions><objectPermissions><allowRead>true</allowRead>\
             <object>Badge__c</object></objectPermissions></Profile>"
                .to_owned(),
        ),
        (
            path("permissionsets/Badges.permissionset-meta.xml"),
            "<PermissionSet><label>Badge Keepers</label><userPermissions><enabled>true</enabled><name>ViewSetup</name>\
             </userPermissions></PermissionSet>"
                .to_owned(),
        ),
        (path("layouts/Badge.layout-meta.xml"), "<Layout/>".to_owned()),
    ];
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let home = home_of(&seed_with(|org| org, &files));
    let contact = home.contact("Acme Customers", "Doe");
    let badge = home.inserted("Badge__c", &[("Name", "B1"), ("Holder__c", contact.as_str())]);
    assert_eq!(badge.key_prefix(), "a00");
    assert_eq!(home.record(badge).id("Holder__c"), Some(contact));
    let kind = home.record(home.id("RecordType", "DeveloperName", "Employee"));
    assert_eq!((kind.text("Name"), kind.text("SobjectType")), (Some("Staff"), Some("Contact")));
    let set = home.record(home.id("PermissionSet", "Name", "Badges"));
    assert_eq!(set.text("Label"), Some("Badge Keepers"));
    assert!(set.get("PermissionsViewSetup").is_true());
    let user = home.user("channel.manager");
    let runner = home.org.runner(user).expect("a runner");
    let object = home.org.schema.object("Badge__c").expect("an object");
    let field = object.field("Holder__c").expect("a field");
    assert!(runner.object(&object).read && !runner.object(&object).edit);
    assert!(runner.sees_field(&object, field) && !runner.edits_field(&object, field));

    let wrong =
        "<PermissionSet><label>X</label><userPermissions><name>Fly</name></userPermissions></PermissionSet>";
    let path = path("permissionsets/X.permissionset-meta.xml");
    assert_eq!(
        told_of(&[(&path, wrong)]),
        format!("{path}:1: FIELD_INTEGRITY_EXCEPTION: Unknown user permission: Fly")
    );
}

#[test]
fn elements_that_a_type_does_not_have_are_mistakes() {
    let field = "force-app/main/default/objects/Contact/fields/Badge__c.field-meta.xml";
    let text = "<CustomField xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<fullName>Badge__c</fullName>\n\
                <label>Badge</label><type>Text</type><length>20</length>\n<requird>true</requird></CustomField>";
    assert_eq!(
        told_of(&[(field, text)]),
        format!(
            "{field}:4: Element {{http://soap.sforce.com/2006/04/metadata}}requird invalid at this location in type \
             CustomField; expected an element of CustomField"
        )
    );
}

#[test]
fn mistakes_are_told_in_one_sentence() {
    let mistakes = [
        ("\"orgName\": \"fauxforce\",", "\"orgNane\": \"fauxforce\","),
        ("\"edition\": \"Developer\"", "\"edition\": \"Cloud\""),
        ("\"Salesforce\": 1000", "\"Salesfarce\": 1000"),
        ("\"clone\": \"Customer Community User\"", "\"clone\": \"Custom Community User\""),
        ("\"AssignPermissionSets\",", "\"AssignPermissionSet\","),
        ("\"Account\": \"cre\"", "\"Account\": \"crx\""),
        ("\"status\": \"Live\"", "\"status\": \"Alive\""),
        ("\"memberProfiles\": [\"System Administrator\"", "\"memberProfiles\": [\"Admin\""),
        ("\"jwtCertificate\": \"keys/jwt.crt\"", "\"jwtCertificate\": \"keys/none.crt\""),
        ("\"isDeviceFlowEnabled\": true", "\"refreshTokenPolicy\": \"specific_lifetime:8:YEARS\""),
        (
            "\"isDeviceFlowEnabled\": true",
            "\"tokenExchange\": {\"subjects\": {\"x\": \"nobody@fauxforce.test\"}}",
        ),
        ("\"isDeviceFlowEnabled\": true", "\"tokenExchange\": {\"claim\": \"sub\", \"field\": \"Subject\"}"),
        ("[\"api\", \"web\", \"refresh_token\", \"openid\"]", "[\"api\", \"refresh-token\"]"),
        (
            "\"connectedApps\": [",
            "\"connectedApps\": [{\"name\": \"One\", \"clientId\": \"x\", \"clientSecret\": \"\"},\n{\"name\": \"Two\", \"clientId\": \"x\", \"clientSecret\": \"\"},",
        ),
        (
            "\"connectedApps\": [",
            "\"connectedApps\": [{\"name\": \"fauxforce\", \"clientId\": \"other\", \"clientSecret\": \"x\"},",
        ),
        ("\"admin\": \"admin@fauxforce.test\"", "\"admin\": \"boss@fauxforce.test\""),
        ("\"admin\": \"admin@fauxforce.test\"", "\"admin\": \"norole.owner@fauxforce.test\""),
        ("\"portalRolesPerAccount\": 1", "\"portalRolesPerAccount\": 4"),
        ("[\"Communities\"]", "[\"Comunities\"]"),
        ("[\"Communities\"]", "[]"),
        ("\"settings\": {", "\"settings\": {\"duties\": {\"defaultCaseOwner\": \"nobody@fauxforce.test\"},"),
        ("\"licenses\": {", "\"featureLicenses\": {\"Marketting User\": 1}, \"licenses\": {"),
        (
            "\"networks\": [",
            "\"validationRules\": [{\"object\": \"Contact\", \"when\": \"Emial = null\", \"message\": \"x\"}], \"networks\": [",
        ),
        (
            "\"settings\": {",
            "\"settings\": {\"addressSettings\": {\"countriesAndStates\": {\"countries\": [{\"isoCode\": \"US\"}]}},",
        ),
        (
            "\"networks\": [",
            "\"duplicateRules\": [{\"fullName\": \"Contact.Mine\", \"duplicateRuleMatchRules\": [{\"matchingRule\": \"Yours\"}]}], \"networks\": [",
        ),
        (
            "\"networks\": [",
            "\"matchingRules\": [{\"fullName\": \"Contact.Mine\", \"booleanFilter\": \"1 AND 2\", \"matchingRuleItems\": [{\"fieldName\": \"Email\", \"matchingMethod\": \"Exact\"}]}], \"networks\": [",
        ),
        (
            "\"networks\": [",
            "\"matchingRules\": [{\"fullName\": \"Contact.Mine\", \"matchingRuleItems\": [{\"fieldName\": \"Mail\", \"matchingMethod\": \"Exact\"}]}], \"networks\": [",
        ),
        (
            "\"networks\": [",
            "\"lookupFilters\": [{\"object\": \"Contact\", \"field\": \"Boss\", \"where\": \"Id = null\"}], \"networks\": [",
        ),
    ];
    let mistake = |(right, wrong): &(&str, &str)| {
        let change = |org: String| {
            assert!(org.contains(right), "seed/default/org.json no longer has {right}");
            org.replace(right, wrong)
        };
        told(change, &[])
    };
    let told: Vec<_> = mistakes.iter().map(mistake).collect();
    insta::with_settings!({snapshot_path => "../../snapshots", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("seed_mistakes_org_json", told.join("\n"));
    });
    let user = |change: &str| {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("seed/default/data/User.json");
        let text = std::fs::read_to_string(folder).expect("the users");
        let (right, wrong) = change.split_once(" -> ").expect("a change");
        assert!(text.contains(right), "seed/default/data/User.json no longer has {right}");
        let text = text.replacen(right, wrong, 1);
        told_of(&[("data/User.json", &text)])
    };
    let data = [
        user("\"LastName\": \"Integration\" -> \"Surname\": \"Integration\""),
        user("\"Alias\": \"ivy\" -> \"Alias\": \"ivy integration\""),
        user("\"@ChannelManagerRole\" -> \"@Nobody\""),
        user("\"Alias\": \"ivy\" -> \"UserType\": \"Standard\""),
        user("\"Username\": \"integration@fauxforce.test\" -> \"Username\": \"Admin@fauxforce.test\""),
        user("{\"Name\": \"Read Only\"} -> {\"Name\": \"Read\"}"),
        user(
            "\"type\": \"User\", \"referenceId\": \"ReadonlyOwner\" -> \"type\": \"Usr\", \"referenceId\": \"ReadonlyOwner\"",
        ),
        user("\"referenceId\": \"NoroleOwner\" -> \"referenceId\": \"ReadonlyOwner\""),
        told_of(&[("data/plan.json", "[{\"sobject\": \"User\", \"files\": [\n\"Users.json\"]}]")]),
        told_of(&[("data/plan.json", "[{\"sobject\": \"User\", \"files\": [}]")]),
        told_of(&[(
            FIELD,
            "<CustomField>\n<fullName>Mentor__c</fullName>\n<type>Formula</type></CustomField>",
        )]),
        told_of(&[(FIELD, "<CustomField>\n<fullName>Mentor__c</fullNam>")]),
        told_of(&[("force-app/objects/Acount/fields/A__c.field-meta.xml", "<CustomField/>")]),
    ];
    insta::with_settings!({snapshot_path => "../../snapshots", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("seed_mistakes_data", data.join("\n"));
    });
}

fn told_of(more: &[(&str, &str)]) -> String {
    told(|org| org, more)
}

fn told(change: impl Fn(String) -> String, more: &[(&str, &str)]) -> String {
    let seed = seed_with(change, more);
    match seed.load(&TestEnvironment::default(), org_id(), Store::in_memory().expect("a store")) {
        Ok(_) => "no mistake".to_owned(),
        Err(error) => error.to_string(),
    }
}
