//! Communities are made by metadata: a CustomSite, and a Network at its place.

use crate::assert_told;
use crate::emulator::{Api, Emulator, PASSWORD, builder};
use crate::metadata_packages::{deploy, manifest, retrieve};

pub fn site(name: &str, path: &str) -> String {
    format!(
        "<metadata xsi:type=\"CustomSite\"><fullName>{name}</fullName><active>true</active>\
         <allowHomePage>true</allowHomePage><allowStandardIdeasPages>false</allowStandardIdeasPages>\
         <allowStandardLookups>false</allowStandardLookups><allowStandardSearch>false</allowStandardSearch>\
         <authorizationRequiredPage>Unauthorized</authorizationRequiredPage>\
         <clickjackProtectionLevel>SameOriginOnly</clickjackProtectionLevel><indexPage>CommunitiesLanding</indexPage>\
         <masterLabel>{name}</masterLabel><siteType>ChatterNetwork</siteType><urlPathPrefix>{path}</urlPathPrefix>\
         </metadata>"
    )
}

pub fn network(name: &str, site: &str, more: &str) -> String {
    format!(
        "<metadata xsi:type=\"Network\"><fullName>{name}</fullName>\
         <changePasswordTemplate>unfiled$public/CommunityChangePasswordEmailTemplate</changePasswordTemplate>\
         <emailSenderAddress>club@acme.test</emailSenderAddress><emailSenderName>Club</emailSenderName>\
         <forgotPasswordTemplate>unfiled$public/CommunityForgotPasswordEmailTemplate</forgotPasswordTemplate>{more}\
         <site>{site}</site><status>Live</status>\
         <tabs><defaultTab>Chatter</defaultTab><standardTab>Chatter</standardTab></tabs>\
         <welcomeTemplate>unfiled$public/CommunityWelcomeEmailTemplate</welcomeTemplate></metadata>"
    )
}

const MEMBERS: &str = "<networkMemberGroups><profile>Admin</profile></networkMemberGroups>";

fn create(component: &str) -> String {
    format!("<createMetadata>{component}</createMetadata>")
}

/// The same as a file of a package.
fn file(component: &str, kind: &str) -> String {
    let inside = component.split_once("</fullName>").map_or(component, |(_, rest)| rest);
    let inside = inside.trim_end_matches("</metadata>");
    format!("<{kind} xmlns=\"http://soap.sforce.com/2006/04/metadata\">{inside}</{kind}>")
}

fn log_in(emulator: &Emulator, path: &str, username: &str) -> (u16, String) {
    let login = format!("<login><username>{username}</username><password>{PASSWORD}</password></login>");
    let answer = emulator.ask_at(&format!("/{path}/services/Soap/u/59.0"), Api::Partner, "", &login);
    (answer.status, answer.body)
}

#[test]
fn a_community_is_there_at_once() {
    let emulator = Emulator::start();
    let read = |kind: &str, name: &str| {
        let read = format!("<readMetadata><type>{kind}</type><fullNames>{name}</fullNames></readMetadata>");
        emulator.metadata(&read).inside()
    };
    let guests = "SELECT Id FROM User WHERE UserType = 'Guest'";
    assert_eq!(log_in(&emulator, "club", crate::emulator::ADMIN).0, 404);
    let mut told = vec![
        emulator.metadata(&create(&site("Club_House", "club"))).inside(),
        emulator.metadata(&create(&network("Club", "Club_House", MEMBERS))).inside(),
        emulator.metadata(&create(&network("Club", "Club_House", ""))).inside(),
        read("CustomSite", "Club_House"),
        read("Network", "Club"),
    ];
    assert_eq!(emulator.query(guests).text("size"), "1");
    let (status, body) = log_in(&emulator, "club", crate::emulator::ADMIN);
    assert!(status == 200 && body.contains("/club/services/Soap/u/59.0/"), "{body}");
    // Customers are no members.
    assert_eq!(log_in(&emulator, "club", "customer@fauxforce.test").0, 500);
    assert_eq!(emulator.get("/club/login").status, 200);
    told.push(
        emulator
            .query("SELECT Name, Status, UrlPathPrefix, EmailSenderName FROM Network WHERE Name = 'Club'")
            .inside(),
    );
    told.push(
        emulator
            .query("SELECT Name, MasterLabel, UrlPathPrefix, SiteType, GuestUser.Name FROM Site")
            .inside(),
    );
    let renamed = "<updateMetadata><metadata xsi:type=\"CustomSite\"><fullName>Club_House</fullName>\
                   <active>false</active><masterLabel>Club House</masterLabel><siteAdmin>admin@fauxforce.test</siteAdmin>\
                   </metadata></updateMetadata>";
    told.push(emulator.metadata(renamed).inside());
    told.push(read("CustomSite", "Club_House"));
    told.push(
        emulator.metadata("<listMetadata><queries><type>CustomSite</type></queries></listMetadata>").inside(),
    );
    assert_told!("metadata_community", told.join("\n"));
}

