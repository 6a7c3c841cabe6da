//! A sync as PingOne makes it, over REST with a refresh token.
//!
//! What the connector does and does not do:
//! <https://docs.pingidentity.com/pingone/integrations/p1_create_connection_salesforce_communities.html>,
//! <https://docs.pingidentity.com/r/en-us/pingone/p1_sf_contacts_known_limitations>

use serde_json::{Map, Value as Json, json};

use crate::wire::{Emulator, Rest, Saved, snapshot};

/// "Action When Disabling Users".
#[derive(Clone, Copy, PartialEq)]
enum Disable {
    Deactivate,
    Freeze,
}

/// "Permission Set Management".
#[derive(Clone, Copy, PartialEq)]
enum PermissionSets {
    Merge,
    Overwrite,
}

/// The connection of an environment, as an administrator configures it.
struct PingOne<'a> {
    rest: Rest<'a>,
    disable: Disable,
    permission_sets: PermissionSets,
}

/// A person of the data store, with the attributes that are mapped.
#[derive(Clone, Default)]
struct Person {
    username: &'static str,
    profile: &'static str,
    attributes: Vec<(&'static str, &'static str)>,
    /// The business account of a community user, and the role if it is a partner's.
    account: Option<&'static str>,
    permission_sets: Vec<&'static str>,
    disabled: bool,
}

const CLIENT: [(&str, &str); 2] =
    [("client_id", "fauxforce-client-id"), ("client_secret", "fauxforce-client-secret")];
const REFRESH_TOKEN: &str = "fauxforce-refresh-token";

impl<'a> PingOne<'a> {
    /// "Test Connection": the pasted refresh token is exchanged, and something is read.
    fn connect(emulator: &'a Emulator) -> PingOne<'a> {
        let grant = [("grant_type", "refresh_token"), ("refresh_token", REFRESH_TOKEN)];
        let fields: Vec<_> = CLIENT.into_iter().chain(grant).collect();
        let token = emulator.form("/services/oauth2/token", &fields);
        assert_eq!(token.status, 200, "{}", token.body);
        let token = token.json()["access_token"].as_str().expect("a token").to_owned();
        let rest = Rest { emulator, token };
        assert_eq!(rest.ask("GET", "/limits", "").status, 200);
        PingOne { rest, disable: Disable::Deactivate, permission_sets: PermissionSets::Merge }
    }

    /// The attributes that the mapping page offers.
    fn attributes(&self, object: &str) -> Vec<String> {
        let describe = self.rest.ask("GET", &format!("/sobjects/{object}/describe"), "").json();
        let fields = describe["fields"].as_array().expect("fields").iter();
        let writeable = fields.filter(|field| field["createable"] == true || field["updateable"] == true);
        writeable.map(|field| field["name"].as_str().expect("a name").to_owned()).collect()
    }

    /// Brings a person into the state that the data store has.
    fn sync(&self, person: &Person) -> Saved {
        let user = match self.user(person) {
            Some(user) => self.rest.update("User", &user, &self.fields(person, None))?,
            None => self.create(person)?,
        };
        self.enable(&user, person.disabled)?;
        self.sync_permission_sets(&user, &person.permission_sets)?;
        Ok(user)
    }

    fn user(&self, person: &Person) -> Option<String> {
        // A community user is looked for by the link to the contact, others by username.
        let Some(account) = person.account else {
            return self.rest.id(&format!("SELECT Id FROM User WHERE Username = '{}'", person.username));
        };
        let contact = self.contact(person, account)?;
        self.rest.id(&format!("SELECT Id FROM User WHERE ContactId = '{contact}'"))
    }

    fn contact(&self, person: &Person, account: &str) -> Option<String> {
        let email = person.attribute("Email");
        self.rest.id(&format!(
            "SELECT Id FROM Contact WHERE Email = '{email}' AND AccountId = '{}'",
            self.rest.named("Account", account)
        ))
    }

    fn create(&self, person: &Person) -> Saved {
        let contact = person.account.map(|account| self.link(person, account)).transpose()?;
        self.rest.create("User", &self.fields(person, contact.as_deref()))
    }

    /// Creates or updates the contact on the business account.
    fn link(&self, person: &Person, account: &str) -> Saved {
        let names = ["FirstName", "LastName", "Email"].map(|name| (name, person.attribute(name)));
        let mut fields: Map<String, Json> = names
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(n, v)| (n.to_owned(), v.into()))
            .collect();
        match self.contact(person, account) {
            Some(contact) => self.rest.update("Contact", &contact, &fields.into()),
            None => {
                fields.insert("AccountId".to_owned(), self.rest.named("Account", account).into());
                self.rest.create("Contact", &fields.into())
            }
        }
    }

