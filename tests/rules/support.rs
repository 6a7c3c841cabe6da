//! An org with the default seed, and short ways to save in it.

use std::cell::{Cell, RefCell};

use fauxforce::dml::{Call, Merge, Merged, Options, Outcome, RecordInput};
use fauxforce::model::fault::Fault;
use fauxforce::model::id::Id;
use fauxforce::model::record::Record;
use fauxforce::model::value::{Input, Raw, Value};
use fauxforce::org::access::Runner;
use fauxforce::org::{Environment, Mail, Org};
use fauxforce::seed::Seed;
use fauxforce::store::Store;

pub use crate::seed::seed_with;

/// A world with a clock that stands still unless told, and numbers for randomness.
#[derive(Default)]
pub struct TestEnvironment {
    pub now: Cell<i64>,
    pub mails: RefCell<Vec<Mail>>,
    pub taken: RefCell<Vec<String>>,
    drawn: Cell<u8>,
}

impl Environment for TestEnvironment {
    fn now(&self) -> i64 {
        self.now.get()
    }

    fn username_taken_elsewhere(&self, username: &str) -> Result<bool, Fault> {
        Ok(self.taken.borrow().iter().any(|taken| taken.eq_ignore_ascii_case(username)))
    }

    fn post(&self, mail: Mail) {
        self.mails.borrow_mut().push(mail);
    }

    fn random(&self, bytes: &mut [u8]) {
        for byte in bytes {
            self.drawn.set(self.drawn.get().wrapping_add(97));
            *byte = self.drawn.get();
        }
    }
}

pub struct Home {
    pub org: Org,
    pub environment: TestEnvironment,
    pub runner: Runner,
    pub options: Options,
}

pub fn org_id() -> Id {
    Id::numbered("00D", 1)
}

/// An org with the default seed; the administrator runs.
pub fn home() -> Home {
    home_of(&Seed::built_in())
}

/// The default seed with another `org.json`.
pub fn home_with(change: impl Fn(String) -> String) -> Home {
    home_of(&seed_with(change, &[]))
}

pub fn home_of(seed: &Seed) -> Home {
    let environment = TestEnvironment { now: Cell::new(1_767_225_600_000), ..TestEnvironment::default() };
    let store = Store::in_memory().expect("a store");
    let org = seed.load(&environment, org_id(), store).unwrap_or_else(|error| panic!("{error}"));
    let admin = org.seeded.admin.expect("an administrator");
    let runner = org.runner(admin).expect("a runner");
    Home { org, environment, runner, options: Options::default() }
}

/// Field values as a caller sends them: texts; `null`, `true` and `false` stand for themselves.
pub type Fields<'a> = &'a [(&'a str, &'a str)];

