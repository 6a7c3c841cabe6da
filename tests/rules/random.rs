//! Random saves: whatever is sent, the org stays whole.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use fauxforce::model::value::Value;

use crate::support::{CUSTOMER, Home, PARTNER, PLUS, home};

#[derive(Debug, Clone)]
enum Step {
    Contact { account: usize },
    User { profile: usize, username: usize, contact: usize, active: bool },
    Update { user: usize, field: usize, flag: bool },
    Move { contact: usize, account: usize },
    Delete { contact: usize },
    Owner { account: usize, owner: usize },
    Role { owner: usize, role: Option<usize> },
    RoleUnder { role: usize, parent: usize },
    DeleteRole { nth: usize },
    DeleteAccount { account: usize },
    Partner { account: usize, flag: bool },
    Member { group: usize, user: usize },
    Merge { master: usize, loser: usize },
    MergeAccounts { master: usize, loser: usize },
    Undelete { object: &'static str, nth: usize },
}

/// Who runs a step: an administrator, an integration user with few permissions, employees, the youngest user.
const RUNNERS: [&str; 5] = ["admin", "admin", "integration", "channel.manager", "norole.owner"];

const ACCOUNTS: [&str; 3] = ["Acme Customers", "Acme Partners", "Norole Industries"];
const PROFILES: [&str; 5] = ["Standard User", CUSTOMER, PLUS, PARTNER, "Chatter Free User"];
const ROLES: [&str; 3] = ["CEO", "Channel Manager", "Account Manager"];
const OWNERS: [&str; 3] = ["channel.manager", "readonly.owner", "norole.owner"];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..3usize).prop_map(|account| Step::Contact { account }),
        (0..5usize, 0..6usize, 0..5usize, any::<bool>()).prop_map(|(profile, username, contact, active)| {
            Step::User { profile, username, contact, active }
        }),
        (0..6usize, 0..5usize, any::<bool>()).prop_map(|(user, field, flag)| Step::Update {
            user,
            field,
            flag
        }),
        (0..5usize, 0..3usize).prop_map(|(contact, account)| Step::Move { contact, account }),
        (0..5usize).prop_map(|contact| Step::Delete { contact }),
        (0..3usize, 0..3usize).prop_map(|(account, owner)| Step::Owner { account, owner }),
        (0..3usize, proptest::option::of(0..3usize)).prop_map(|(owner, role)| Step::Role { owner, role }),
        (0..3usize, 0..3usize).prop_map(|(role, parent)| Step::RoleUnder { role, parent }),
        (0..4usize).prop_map(|nth| Step::DeleteRole { nth }),
        (0..3usize).prop_map(|account| Step::DeleteAccount { account }),
        (0..3usize, any::<bool>()).prop_map(|(account, flag)| Step::Partner { account, flag }),
        (0..2usize, 0..6usize).prop_map(|(group, user)| Step::Member { group, user }),
        (0..5usize, 0..5usize).prop_map(|(master, loser)| Step::Merge { master, loser }),
        (0..3usize, 0..3usize).prop_map(|(master, loser)| Step::MergeAccounts { master, loser }),
        (prop_oneof![Just("Contact"), Just("Account")], 0..5usize)
            .prop_map(|(object, nth)| Step::Undelete { object, nth }),
    ]
}

/// Lets another user run: one of the seed's, or the youngest that is active.
fn run_by(home: &mut Home, who: usize) {
    let sql = "SELECT \"Id\" FROM \"User\" WHERE \"Username\" LIKE 'user%' AND \"IsActive\" ORDER BY \"Id\" DESC LIMIT 1";
    let youngest = home.org.store.row(sql, [], |row| row.get::<_, String>(0)).expect("rows");
    let user = match RUNNERS.get(who) {
        Some(name) => Some(home.user(name)),
        None => youngest.and_then(|id| fauxforce::model::id::Id::parse(&id)),
    };
    let user = user.unwrap_or_else(|| home.user("admin"));
    home.runner = home.org.runner(user).expect("a runner");
}

/// The account, unless it has been deleted.
fn live_account(home: &Home, name: &str) -> Option<fauxforce::model::id::Id> {
    home.ids("Account", "Name", name).first().copied()
}