    /// The mapped attributes that have a value: the connector cannot clear one.
    fn fields(&self, person: &Person, contact: Option<&str>) -> Json {
        let given = person.attributes.iter().filter(|(_, value)| !value.is_empty());
        let mut fields: Map<String, Json> =
            given.map(|(name, value)| ((*name).to_owned(), Json::from(*value))).collect();
        fields.insert("Username".to_owned(), person.username.into());
        fields.insert("ProfileId".to_owned(), self.rest.named("Profile", person.profile).into());
        if self.user(person).is_none() {
            fields.insert("IsActive".to_owned(), (!person.disabled).into());
            fields.extend(contact.map(|contact| ("ContactId".to_owned(), contact.into())));
        }
        fields.into()
    }

    fn enable(&self, user: &str, disabled: bool) -> Saved {
        if self.disable == Disable::Deactivate {
            return self.rest.update("User", user, &json!({"IsActive": !disabled}));
        }
        let login =
            self.rest.id(&format!("SELECT Id, UserId, IsFrozen FROM UserLogin WHERE UserId = '{user}'"));
        self.rest.update("UserLogin", &login.expect("a row of UserLogin"), &json!({"IsFrozen": disabled}))
    }

    fn sync_permission_sets(&self, user: &str, names: &[&str]) -> Result<(), String> {
        let held = self.rest.query(&format!(
            "SELECT Id, PermissionSetId FROM PermissionSetAssignment \
             WHERE AssigneeId = '{user}' AND PermissionSet.IsOwnedByProfile = false"
        ));
        let wanted: Vec<_> = names.iter().map(|name| self.rest.named("PermissionSet", name)).collect();
        for set in wanted.iter().filter(|set| !held.iter().any(|row| row["PermissionSetId"] == ***set)) {
            self.rest
                .create("PermissionSetAssignment", &json!({"AssigneeId": user, "PermissionSetId": set}))?;
        }
        if self.permission_sets == PermissionSets::Overwrite {
            for row in held.iter().filter(|row| !wanted.iter().any(|set| row["PermissionSetId"] == **set)) {
                self.rest.delete("PermissionSetAssignment", row["Id"].as_str().expect("an id"))?;
            }
        }
        Ok(())
    }

    /// A group and its members, matched by name; the first of several wins.
    fn sync_group(&self, name: &str, members: &[&str]) -> Result<(), String> {
        let found = self.rest.id(&format!("SELECT Id FROM Group WHERE Name = '{name}' AND Type = 'Regular'"));
        let group = match found {
            Some(group) => group,
            None => self.rest.create("Group", &json!({"Name": name, "Type": "Regular"}))?,
        };
        let rows =
            self.rest.query(&format!("SELECT Id, UserOrGroupId FROM GroupMember WHERE GroupId = '{group}'"));
        for member in
            members.iter().filter(|member| !rows.iter().any(|row| row["UserOrGroupId"] == ***member))
        {
            self.rest.create("GroupMember", &json!({"GroupId": group, "UserOrGroupId": member}))?;
        }
        for row in rows.iter().filter(|row| !members.iter().any(|member| row["UserOrGroupId"] == **member)) {
            self.rest.delete("GroupMember", row["Id"].as_str().expect("an id"))?;
        }
        Ok(())
    }

