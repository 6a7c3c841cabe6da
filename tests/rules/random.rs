//! Random saves: whatever is sent, the org stays whole.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use fauxforce::org::value::Value;

use crate::support::{CUSTOMER, Home, PARTNER, PLUS, home};

#[derive(Debug, Clone)]
enum Step {
    Contact { account: usize },
    User { profile: usize, username: usize, contact: usize, active: bool },
    Update { user: usize, field: usize, flag: bool },
    Move { contact: usize, account: usize },
    Delete { contact: usize },
    Owner { account: usize, owner: usize },
}

const ACCOUNTS: [&str; 3] = ["Acme Customers", "Acme Partners", "Norole Industries"];
const PROFILES: [&str; 5] = ["Standard User", CUSTOMER, PLUS, PARTNER, "Chatter Free User"];
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
    ]
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
        id.and_then(|id| fauxforce::org::id::Id::parse(&id))
    };
    match step {
        Step::Contact { account } => {
            let account = home.account(ACCOUNTS[*account]);
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
            let account = home.account(ACCOUNTS[*account]);
            let Some(contact) = nth("Contact", *contact) else { return true };
            home.update("Contact", contact, &[("AccountId", account.as_str())]).is_success()
        }
        Step::Delete { contact } => {
            nth("Contact", *contact).is_none_or(|contact| home.delete(contact).is_success())
        }
        Step::Owner { account, owner } => {
            let (account, owner) = (home.account(ACCOUNTS[*account]), home.user(OWNERS[*owner]));
            home.update("Account", account, &[("OwnerId", owner.as_str())]).is_success()
        }
    }
}

fn is_whole(home: &Home) {
    let sql = "SELECT u.\"Username\", u.\"ContactId\", u.\"IsActive\", p.\"UserLicenseId\", u.\"AccountId\", \
               c.\"AccountId\", u.\"IsPortalEnabled\" FROM \"User\" u LEFT JOIN \"Profile\" p ON p.\"Id\" = u.\"ProfileId\" \
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn the_org_stays_whole(steps in proptest::collection::vec(step(), 1..16)) {
        let home = home();
        home.org.standard("Contact").expect("Contact");
        for step in &steps {
            let before = image(&home);
            if !take(&home, step) {
                prop_assert_eq!(before, image(&home), "a failed save leaves nothing behind");
            }
            is_whole(&home);
        }
    }
}
