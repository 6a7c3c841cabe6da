//! `renameMetadata`: components under other names, with all that refers to them. And `describeValueType`.

use crate::assert_told;
use crate::emulator::{Api, Emulator, builder};
use crate::metadata::{BADGE, granted, object};

fn rename(emulator: &Emulator, kind: &str, old: &str, new: &str) -> String {
    emulator
        .metadata(&format!(
            "<renameMetadata><type>{kind}</type><oldFullName>{old}</oldFullName><newFullName>{new}</newFullName>\
             </renameMetadata>"
        ))
        .inside()
}

fn create(emulator: &Emulator, components: &str) {
    emulator.metadata(&format!("<createMetadata>{components}</createMetadata>")).succeeded();
}

#[test]
fn a_field_keeps_its_values_and_who_sees_it() {
    let emulator = Emulator::start();
    create(&emulator, BADGE);
    emulator.metadata(&granted("Contact.Badge__c")).succeeded();
    let contact = emulator.create("Contact", "<LastName>Doe</LastName><Badge__c>b1</Badge__c>");
    let list = "<listMetadata><queries><type>CustomField</type></queries></listMetadata>";
    let id_of = |name: &str| {
        let listed = emulator.metadata(list).body;
        let (_, after) = listed.split_once(&format!("<fullName>{name}</fullName><id>")).expect(name);
        after.split('<').next().unwrap_or_default().to_owned()
    };
    let id = id_of("Contact.Badge__c");
    let told = rename(&emulator, "CustomField", "Contact.Badge__c", "Contact.Pass__c");
    assert!(told.contains("<fullName>Contact.Badge__c</fullName><success>true"), "{told}");
    assert_eq!(id_of("Contact.Pass__c"), id);
    assert_eq!(emulator.id("SELECT Id FROM Contact WHERE Pass__c = 'b1'"), contact);
    assert_eq!(emulator.query("SELECT Badge__c FROM Contact").text("sf:exceptionCode"), "INVALID_FIELD");
    let twice = emulator.partner(&format!(
        "<create>{}</create>",
        crate::emulator::loose("Contact", "<LastName>Doe</LastName><Pass__c>b1</Pass__c>")
    ));
    assert_eq!(twice.text("statusCode"), "DUPLICATE_VALUE");
    let read = "<readMetadata><type>CustomField</type><fullNames>Contact.Pass__c</fullNames></readMetadata>";
    assert_eq!(emulator.metadata(read).text("label"), "Badge");
    // The old name is free.
    create(&emulator, BADGE);
}

#[test]
fn an_object_keeps_its_records() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("org.db");
    let open = || Emulator::of(builder().database(&file));
    let emulator = open();
    let fields = "<fields><fullName>Holder__c</fullName><label>Holder</label><type>Lookup</type>\
                  <referenceTo>Contact</referenceTo><relationshipName>Badges</relationshipName></fields>\
                  <fields><fullName>Next__c</fullName><label>Next</label><type>Lookup</type>\
                  <referenceTo>Badge__c</referenceTo><relationshipName>Nexts</relationshipName></fields>";
    create(&emulator, &object("Badge__c", "Badge", fields));
    let lookup = "<metadata xsi:type=\"CustomField\"><fullName>Account.First__c</fullName><label>First</label>\
                  <type>Lookup</type><referenceTo>Badge__c</referenceTo><relationshipName>Firsts</relationshipName></metadata>";
    create(&emulator, lookup);
    for field in ["Badge__c.Holder__c", "Badge__c.Next__c", "Account.First__c"] {
        emulator.metadata(&granted(field)).succeeded();
    }
    let contact = emulator.create("Contact", "<LastName>Doe</LastName>");
    let badge = emulator.create("Badge__c", &format!("<Name>B1</Name><Holder__c>{contact}</Holder__c>"));
    let account = emulator.create("Account", &format!("<Name>A</Name><First__c>{badge}</First__c>"));
    let told = rename(&emulator, "CustomObject", "Badge__c", "Pass__c");
    assert!(told.contains("<fullName>Badge__c</fullName><success>true"), "{told}");
    let there = |emulator: &Emulator| {
        assert_eq!(emulator.id("SELECT Id FROM Pass__c WHERE Holder__r.LastName = 'Doe'"), badge);
        assert_eq!(emulator.id("SELECT Id FROM Account WHERE First__r.Name = 'B1'"), account);
        assert_eq!(
            emulator
                .query("SELECT (SELECT Name FROM Badges__r) FROM Contact WHERE LastName = 'Doe'")
                .text("sf:Name"),
            "B1"
        );
        assert_eq!(emulator.query("SELECT Id FROM Badge__c").text("sf:exceptionCode"), "INVALID_TYPE");
    };
    there(&emulator);
    let next = emulator.create("Pass__c", &format!("<Name>B2</Name><Next__c>{badge}</Next__c>"));
    assert_eq!(next.get(..3), badge.get(..3));
    emulator.server.stop();
    there(&open());
}

