//! A panic in the middle of a save undoes the save and what was cached of it, and the org goes on.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fauxforce::dml::{Call, Options, RecordInput};
use fauxforce::model::fault::Fault;
use fauxforce::model::id::Id;
use fauxforce::model::value::Input;
use fauxforce::org::access::Runner;
use fauxforce::org::injected_fault::InjectedFault;
use fauxforce::org::{Environment, Mail, Org};
use fauxforce::seed::Seed;
use fauxforce::store::Store;

/// A world that panics when an object is saved, while it is told to.
struct Panicking {
    at: Cell<Option<&'static str>>,
    mails: Cell<usize>,
}

impl Environment for Panicking {
    fn now(&self) -> i64 {
        1_767_225_600_000
    }

    fn username_taken_elsewhere(&self, _: &str) -> Result<bool, Fault> {
        Ok(false)
    }

    fn injected_fault(&self, object: &str, _: Id) -> Option<InjectedFault> {
        if self.at.get() == Some(object) {
            std::panic::resume_unwind(Box::new("in mid-save"));
        }
        None
    }

    fn post(&self, _: Mail) {
        self.mails.set(self.mails.get() + 1);
    }

    fn random(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

struct Rig {
    org: Org,
    environment: Panicking,
}

impl Rig {
    fn new() -> Rig {
        let environment = Panicking { at: Cell::new(None), mails: Cell::new(0) };
        let store = Store::in_memory().expect("a store");
        let org = Seed::built_in().load(&environment, Id::numbered("00D", 1), store).expect("the seed");
        Rig { org, environment }
    }

    fn insert(&self, object: &str, fields: &[(&str, &str)]) -> Id {
        let object = self.org.object(object).expect("a store").expect("an object");
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), Input::from(*value))).collect();
        let runner = Runner::system(self.org.seeded.admin.expect("an administrator"));
        let call = Call {
            org: &self.org,
            environment: &self.environment,
            runner: &runner,
            options: &Options::default(),
            rules: &fauxforce::rules::BOOK,
        };
        let outcomes = call.insert(&[RecordInput { object, id: None, fields }]).expect("a store");
        let outcome = outcomes.into_iter().next().expect("an outcome");
        assert!(outcome.is_success(), "{:?}", outcome.faults);
        outcome.id.expect("an id")
    }

    /// Runs what panics when `object` is saved.
    fn panics_at(&self, object: &'static str, work: impl FnOnce()) {
        self.environment.at.set(Some(object));
        assert!(catch_unwind(AssertUnwindSafe(work)).is_err(), "no panic");
        self.environment.at.set(None);
    }

    fn count(&self, object: &str) -> i64 {
        self.org.count(&self.org.schema.object(object).expect("an object")).expect("a store")
    }
}

/// The table is made in the attempt, and is gone with it.
#[test]
fn the_next_save_of_an_object_first_touched_in_the_panic_goes_well() {
    let rig = Rig::new();
    rig.panics_at("Task", || {
        let attempt = rig.org.savepoint(|| {
            rig.insert("Task", &[("Subject", "Call")]);
            Ok::<_, Fault>(())
        });
        attempt.expect("a store");
    });
    assert_eq!(rig.count("Task"), 0);
    rig.insert("Task", &[("Subject", "Call")]);
    assert_eq!(rig.count("Task"), 1);
}

/// What was saved before the panic in the same transaction is undone, and no cache still knows it.
#[test]
fn what_was_saved_before_the_panic_is_undone() {
    let rig = Rig::new();
    let contacts = rig.org.object("Contact").expect("a store").expect("an object");
    let (before, saved) = (rig.count("Contact"), Cell::new(None));
    rig.panics_at("Account", || {
        let together = rig.org.transaction(&rig.environment, || {
            saved.set(Some(rig.insert("Contact", &[("LastName", "Doe")])));
            rig.insert("Account", &[("Name", "Acme")]);
            Ok::<_, Fault>(())
        });
        together.expect("a store");
    });
    let id = saved.get().expect("the panic came later");
    assert_eq!(rig.count("Contact"), before);
    assert!(rig.org.find(&contacts, id).expect("a store").is_none());
    assert_eq!(rig.environment.mails.get(), 0);
    // A list of its own, in a transaction of its own.
    let again = rig.insert("Contact", &[("LastName", "Doe")]);
    assert!(rig.org.find(&contacts, again).expect("a store").is_some());
    assert_eq!(rig.count("Contact"), before + 1);
}