/// Every stored value, but for tables that count ids or are wide and never written.
fn image(home: &Home) -> Vec<String> {
    let tables = home
        .org
        .store
        .rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('_counter', 'Profile', 'PermissionSet') ORDER BY name",
            [],
            |row| row.get::<_, String>(0),
        )
        .expect("tables");
    let mut lines = Vec::new();
    for table in tables {
        let sql = format!("SELECT * FROM \"{table}\" ORDER BY 1");
        let rows = home.org.store.rows(&sql, [], |row| {
            let columns = row.as_ref().column_count();
            let values: Result<Vec<Value>, _> =
                (0..columns).map(|at| row.get_ref(at).map(Value::from)).collect();
            Ok(format!("{:?}", values?))
        });
        let rows = rows.expect("rows");
        if !rows.is_empty() {
            lines.push(format!("{table} {rows:?}"));
        }
    }
    lines
}

fn take(home: &Home, step: &Step) -> bool {
    let nth = |object: &str, at: usize| {
        let made = if object == "User" { "\"Username\" LIKE 'user%'" } else { "1" };
        let sql =
            format!("SELECT \"Id\" FROM \"{object}\" WHERE {made} ORDER BY \"Id\" DESC LIMIT 1 OFFSET {at}");
        let id = home.org.store.row(&sql, [], |row| row.get::<_, String>(0)).expect("rows");
        id.and_then(|id| fauxforce::model::id::Id::parse(&id))
    };
    match step {
        Step::Contact { account } => {
            let Some(account) = live_account(home, ACCOUNTS[*account]) else { return true };
            home.insert("Contact", &[("LastName", "Doe"), ("AccountId", account.as_str())]).is_success()
        }
        Step::User { profile, username, contact, active } => {
            let username = format!("user{username}@example.com");
            let contact = nth("Contact", *contact).map(|id| id.to_string());
            let active = if *active { "true" } else { "false" };
            let mut fields = vec![("Username", username.as_str()), ("IsActive", active)];
            fields.extend(contact.as_deref().map(|id| ("ContactId", id)));
            home.new_user(PROFILES[*profile], &fields).is_success()
        }
        Step::Update { user, field, flag } => {
            let Some(user) = nth("User", *user) else { return true };
            let profile = home.profile(PROFILES[*field]);
            let flag = if *flag { "true" } else { "false" };
            let field = [
                ("IsActive", flag),
                ("IsPortalEnabled", flag),
                ("ProfileId", profile.as_str()),
                ("UserRoleId", "null"),
                ("Username", "user1@example.com"),
            ][*field];
            home.update("User", user, &[field]).is_success()
        }
        Step::Move { contact, account } => {
            let Some(account) = live_account(home, ACCOUNTS[*account]) else { return true };
            let Some(contact) = nth("Contact", *contact) else { return true };
            home.update("Contact", contact, &[("AccountId", account.as_str())]).is_success()
        }
        Step::Delete { contact } => {
            nth("Contact", *contact).is_none_or(|contact| home.delete(contact).is_success())
        }
        Step::Owner { account, owner } => {
            let Some(account) = live_account(home, ACCOUNTS[*account]) else { return true };
            home.update("Account", account, &[("OwnerId", home.user(OWNERS[*owner]).as_str())]).is_success()
        }
        Step::Role { owner, role } => {
            let role = role.and_then(|role| home.ids("UserRole", "Name", ROLES[role]).first().copied());
            let role = role.map_or("null".to_owned(), |role| role.to_string());
            home.update("User", home.user(OWNERS[*owner]), &[("UserRoleId", &role)]).is_success()
        }
        Step::RoleUnder { role, parent } => {
            let found = |name: &str| home.ids("UserRole", "Name", name).first().copied();
            let (Some(role), Some(parent)) = (found(ROLES[*role]), found(ROLES[*parent])) else {
                return true;
            };
            home.update("UserRole", role, &[("ParentRoleId", parent.as_str())]).is_success()
        }
        Step::DeleteRole { nth: at } => {
            nth("UserRole", *at).is_none_or(|role| home.delete(role).is_success())
        }
        Step::DeleteAccount { account } => {
            live_account(home, ACCOUNTS[*account]).is_none_or(|account| home.delete(account).is_success())
        }
        Step::Partner { account, flag } => {
            let Some(account) = live_account(home, ACCOUNTS[*account]) else { return true };
            let flag = if *flag { "true" } else { "false" };
            home.update("Account", account, &[("IsPartner", flag)]).is_success()
        }
        Step::Member { group, user } => {
            let group = home.ids("Group", "DeveloperName", format!("Team{group}"))[0];
            let Some(user) = nth("User", *user) else { return true };
            let fields = [("GroupId", group.as_str()), ("UserOrGroupId", user.as_str())];
            home.insert("GroupMember", &fields).is_success()
        }
        Step::Merge { master, loser } => {
            let (Some(master), Some(loser)) = (nth("Contact", *master), nth("Contact", *loser)) else {
                return true;
            };
            home.merge(master, &[("Title", "One")], &[loser]).outcome.is_success()
        }
        Step::MergeAccounts { master, loser } => {
            let found = |at: usize| live_account(home, ACCOUNTS[at]);
            let (Some(master), Some(loser)) = (found(*master), found(*loser)) else { return true };
            home.merge(master, &[], &[loser]).outcome.is_success()
        }
        Step::Undelete { object, nth: at } => {
            nth(object, *at).is_none_or(|id| home.undelete(id).is_success())
        }
    }
}