#[test]
fn records_of_setup_are_renamed_too() {
    let emulator = Emulator::start();
    create(
        &emulator,
        "<metadata xsi:type=\"RecordType\"><fullName>Contact.Staff</fullName><active>true</active><label>Staff</label></metadata>",
    );
    create(&emulator, &crate::metadata_communities::site("Club", "club"));
    create(&emulator, &crate::metadata_communities::network("Club", "Club", ""));
    create(&emulator, "<metadata xsi:type=\"Profile\"><fullName>Own</fullName></metadata>");
    let told = [
        rename(&emulator, "PermissionSet", "Provisioning", "Provisioners"),
        rename(&emulator, "Profile", "Own", "Our%3A Own"),
        rename(&emulator, "RecordType", "Contact.Staff", "Contact.Employee"),
        rename(&emulator, "CustomSite", "Club", "House"),
        rename(&emulator, "Network", "Club", "The Club"),
        rename(&emulator, "SamlSsoConfig", "Internal", "Inside"),
        emulator.query("SELECT Name FROM Profile WHERE Name = 'Our: Own'").text("size"),
        emulator
            .metadata("<readMetadata><type>Network</type><fullNames>The Club</fullNames></readMetadata>")
            .inside(),
        rename(&emulator, "Profile", "Admin", "Boss"),
        rename(&emulator, "CustomObject", "Account", "Firm__c"),
        rename(&emulator, "CustomField", "Contact.Email", "Contact.Mail__c"),
        rename(&emulator, "CustomField", "Contact.No__c", "Contact.Mail__c"),
        rename(&emulator, "CustomField", "Contact.External_Id__c", "Account.Mail__c"),
        rename(&emulator, "CustomField", "Contact.External_Id__c", "Contact.Mail"),
        rename(&emulator, "CustomField", "Contact.External_Id__c", "Contact.Email"),
        rename(&emulator, "PermissionSet", "Nothing", "Something"),
        rename(&emulator, "PermissionSet", "Provisioners", ""),
        rename(&emulator, "Flow", "A", "B"),
        emulator.call(Api::Metadata, 29, "", "<renameMetadata/>").inside(),
    ];
    assert_told!("metadata_renames", told.join("\n"));
}

#[test]
fn types_are_described() {
    let emulator = Emulator::start();
    let describe = |version, name: &str| {
        let body = format!(
            "<describeValueType><type>{{{}}}{name}</type></describeValueType>",
            Api::Metadata.namespace()
        );
        emulator.call(Api::Metadata, version, "", &body).inside()
    };
    let told = [
        describe(59, "RecordType"),
        describe(35, "RecordType"),
        describe(59, "NetworkMemberGroup"),
        describe(59, "Flow"),
        emulator.metadata("<describeValueType><type>RecordType</type></describeValueType>").inside(),
        describe(32, "RecordType"),
    ];
    assert_told!("metadata_value_types", told.join("\n"));
    for kind in
        ["CustomObject", "CustomField", "Profile", "PermissionSet", "SamlSsoConfig", "CustomSite", "Network"]
    {
        assert!(describe(59, kind).starts_with("200 "), "{kind}");
    }
}