    /// What the org has of a person then. The username of one who was disabled has something behind it.
    fn told(&self, person: &Person) -> String {
        let username = person.username;
        let user = self.rest.told(&format!(
            "SELECT Username, Name, Email, Alias, Title, Department, FederationIdentifier, Profile.Name, UserRole.Name, \
             UserType, IsActive, IsPortalEnabled, Contact.Name, Account.Name FROM User WHERE Username LIKE '{username}%' \
             ORDER BY Id"
        ));
        let sets = self.rest.told(&format!(
            "SELECT PermissionSet.Name FROM PermissionSetAssignment WHERE Assignee.Username LIKE '{username}%' \
             AND PermissionSet.IsOwnedByProfile = false ORDER BY PermissionSet.Name"
        ));
        let login = self.rest.told(&format!(
            "SELECT IsFrozen, IsPasswordLocked FROM UserLogin WHERE UserId IN (SELECT Id FROM User WHERE Username LIKE '{username}%') \
             ORDER BY Id"
        ));
        [user, sets, login].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

impl Person {
    fn attribute(&self, name: &str) -> &'static str {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| *value).unwrap_or_default()
    }

    fn set(&mut self, name: &'static str, value: &'static str) {
        self.attributes.retain(|(known, _)| *known != name);
        self.attributes.push((name, value));
    }
}

fn jane() -> Person {
    Person {
        username: "jane.doe@acme.example",
        profile: "Standard User",
        attributes: vec![
            ("FirstName", "Jane"),
            ("LastName", "Doe"),
            ("Email", "jane.doe@acme.example"),
            ("Alias", "jdoe"),
            ("Title", "Clerk"),
            ("Department", "Sales"),
            ("FederationIdentifier", "3c1f-Jane"),
            ("TimeZoneSidKey", "America/Denver"),
            ("LocaleSidKey", "en_US"),
            ("EmailEncodingKey", "UTF-8"),
            ("LanguageLocaleKey", "en_US"),
        ],
        ..Person::default()
    }
}

/// Jane as someone at a customer or a partner.
fn community(profile: &'static str, account: &'static str) -> Person {
    Person { profile, account: Some(account), ..jane() }
}

fn step(told: &mut Vec<String>, title: &str, outcome: Saved, then: String) {
    let outcome = match outcome {
        Ok(_) => "ok".to_owned(),
        Err(body) => body,
    };
    told.push(format!("## {title}: {outcome}\n{then}\n"));
}

#[test]
fn the_mapping_page_offers_every_field() {
    let emulator = Emulator::with(|_| {});
    let ping = PingOne::connect(&emulator);
    let user = ping.attributes("User");
    for name in ["Username", "ProfileId", "ContactId", "FederationIdentifier", "IsActive", "External_Id__c"] {
        assert!(user.iter().any(|known| known == name), "{name}");
    }
    assert!(ping.attributes("Contact").iter().any(|known| known == "AccountId"));
}

#[test]
fn internal_users() {
    let emulator = Emulator::with(|_| {});
    let ping = PingOne::connect(&emulator);
    let mut told = Vec::new();
    let mut jane = jane();
    let mut sync = |title: &str, person: &Person| {
        let outcome = ping.sync(person);
        step(&mut told, title, outcome, ping.told(person));
    };
    sync("create", &jane);
    jane.set("Title", "Manager");
    // Cleared in the data store: the connector has nothing to send, and the org keeps what it has.
    jane.set("Department", "");
    sync("update, with an attribute that was cleared", &jane);
    jane.disabled = true;
    sync("disable", &jane);
    jane.disabled = false;
    sync("enable again", &jane);
    jane.username = "JANE.DOE@acme.example";
    sync("match in another case", &jane);
    jane.set("LocaleSidKey", "English");
    sync("a value that the org does not know", &jane);
    snapshot("pingone_internal_users", &told);
}

#[test]
fn freezing() {
    let emulator = Emulator::with(|_| {});
    let ping = PingOne { disable: Disable::Freeze, ..PingOne::connect(&emulator) };
    let mut told = Vec::new();
    let mut jane = jane();
    let user = ping.sync(&jane).expect("a user");
    let admin = emulator.admin();
    let password = json!({"NewPassword": "correct-horse-1"}).to_string();
    assert_eq!(admin.ask("POST", &format!("/sobjects/User/{user}/password"), &password).status, 204);
    let login = || {
        let grant =
            [("grant_type", "password"), ("username", jane_username()), ("password", "correct-horse-1")];
        emulator.form("/services/oauth2/token", &CLIENT.into_iter().chain(grant).collect::<Vec<_>>())
    };
    let session = login().json()["access_token"].as_str().expect("a token").to_owned();
    let asks = || Rest { emulator: &emulator, token: session.clone() }.ask("GET", "/limits", "").status;
    assert_ne!(asks(), 401);
    jane.disabled = true;
    let outcome = ping.sync(&jane);
    step(&mut told, "freeze", outcome, ping.told(&jane));
    told.push(format!("login: {}\nsession: {}\n", login().body, asks()));
    jane.disabled = false;
    let outcome = ping.sync(&jane);
    step(&mut told, "unfreeze", outcome, ping.told(&jane));
    assert_eq!(login().status, 200);
    snapshot("pingone_freezing", &told);
}

fn jane_username() -> &'static str {
    jane().username
}