fn is_whole(home: &Home) {
    home.org.standard("Profile").expect("profiles");
    let sql = "SELECT u.\"Username\", u.\"ContactId\", ifnull(u.\"IsActive\", 0), p.\"UserLicenseId\", u.\"AccountId\", \
               c.\"AccountId\", ifnull(u.\"IsPortalEnabled\", 0) FROM \"User\" u LEFT JOIN \"Profile\" p ON p.\"Id\" = u.\"ProfileId\" \
               LEFT JOIN \"Contact\" c ON c.\"Id\" = u.\"ContactId\"";
    type Line = (String, Option<String>, bool, Option<String>, Option<String>, Option<String>, bool);
    let read = |row: &rusqlite::Row| -> rusqlite::Result<Line> {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?))
    };
    let mut usernames = HashSet::new();
    let mut contacts = HashSet::new();
    let mut seats: HashMap<String, i64> = HashMap::new();
    for (username, contact, active, license, account, contact_account, portal) in
        home.org.store.rows(sql, [], read).expect("users")
    {
        let holds_name = active || portal || contact.is_some() || !username.starts_with("user");
        assert!(!holds_name || usernames.insert(username), "usernames are unique");
        assert_eq!(account, contact_account, "a user's account is its contact's");
        assert!(contact.is_none_or(|contact| contacts.insert(contact)), "one user per contact");
        if let Some(license) = license.filter(|_| active) {
            *seats.entry(license).or_default() += 1;
        }
    }
    let used = home
        .org
        .store
        .rows("SELECT \"Id\", \"UsedLicenses\" FROM \"UserLicense\"", [], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })
        .expect("licences");
    for (license, count) in used {
        assert_eq!(seats.remove(&license).unwrap_or(0), count, "seats in use are active users");
    }
}

/// Every role hangs on one that is there, in no circle; those of an account hang on each other and on its owner's.
fn roles_are_a_tree(home: &Home) {
    let sql = "SELECT r.\"Id\", r.\"Name\", r.\"ParentRoleId\", r.\"PortalAccountId\", p.\"PortalAccountId\", \
               o.\"UserRoleId\", p.\"Id\", a.\"OwnerId\" = r.\"PortalAccountOwnerId\" \
               FROM \"UserRole\" r LEFT JOIN \"UserRole\" p ON p.\"Id\" = r.\"ParentRoleId\" \
               LEFT JOIN \"Account\" a ON a.\"Id\" = r.\"PortalAccountId\" LEFT JOIN \"User\" o ON o.\"Id\" = a.\"OwnerId\"";
    type Line = (String, String, [Option<String>; 5], Option<bool>);
    let read = |row: &rusqlite::Row| -> rusqlite::Result<Line> {
        let texts = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?];
        Ok((row.get(0)?, row.get(1)?, texts, row.get(7)?))
    };
    let rows = home.org.store.rows(sql, [], read).expect("roles");
    let parents: HashMap<&str, Option<&str>> =
        rows.iter().map(|(id, _, [parent, ..], _)| (id.as_str(), parent.as_deref())).collect();
    for (id, name, [parent, account, parents_account, owners_role, found], same_owner) in &rows {
        assert_eq!(parent, found, "the parent of {name} is there");
        let chain = std::iter::successors(Some(id.as_str()), |id| parents.get(id).copied().flatten());
        assert!(chain.take(rows.len() + 1).count() <= rows.len(), "{name} is in a circle");
        if account.is_some() {
            assert_eq!(*same_owner, Some(true), "{name} knows the account's owner");
            assert!(account == parents_account || parent == owners_role, "{name} hangs on the owner's role");
        }
    }
}

