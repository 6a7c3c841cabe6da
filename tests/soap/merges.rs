//! `merge`, `emptyRecycleBin`, `findDuplicates`.

use tempfile::TempDir;

use crate::assert_told;
use crate::emulator::{Api, Emulator, builder, loose, strong};
use crate::fixture::seed_folder;

#[test]
fn contacts_become_one() {
    let emulator = Emulator::start();
    let contact = |name: &str| emulator.create("Contact", &format!("<LastName>{name}</LastName>"));
    let (master, one, other) = (contact("Master"), contact("One"), contact("Other"));
    emulator.create("Contact", &format!("<LastName>Report</LastName><ReportsToId>{one}</ReportsToId>"));
    let merge = |master: &str, losers: &[&str], fields: &str| {
        let losers: String =
            losers.iter().map(|id| format!("<recordToMergeIds>{id}</recordToMergeIds>")).collect();
        format!(
            "<request><masterRecord><s:type>Contact</s:type><s:Id>{master}</s:Id>{fields}</masterRecord>{losers}</request>"
        )
    };
    let title = "<s:Title>Merged</s:Title>";
    let told = [
        emulator.partner(&format!("<merge>{}</merge>", merge(&master, &[&one, &other], title))).inside(),
        emulator.partner(&format!("<merge>{}</merge>", merge(&master, &[&one], ""))).inside(),
        emulator.partner(&format!("<merge>{}</merge>", merge(&master, &[], ""))).inside(),
        emulator.partner(&format!("<merge>{}</merge>", merge(&master, &["nonsense"], "<s:Nope/>"))).inside(),
        // As jsforce calls the elements.
        emulator
            .partner(&format!(
                "<merge>{}</merge>",
                merge(&master, &[&master], "").replace("request>", "mergeRequests>")
            ))
            .inside(),
        emulator.query("SELECT LastName, Title, ReportsTo.LastName FROM Contact ORDER BY LastName").inside(),
    ];
    assert_told!("soap_merge", told.join("\n"));
}

#[test]
fn what_left_the_bin_does_not_come_back() {
    let emulator = Emulator::start();
    let contact = emulator.create("Contact", "<LastName>Gone</LastName>");
    let live = emulator.create("Contact", "<LastName>Live</LastName>");
    emulator.partner(&format!("<delete><ids>{contact}</ids></delete>")).succeeded();
    let told = [
        emulator
            .partner(&format!("<emptyRecycleBin><ids>{contact}</ids><ids>{live}</ids></emptyRecycleBin>"))
            .inside(),
        emulator.partner(&format!("<undelete><ids>{contact}</ids></undelete>")).inside(),
    ];
    assert_told!("soap_empty_recycle_bin", told.join("\n"));
}

/// The default seed with the standard duplicate rule of contacts switched on.
fn ruled() -> (Emulator, TempDir) {
    let rules = r#""duplicateRules": [{ "fullName": "Contact.Standard_Contact_Duplicate_Rule", "isActive": true }], "settings": {"#;
    let folder = seed_folder(|org| org.replacen("\"settings\": {", rules, 1), &[]);
    (Emulator::of(builder().seed(folder.path())), folder)
}

#[test]
fn duplicates_are_told_and_may_be_saved() {
    let (emulator, _seed) = ruled();
    let fields = "<FirstName>Jo</FirstName><LastName>Doe</LastName><Email>jo@example.com</Email>";
    emulator.create("Contact", fields);
    let create = |version: u32, headers: &str| {
        emulator
            .call(Api::Partner, version, headers, &format!("<create>{}</create>", loose("Contact", fields)))
            .inside()
    };
    let header = |name: &str| format!("<DuplicateRuleHeader><{name}>true</{name}></DuplicateRuleHeader>");
    let strong = format!(
        "<create>{}</create>",
        strong("Contact", &fields.replace('<', "<s:").replace("<s:/", "</s:"))
    );
    let find = format!("<findDuplicates>{}</findDuplicates>", loose("Contact", fields));
    let mixed = find.replace("</findD", &format!("{}</findD", loose("Account", "<Name>x</Name>")));
    let unruled = format!("<findDuplicates>{}</findDuplicates>", loose("Account", "<Name>x</Name>"));
    let ids = |ids: &[&str]| {
        let ids: String = ids.iter().map(|id| format!("<ids>{id}</ids>")).collect();
        format!("<findDuplicatesByIds>{ids}</findDuplicatesByIds>")
    };
    let stored = emulator.id("SELECT Id FROM Contact WHERE Email = 'jo@example.com' LIMIT 1");
    let stored = stored.as_str();
    let account = emulator.id("SELECT Id FROM Account LIMIT 1");
    let told = [
        create(59, ""),
        create(59, &header("includeRecordDetails")),
        create(31, ""),
        create(59, &header("allowSave")),
        emulator.call(Api::Enterprise, 59, &header("includeRecordDetails"), &strong).inside(),
        emulator.partner(&find).inside(),
        emulator.partner(&unruled).inside(),
        emulator.call(Api::Partner, 37, "", &find).inside(),
        emulator.partner(&mixed).inside(),
        emulator
            .partner(&find.replace("</findD", &format!("{}</findD", loose("Contact", fields).repeat(50))))
            .inside(),
        emulator.partner(&ids(&[stored, "003000000000000AAA"])).inside(),
        emulator.call(Api::Enterprise, 59, &header("includeRecordDetails"), &ids(&[stored])).inside(),
        emulator.partner(&ids(&[stored, &account])).inside(),
        emulator.partner(&ids(&["003"])).inside(),
        emulator.partner(&ids(&[stored; 51])).inside(),
    ];
    assert_told!("soap_duplicates", told.join("\n"));
}