#[test]
fn visitors_register_themselves_at_it() {
    let emulator = Emulator::start();
    emulator.metadata(&create(&site("Club_House", "club"))).succeeded();
    let open = "<networkMemberGroups><profile>Acme Customer Community User</profile></networkMemberGroups>\
                <selfRegProfile>Acme Customer Community User</selfRegProfile><selfRegistration>true</selfRegistration>";
    emulator.metadata(&create(&network("Club", "Club_House", open))).succeeded();
    assert_eq!(emulator.get("/club/CommunitiesSelfReg").status, 200);
    // One of the seed is opened to them.
    assert_eq!(emulator.get("/customers/CommunitiesSelfReg").status, 404);
    let opened = "<updateMetadata><metadata xsi:type=\"Network\"><fullName>Customers</fullName>\
                  <selfRegProfile>Acme Customer Community User</selfRegProfile><selfRegistration>true</selfRegistration>\
                  </metadata></updateMetadata>";
    emulator.metadata(opened).succeeded();
    assert_eq!(emulator.get("/customers/CommunitiesSelfReg").status, 200);
    assert_eq!(emulator.query("SELECT Id FROM Site WHERE GuestUserId != null").text("size"), "2");
}

#[test]
fn a_package_brings_one_and_it_comes_back() {
    let emulator = Emulator::start();
    let files = [
        ("package.xml", manifest(&[("CustomSite", &["Club_House"]), ("Network", &["Club"])])),
        ("networks/Club.network", file(&network("Club", "Club_House", MEMBERS), "Network")),
        ("sites/Club_House.site", file(&site("Club_House", "club"), "CustomSite")),
    ];
    let mut told = vec![deploy(&emulator, &files, "<checkOnly>true</checkOnly>")];
    assert_eq!(emulator.get("/club/login").status, 404);
    told.push(deploy(&emulator, &files, "<rollbackOnError>true</rollbackOnError>"));
    assert_eq!(emulator.get("/club/login").status, 200);
    let wanted = "<types><members>*</members><name>CustomSite</name></types>\
                  <types><members>Club</members><members>Customers</members><name>Network</name></types>";
    let files = retrieve(&emulator, wanted);
    for (name, text) in &files {
        told.push(format!("{name}\n{text}"));
    }
    // What came back goes into another org.
    let other = Emulator::start();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    let again = deploy(&other, &files, "<rollbackOnError>true</rollbackOnError>");
    assert!(again.contains("<status>Succeeded</status>"), "{again}");
    assert_eq!((other.get("/club/login").status, other.get("/customers/login").status), (200, 200));
    assert_told!("metadata_community_package", told.join("\n"));
}

#[test]
fn a_seed_brings_one_in_its_source() {
    let folder = tempfile::tempdir().expect("a folder");
    crate::fixture::copy_default_seed(folder.path());
    let main = folder.path().join("force-app/main/default");
    let files = [
        ("sites", "Club_House.site-meta.xml", file(&site("Club_House", "club"), "CustomSite")),
        (
            "networks",
            "The Club.network-meta.xml",
            file(&network("The Club", "Club_House", MEMBERS), "Network"),
        ),
    ];
    for (kind, name, text) in files {
        std::fs::create_dir_all(main.join(kind)).expect("a folder");
        std::fs::write(main.join(kind).join(name), text).expect("a file");
    }
    let emulator = Emulator::of(builder().seed(folder.path()));
    assert_eq!(log_in(&emulator, "club", crate::emulator::ADMIN).0, 200);
    assert_eq!(emulator.query("SELECT Id FROM Network WHERE Name = 'The Club'").text("size"), "1");
}

#[test]
fn it_stays_in_a_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("org.db");
    let open = || Emulator::of(builder().database(&path));
    let emulator = open();
    emulator.metadata(&create(&site("Club_House", "club"))).succeeded();
    emulator.metadata(&create(&network("Club", "Club_House", MEMBERS))).succeeded();
    emulator.server.stop();
    let emulator = open();
    assert_eq!(log_in(&emulator, "club", crate::emulator::ADMIN).0, 200);
    let read = "<readMetadata><type>Network</type><fullNames>Club</fullNames></readMetadata>";
    assert_eq!(emulator.metadata(read).text("defaultTab"), "Chatter");
}