#[test]
fn provisioning_disabled_users_takes_no_seat() {
    let emulator = Emulator::with(|org| org["licenses"]["Salesforce"] = 5.into());
    let ping = PingOne::connect(&emulator);
    let mut told = Vec::new();
    let mut jane = Person { disabled: true, ..jane() };
    let seats =
        || ping.rest.told("SELECT TotalLicenses, UsedLicenses FROM UserLicense WHERE Name = 'Salesforce'");
    let outcome = ping.sync(&jane);
    step(&mut told, "create disabled", outcome, format!("{}\n{}", ping.told(&jane), seats()));
    jane.disabled = false;
    let outcome = ping.sync(&jane);
    step(&mut told, "enable without a free seat", outcome, seats());
    snapshot("pingone_disabled_users", &told);
}

#[test]
fn community_users() {
    let emulator = Emulator::with(|_| {});
    let ping = PingOne::connect(&emulator);
    let admin = emulator.admin();
    let mut told = Vec::new();
    let contacts =
        |ping: &PingOne| ping.rest.told("SELECT Name, Email, Account.Name FROM Contact ORDER BY Id");
    let mut customer = community("Acme Customer Community User", "Acme Customers");
    let outcome = ping.sync(&customer);
    step(
        &mut told,
        "create, with the contact",
        outcome,
        format!("{}\n{}", ping.told(&customer), contacts(&ping)),
    );
    customer.set("Title", "Buyer");
    let outcome = ping.sync(&customer);
    step(&mut told, "update", outcome, ping.told(&customer));
    customer.disabled = true;
    let outcome = ping.sync(&customer);
    step(&mut told, "disable: the contact stays linked", outcome, ping.told(&customer));
    // An administrator disables the customer user: the link is cut. The next change makes a new user of the contact.
    let user = ping.user(&customer).expect("a user");
    admin.update("User", &user, &json!({"IsPortalEnabled": false})).expect("a save");
    told.push(format!("## unlinked by an administrator\n{}\n", ping.told(&customer)));
    customer.disabled = false;
    // The old user is there for good, and keeps its Federation ID.
    customer.set("FederationIdentifier", "");
    let outcome = ping.sync(&customer);
    step(&mut told, "the next change", outcome, format!("{}\n{}", ping.told(&customer), contacts(&ping)));
    // The contact cannot go while it has a user.
    let contact = ping.contact(&customer, "Acme Customers").expect("a contact");
    step(&mut told, "delete the contact", ping.rest.delete("Contact", &contact), contacts(&ping));
    snapshot("pingone_community_users", &told);
}

#[test]
fn partner_users() {
    let emulator = Emulator::with(|org| org["settings"]["portalRolesPerAccount"] = 2.into());
    let ping = PingOne::connect(&emulator);
    let mut told = Vec::new();
    let mut partner = community("Acme Partner Community User", "Acme Partners");
    partner.set("PortalRole", "Manager");
    let outcome = ping.sync(&partner);
    step(&mut told, "create", outcome, ping.told(&partner));
    let mut wrong = community("Partner Community User", "Acme Partners");
    wrong.username = "two@acme.example";
    wrong.set("Email", "two@acme.example");
    wrong.set("FederationIdentifier", "two");
    let outcome = ping.sync(&wrong);
    step(&mut told, "a standard profile instead of a clone", outcome, String::new());
    wrong.profile = "Acme Partner Community User";
    wrong.account = Some("Norole Industries");
    let outcome = ping.sync(&wrong);
    step(&mut told, "an account whose owner has no role", outcome, String::new());
    snapshot("pingone_partner_users", &told);
}