impl Home {
    pub fn call(&self) -> Call<'_> {
        Call {
            org: &self.org,
            environment: &self.environment,
            runner: &self.runner,
            options: &self.options,
            rules: &fauxforce::rules::BOOK,
        }
    }

    /// The same org with another user running.
    pub fn run_by(mut self, username: &str) -> Home {
        let user = self.user(username);
        self.runner = self.org.runner(user).expect("a runner");
        self
    }

    pub fn sent(&self, object: &str, id: Option<Id>, fields: Fields) -> RecordInput {
        let object = self.org.object(object).expect("a store").expect("an object");
        let input = |text: &str| match text {
            "null" => Input::new(Raw::Null),
            "true" | "false" => Input::new(Raw::Bool(text == "true")),
            text => Input::from(text),
        };
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), input(value))).collect();
        RecordInput { object, id: id.map(|id| id.to_string()), fields }
    }

    pub fn insert(&self, object: &str, fields: Fields) -> Outcome {
        self.call().insert(&[self.sent(object, None, fields)]).expect("a store").remove(0)
    }

    pub fn update(&self, object: &str, id: Id, fields: Fields) -> Outcome {
        self.call().update(&[self.sent(object, Some(id), fields)]).expect("a store").remove(0)
    }

    pub fn delete(&self, id: Id) -> Outcome {
        self.call().delete(&[id.to_string()]).expect("a store").remove(0)
    }

    pub fn undelete(&self, id: Id) -> Outcome {
        self.call().undelete(&[id.to_string()]).expect("a store").remove(0)
    }

    /// Merges losers into a master that gets these values.
    pub fn merge(&self, master: Id, fields: Fields, losers: &[Id]) -> Merged {
        let object = self.org.schema.by_key_prefix(master.key_prefix()).expect("an object");
        let master = self.sent(&object.name, Some(master), fields);
        let losers = losers.iter().map(Id::to_string).collect();
        self.call().merge(&[Merge { master, losers, portal_user: None }]).expect("a store").remove(0)
    }

    /// Inserts a record that has nothing wrong with it.
    pub fn inserted(&self, object: &str, fields: Fields) -> Id {
        let outcome = self.insert(object, fields);
        assert!(outcome.is_success(), "{object}: {:?}", outcome.faults);
        outcome.id.expect("an id")
    }

    pub fn updated(&self, object: &str, id: Id, fields: Fields) {
        let outcome = self.update(object, id, fields);
        assert!(outcome.is_success(), "{object}: {:?}", outcome.faults);
    }

    pub fn record(&self, id: Id) -> Record {
        let object = self.org.schema.by_key_prefix(id.key_prefix()).expect("an object");
        self.org.find(&object, id).expect("a store").expect("a record")
    }

    /// The ids of the records of an object with this value.
    pub fn ids(&self, object: &str, field: &str, value: impl Into<Value>) -> Vec<Id> {
        let object = self.org.object(object).expect("a store").expect("an object");
        self.org.ids_where(&object, field, &value.into(), 100).expect("a store")
    }

    pub fn id(&self, object: &str, field: &str, value: &str) -> Id {
        self.ids(object, field, value).first().copied().unwrap_or_else(|| panic!("no {object} {value}"))
    }

    /// A user of the default seed, by the part of the username before the `@`.
    pub fn user(&self, name: &str) -> Id {
        let username = if name.contains('@') { name.to_owned() } else { format!("{name}@fauxforce.test") };
        self.id("User", "Username", &username)
    }

    pub fn profile(&self, name: &str) -> Id {
        self.id("Profile", "Name", name)
    }

    pub fn account(&self, name: &str) -> Id {
        self.id("Account", "Name", name)
    }

    pub fn contact(&self, account: &str, last_name: &str) -> Id {
        let account = self.account(account);
        self.inserted("Contact", &[("AccountId", account.as_str()), ("LastName", last_name)])
    }

    /// Seats in use of a licence.
    pub fn used(&self, license: &str) -> i64 {
        let license = self.record(self.id("UserLicense", "Name", license));
        match license.get("UsedLicenses") {
            Value::Int(number) => *number,
            other => panic!("{other:?}"),
        }
    }

    /// A complete user with this profile, changed by `fields`; `-` leaves a field out.
    pub fn new_user(&self, profile: &str, fields: Fields) -> Outcome {
        let profile = self.profile(profile);
        let whole = [
            ("Username", "jo@example.com"),
            ("LastName", "Doe"),
            ("Email", "jo@example.com"),
            ("Alias", "jdoe"),
            ("TimeZoneSidKey", "Europe/London"),
            ("LocaleSidKey", "en_GB"),
            ("EmailEncodingKey", "UTF-8"),
            ("ProfileId", profile.as_str()),
            ("LanguageLocaleKey", "en_US"),
        ];
        let changed = |name: &str| fields.iter().any(|(field, _)| *field == name);
        let mut all: Vec<_> = whole.into_iter().filter(|(name, _)| !changed(name)).collect();
        all.extend(fields.iter().filter(|(_, value)| *value != "-"));
        self.insert("User", &all)
    }

    pub fn a_user(&self, profile: &str, fields: Fields) -> Id {
        let outcome = self.new_user(profile, fields);
        assert!(outcome.is_success(), "{:?}", outcome.faults);
        outcome.id.expect("an id")
    }

    /// A community user on a new contact of an account.
    pub fn a_portal_user(&self, profile: &str, account: &str, name: &str) -> Id {
        let contact = self.contact(account, name);
        let username = format!("{}@example.com", name.to_lowercase());
        self.a_user(profile, &[("ContactId", contact.as_str()), ("Username", &username), ("LastName", name)])
    }
}

pub const CUSTOMER: &str = "Acme Customer Community User";
pub const PLUS: &str = "Acme Customer Community Plus User";
pub const PARTNER: &str = "Acme Partner Community User";

/// Asserts that a save failed with exactly one fault, and which.
#[track_caller]
pub fn refused(outcome: &Outcome, code: &str, message: &str, fields: &[&str]) {
    let found: Vec<_> = outcome.faults.iter().map(shown).collect();
    assert_eq!(found, [(code.to_owned(), message.to_owned(), fields.join(","))]);
}

/// Asserts that a save failed because the runner does not see the record.
#[track_caller]
pub fn unseen(outcome: &Outcome, id: Id) {
    let message = format!("insufficient access rights on cross-reference id: {}", id.short());
    refused(outcome, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", &message, &[]);
}

fn shown(fault: &Fault) -> (String, String, String) {
    (fault.code.to_string(), fault.message.clone(), fault.fields.join(","))
}