/// What comes with every user, and what a role-based portal user hangs on.
fn users_are_complete(home: &Home) {
    let count = |sql: &str| home.org.store.row(sql, [], |row| row.get::<_, i64>(0)).expect("a count");
    let none = |what: &str, sql: &str| assert_eq!(count(sql), Some(0), "{what}");
    none(
        "no role-based portal user under an owner without a role",
        "SELECT count(*) FROM \"User\" u JOIN \"Account\" a ON a.\"Id\" = u.\"AccountId\" \
         JOIN \"User\" o ON o.\"Id\" = a.\"OwnerId\" WHERE o.\"UserRoleId\" IS NULL \
         AND u.\"UserType\" IN ('PowerPartner', 'PowerCustomerSuccess')",
    );
    none(
        "a role-based portal user has a role of its account",
        "SELECT count(*) FROM \"User\" u LEFT JOIN \"UserRole\" r ON r.\"Id\" = u.\"UserRoleId\" \
         WHERE u.\"ContactId\" IS NOT NULL AND u.\"UserType\" IN ('PowerPartner', 'PowerCustomerSuccess') \
         AND r.\"PortalAccountId\" IS NOT u.\"AccountId\"",
    );
    none(
        "one UserLogin for every user",
        "SELECT count(*) FROM \"User\" u WHERE u.\"Username\" LIKE 'user%' AND \
         (SELECT count(*) FROM \"UserLogin\" l WHERE l.\"UserId\" = u.\"Id\") <> 1",
    );
    none(
        "every user is assigned the set of the profile, and no other profile's",
        "SELECT count(*) FROM \"User\" u WHERE u.\"Username\" LIKE 'user%' AND (SELECT group_concat(s.\"ProfileId\") \
         FROM \"PermissionSetAssignment\" p JOIN \"PermissionSet\" s ON s.\"Id\" = p.\"PermissionSetId\" \
         WHERE p.\"AssigneeId\" = u.\"Id\" AND s.\"IsOwnedByProfile\") IS NOT u.\"ProfileId\"",
    );
    none(
        "a contact's account is there",
        "SELECT count(*) FROM \"Contact\" c LEFT JOIN \"Account\" a ON a.\"Id\" = c.\"AccountId\" \
         WHERE c.\"AccountId\" IS NOT NULL AND NOT c.\"IsDeleted\" AND (a.\"Id\" IS NULL OR a.\"IsDeleted\")",
    );
    none(
        "what was merged away is deleted",
        "SELECT count(*) FROM \"Contact\" WHERE \"MasterRecordId\" IS NOT NULL AND NOT \"IsDeleted\"",
    );
    none(
        "a user's contact is there",
        "SELECT count(*) FROM \"User\" u LEFT JOIN \"Contact\" c ON c.\"Id\" = u.\"ContactId\" \
         WHERE u.\"ContactId\" IS NOT NULL AND (c.\"Id\" IS NULL OR c.\"IsDeleted\")",
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]
    #[test]
    fn the_org_stays_whole(steps in proptest::collection::vec((step(), 0..6usize), 1..24)) {
        let mut home = home();
        for name in ["Team0", "Team1"] {
            home.inserted("Group", &[("Name", name), ("Type", "Regular")]);
        }
        for object in ["Contact", "GroupMember"] {
            home.org.standard(object).expect("an object");
        }
        for (step, who) in &steps {
            run_by(&mut home, *who);
            let before = image(&home);
            if !take(&home, step) {
                prop_assert_eq!(before, image(&home), "a failed save leaves nothing behind");
            }
            is_whole(&home);
            roles_are_a_tree(&home);
            users_are_complete(&home);
        }
    }
}
