//! Names and fields that number their records, and what custom objects are parents of.

use crate::emulator::{Emulator, loose};
use crate::metadata::granted;

const INVOICE: &str = "<metadata xsi:type=\"CustomObject\"><fullName>Invoice__c</fullName><label>Invoice</label>\
    <pluralLabel>Invoices</pluralLabel><nameField><displayFormat>INV-{0000}</displayFormat><label>No</label>\
    <startingNumber>41</startingNumber><type>AutoNumber</type></nameField><deploymentStatus>Deployed</deploymentStatus>\
    <sharingModel>ReadWrite</sharingModel></metadata>";

fn with_invoices() -> Emulator {
    let emulator = Emulator::start();
    emulator.metadata(&format!("<createMetadata>{INVOICE}</createMetadata>")).succeeded();
    let access = "<updateMetadata><metadata xsi:type=\"Profile\"><fullName>Admin</fullName><objectPermissions>\
        <allowCreate>true</allowCreate><allowDelete>true</allowDelete><allowEdit>true</allowEdit><allowRead>true</allowRead>\
        <object>Invoice__c</object></objectPermissions></metadata></updateMetadata>";
    emulator.metadata(access).succeeded();
    emulator
}

#[test]
fn names_are_numbered() {
    let emulator = with_invoices();
    let first = emulator.create("Invoice__c", "");
    emulator.create("Invoice__c", "");
    let names = emulator.query("SELECT Name FROM Invoice__c ORDER BY Name").texts("sf:Name");
    assert_eq!(names, ["INV-0041", "INV-0042"]);
    let named = emulator.partner(&format!("<create>{}</create>", loose("Invoice__c", "<Name>mine</Name>")));
    assert_eq!(named.text("statusCode"), "INVALID_FIELD_FOR_INSERT_UPDATE");
    let read = "<readMetadata><type>CustomObject</type><fullNames>Invoice__c</fullNames></readMetadata>";
    assert_eq!(emulator.metadata(read).text("displayFormat"), "INV-{0000}");
    let describe = emulator.rest("sobjects/Invoice__c/describe", None).body;
    assert!(describe.contains("\"autoNumber\":true"), "{describe}");

    let field = "<metadata xsi:type=\"CustomField\"><fullName>Contact.No__c</fullName><displayFormat>{00}</displayFormat>\
        <label>No</label><type>AutoNumber</type></metadata>";
    emulator.metadata(&format!("<createMetadata>{field}</createMetadata>")).succeeded();
    emulator.metadata(&granted("Contact.No__c")).succeeded();
    let contact = emulator.create("Contact", "<LastName>Doe</LastName>");
    let found = emulator.query(&format!("SELECT No__c FROM Contact WHERE Id = '{contact}'"));
    assert_eq!(found.text("sf:No__c"), "01");

    // Attachments, notes, tasks and events may belong to records of custom objects.
    let parent = |object: &str, field: &str, more: &str| {
        emulator.create(object, &format!("<{field}>{first}</{field}>{more}"));
    };
    parent("Attachment", "ParentId", "<Name>a</Name><Body>YQ==</Body>");
    parent("Note", "ParentId", "<Title>n</Title>");
    parent("Task", "WhatId", "<Subject>t</Subject><Status>Completed</Status>");
    parent(
        "Event",
        "WhatId",
        "<Subject>e</Subject><DurationInMinutes>5</DurationInMinutes><ActivityDateTime>2040-01-01T10:00:00Z</ActivityDateTime>",
    );
    for list in ["Attachments", "Notes", "Tasks", "Events", "ActivityHistories", "OpenActivities"] {
        let found = emulator
            .query(&format!("SELECT Id, (SELECT Id FROM {list}) FROM Invoice__c WHERE Id = '{first}'"));
        assert_eq!(found.texts("sf:Id").len(), 4, "{list}: {}", found.body);
    }
    for (object, field) in [("Attachment", "ParentId"), ("Task", "WhatId")] {
        let describe = emulator.rest(&format!("sobjects/{object}/describe"), None).body;
        assert!(describe.contains("\"Invoice__c\""), "{object}.{field}");
    }
    let what = emulator.query("SELECT What.Name FROM Task");
    assert_eq!(what.text("sf:Name"), "INV-0041");
}