#[test]
fn permission_sets() {
    let emulator = Emulator::with(|org| {
        let sets = org["permissionSets"].as_array_mut().expect("an array");
        sets.extend(["Reports", "Quotes", "Manual"].map(|name| json!({"name": name})));
    });
    let mut ping = PingOne::connect(&emulator);
    let mut told = Vec::new();
    let mut jane = Person { permission_sets: vec!["Reports", "Quotes"], ..jane() };
    let user = ping.sync(&jane).expect("a user");
    let sets = |ping: &PingOne| {
        ping.rest.told(&format!(
            "SELECT PermissionSet.Name FROM PermissionSetAssignment WHERE AssigneeId = '{user}' \
             AND PermissionSet.IsOwnedByProfile = false ORDER BY PermissionSet.Name"
        ))
    };
    let manual = emulator.admin().named("PermissionSet", "Manual");
    let by_hand = json!({"AssigneeId": user, "PermissionSetId": manual});
    emulator.admin().create("PermissionSetAssignment", &by_hand).expect("a save");
    told.push(format!("## before\n{}\n", sets(&ping)));
    jane.permission_sets = vec!["Reports"];
    let outcome = ping.sync(&jane);
    step(&mut told, "merge: others are left alone", outcome, sets(&ping));
    ping.permission_sets = PermissionSets::Overwrite;
    let outcome = ping.sync(&jane);
    step(&mut told, "overwrite: others go", outcome, sets(&ping));
    let row = json!({"AssigneeId": user, "PermissionSetId": ping.rest.named("PermissionSet", "Reports")});
    let outcome = ping.rest.create("PermissionSetAssignment", &row);
    step(&mut told, "assign once more", outcome, sets(&ping));
    let profile_row = format!(
        "SELECT Id FROM PermissionSetAssignment WHERE AssigneeId = '{user}' AND PermissionSet.IsOwnedByProfile = true"
    );
    assert!(ping.rest.id(&profile_row).is_some());
    snapshot("pingone_permission_sets", &told);
}

#[test]
fn groups() {
    let emulator = Emulator::with(|_| {});
    let ping = PingOne::connect(&emulator);
    let mut told = Vec::new();
    let jane = ping.sync(&jane()).expect("a user");
    let admin =
        emulator.admin().id("SELECT Id FROM User WHERE Username = 'admin@fauxforce.test'").expect("a user");
    let members = || {
        ping.rest.told(
            "SELECT Group.Name, Group.DeveloperName FROM GroupMember WHERE Group.Name = 'Sales Team' ORDER BY Id",
        )
    };
    for (title, list) in [
        ("create", vec![&*jane]),
        ("add", vec![&*jane, &*admin]),
        ("remove", vec![&*admin]),
        ("empty", vec![]),
    ] {
        let outcome = ping.sync_group("Sales Team", &list).map(|()| String::new());
        step(&mut told, title, outcome, members());
    }
    // Of two groups with the name, the same one is found each time.
    ping.rest
        .create("Group", &json!({"Name": "Sales Team", "DeveloperName": "Sales_2", "Type": "Regular"}))
        .expect("a group");
    ping.sync_group("Sales Team", &[&jane]).expect("a sync");
    ping.sync_group("Sales Team", &[&jane]).expect("a sync");
    told.push(format!("## two of a name\n{}", members()));
    snapshot("pingone_groups", &told);
}

#[test]
fn refresh_tokens_are_valid_until_revoked() {
    let emulator = Emulator::with(|_| {});
    let refresh = || {
        let grant = [("grant_type", "refresh_token"), ("refresh_token", REFRESH_TOKEN)];
        emulator.form("/services/oauth2/token", &CLIENT.into_iter().chain(grant).collect::<Vec<_>>())
    };
    for _ in 0..3 {
        assert_eq!(refresh().status, 200);
    }
    let ping = PingOne::connect(&emulator);
    assert_eq!(emulator.form("/services/oauth2/revoke", &[("token", REFRESH_TOKEN)]).status, 200);
    let told = [
        format!("query: {}", ping.rest.ask("GET", "/limits", "").body),
        format!("refresh: {}", refresh().body),
    ];
    snapshot("pingone_revoked", &told);
}
