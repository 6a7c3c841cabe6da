//! Communities: who is a member, and who is welcomed.

use fauxforce::credentials::password;
use fauxforce::model::id::Id;
use fauxforce::org::Link;

use crate::support::{CUSTOMER, Home, PARTNER, PLUS, home, home_with};

/// The communities of a user by name, as rows of NetworkMember.
fn communities(home: &Home, user: Id) -> Vec<String> {
    let rows = home.ids("NetworkMember", "MemberId", user);
    let networks =
        rows.into_iter().map(|row| home.record(home.record(row).id("NetworkId").expect("a network")));
    networks.map(|network| network.text("Name").expect("a name").to_owned()).collect()
}

/// Both communities send welcome mails; the profile PLUS is a member of both.
fn welcoming() -> Home {
    home_with(|org| {
        let org = org
            .replace("\"status\": \"Live\",", "\"status\": \"Live\", \"options\": [\"SendWelcomeEmail\"],");
        org.replace(
            "[\"System Administrator\", \"Acme Partner Community User\"]",
            "[\"Acme Customer Community Plus User\", \"Acme Partner Community User\"]",
        )
    })
}

#[test]
fn members_by_profile() {
    let home = home();
    assert_eq!(communities(&home, home.user("admin")), ["Customers", "Partners"]);
    assert!(communities(&home, home.user("norole.owner")).is_empty());
    let user = home.a_portal_user(CUSTOMER, "Acme Customers", "Doe");
    assert_eq!(communities(&home, user), ["Customers"]);
    // Upgrading to another profile of the same community changes no row.
    let before = home.ids("NetworkMember", "MemberId", user);
    home.updated("User", user, &[("ProfileId", home.profile(PLUS).as_str())]);
    assert_eq!(home.ids("NetworkMember", "MemberId", user), before);
    let employee = home.user("norole.owner");
    home.updated("User", employee, &[("ProfileId", home.profile("System Administrator").as_str())]);
    assert_eq!(communities(&home, employee).len(), 2);
    home.updated("User", employee, &[("ProfileId", home.profile("Standard User").as_str())]);
    assert!(communities(&home, employee).is_empty());
    // Deactivating does not end it.
    home.updated("User", user, &[("IsActive", "false")]);
    assert_eq!(communities(&home, user), ["Customers"]);
}

#[test]
fn members_by_permission_set() {
    let home = home();
    let set = home.inserted("PermissionSet", &[("Name", "Partners"), ("Label", "Partners")]);
    let network = home.id("Network", "Name", "Partners");
    let early = home.user("norole.owner");
    let assign = |user: Id| {
        home.inserted(
            "PermissionSetAssignment",
            &[("AssigneeId", user.as_str()), ("PermissionSetId", set.as_str())],
        )
    };
    assign(early);
    let group =
        home.inserted("NetworkMemberGroup", &[("NetworkId", network.as_str()), ("ParentId", set.as_str())]);
    assert_eq!(home.record(group).text("AssignmentStatus"), Some("Added"));
    assert_eq!(communities(&home, early), ["Partners"]);
    let late = home.user("readonly.owner");
    let assignment = assign(late);
    assert_eq!(communities(&home, late), ["Partners"]);
    assert!(home.delete(assignment).is_success());
    assert!(communities(&home, late).is_empty());
    home.updated("NetworkMemberGroup", group, &[("AssignmentStatus", "WaitingForRemove")]);
    assert!(communities(&home, early).is_empty());
    assert!(home.ids("NetworkMemberGroup", "ParentId", set).is_empty());
}

#[test]
fn members_are_not_made_by_hand() {
    let home = home();
    let fields =
        [("NetworkId", home.id("Network", "Name", "Partners")), ("MemberId", home.user("norole.owner"))];
    let fields = fields.map(|(name, id)| (name, id.to_string()));
    let fields: Vec<_> = fields.iter().map(|(name, id)| (*name, id.as_str())).collect();
    let outcome = home.insert("NetworkMember", &fields);
    assert_eq!(outcome.faults[0].message, "entity type cannot be inserted: Network Member");
}

#[test]
fn the_first_welcome_mail_has_username_and_link() {
    let home = welcoming();
    assert!(home.environment.mails.borrow().is_empty(), "loading a seed sends no mail");
    let user = home.a_portal_user(PLUS, "Acme Customers", "Doe");
    let mails = home.environment.mails.take();
    let told: Vec<_> = mails
        .iter()
        .map(|mail| (mail.kind, mail.to.as_str(), mail.user, mail.subject.as_str(), mail.body.as_str()))
        .collect();
    let first = "Hi Doe, welcome to Customers! To get started, follow the link and set a password. Username: doe@example.com";
    assert_eq!(
        told,
        [
            ("community_welcome", "jo@example.com", Some(user), "Welcome to Customers", first),
            (
                "community_welcome",
                "jo@example.com",
                Some(user),
                "Welcome to Partners",
                "Hi Doe, welcome to Partners!"
            ),
        ]
    );
    let (network, sent) = (home.id("Network", "Name", "Customers"), home.environment.now.get());
    let Some(Link::SetPassword { token, network: Some(at) }) = &mails[0].link else {
        panic!("{:?}", mails[0])
    };
    assert_eq!((*at, &mails[1].link), (network, &None));
    // The link lasts seven days.
    let day = 24 * 3_600_000;
    for (days, found) in [(6, Some(user)), (7, None)] {
        home.environment.now.set(sent + days * day);
        let of_link = password::user_of_link(&home.org, &home.environment, token).expect("a store");
        assert_eq!(of_link, found, "after {days} days");
    }
}

/// A user of a contact gets no other welcome than that to a community, whatever the caller asks for.
#[test]
fn a_contact_is_welcomed_by_a_community_only() {
    let mut home = home();
    home.options.user_mail = true;
    home.a_portal_user(PLUS, "Acme Customers", "Doe");
    assert!(home.environment.mails.take().is_empty());
    home.a_user("Standard User", &[("Username", "staff@example.com")]);
    let kinds: Vec<_> = home.environment.mails.take().iter().map(|mail| mail.kind).collect();
    assert_eq!(kinds, ["welcome"]);
}

#[test]
fn who_is_not_welcomed() {
    // By a community that sends no mails, or is not published; an inactive user.
    let quiet = home();
    quiet.a_portal_user(PLUS, "Acme Customers", "Doe");
    assert!(quiet.environment.mails.borrow().is_empty());
    let home = home_with(|org| {
        org.replace(
            "\"status\": \"Live\",",
            "\"status\": \"UnderConstruction\", \"options\": [\"SendWelcomeEmail\"],",
        )
    });
    let user = home.a_portal_user(PARTNER, "Acme Partners", "Doe");
    assert!(home.environment.mails.borrow().is_empty());
    // Activating the community makes up for it.
    let network = home.id("Network", "Name", "Partners");
    home.updated("Network", network, &[("Status", "Live")]);
    let mails = home.environment.mails.take();
    let to: Vec<_> = mails.iter().map(|mail| (mail.user, mail.link.is_some())).collect();
    assert_eq!(to, [(Some(home.user("admin")), false), (Some(user), true)]);
    let home = welcoming();
    let contact = home.contact("Acme Partners", "Two");
    home.a_user(PARTNER, &[("ContactId", contact.as_str()), ("IsActive", "false")]);
    assert!(home.environment.mails.borrow().is_empty());
}

#[test]
fn employees_get_no_link() {
    let home = welcoming();
    home.a_user("System Administrator", &[]);
    let mails = home.environment.mails.take();
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].body.as_str(), &mails[0].link), ("Hi Doe, welcome to Customers!", &None));
}
