//! Query locators: queries of which a user has not yet read all pages.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::model::fault::faults;
use crate::model::id::Id;
use crate::query::soql::Cursor;

/// How many locators a user may have open; one more closes the oldest.
/// <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_querymore.htm>
const PER_USER: usize = 10;
/// Milliseconds without use after which a locator is closed: two days.
const LIFETIME: i64 = 2 * 24 * 3600 * 1000;
/// Rows of all open locators together, of 18 bytes each; more close the oldest ones. The bound is our own.
const MOST_ROWS: usize = 1_000_000;

/// Rows of a page, unless a client asks for fewer.
/// <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_header_queryoptions.htm>
pub const LARGEST_PAGE: usize = 2000;
const SMALLEST_PAGE: usize = 200;

/// The rows of a page for a client that asks for so many.
pub fn page_of(wanted: usize) -> usize {
    wanted.clamp(SMALLEST_PAGE, LARGEST_PAGE)
}

/// An open query.
#[derive(Debug)]
pub struct Locator {
    /// `01g…`
    pub id: Id,
    pub org: Id,
    pub user: Id,
    pub cursor: Cursor,
    /// Rows per answer.
    pub batch: usize,
    /// When it was last asked for. Atomic, so that `Arc` may move with the world's state from thread to thread.
    used: AtomicI64,
}

/// The open queries of a world, least recently opened first.
#[derive(Default)]
pub struct Locators {
    open: RefCell<VecDeque<Arc<Locator>>>,
    given: Cell<u64>,
}

impl Clone for Locators {
    /// What is used in one of them is not used in the other.
    fn clone(&self) -> Locators {
        let open = self.open.borrow();
        let copied = |locator: &Arc<Locator>| {
            let Locator { id, org, user, ref cursor, batch, ref used } = **locator;
            let used = AtomicI64::new(used.load(Ordering::Relaxed));
            Arc::new(Locator { id, org, user, cursor: cursor.clone(), batch, used })
        };
        Locators { open: RefCell::new(open.iter().map(copied).collect()), given: self.given.clone() }
    }
}

impl Locators {
    /// Keeps a query for its user; gives the locator's id.
    pub fn open(&self, org: Id, user: Id, cursor: Cursor, batch: usize, now: i64) -> Id {
        let number = self.given.get() + 1;
        self.given.set(number);
        let id = Id::numbered("01g", number);
        let mut open = self.open.borrow_mut();
        open.retain(|locator| now - locator.used.load(Ordering::Relaxed) < LIFETIME);
        let own = |locator: &Arc<Locator>| locator.user == user && locator.org == org;
        if open.iter().filter(|locator| own(locator)).count() >= PER_USER
            && let Some(oldest) = open.iter().position(own)
        {
            open.remove(oldest);
        }
        let mut rows = cursor.total() + open.iter().map(|locator| locator.cursor.total()).sum::<usize>();
        while rows > MOST_ROWS
            && let Some(oldest) = open.pop_front()
        {
            rows -= oldest.cursor.total();
        }
        open.push_back(Arc::new(Locator { id, org, user, cursor, batch, used: AtomicI64::new(now) }));
        id
    }

    /// A user's open locator; looking it up counts as use.
    pub fn find(&self, org: Id, user: Id, id: Id, now: i64) -> Option<Arc<Locator>> {
        let open = self.open.borrow();
        let locator = open.iter().find(|l| l.id == id && l.user == user && l.org == org)?;
        if now - locator.used.load(Ordering::Relaxed) >= LIFETIME {
            return None;
        }
        locator.used.store(now, Ordering::Relaxed);
        Some(locator.clone())
    }
}

faults! {
    /// a query locator is unknown, of another user, or two days old
    pub invalid_locator() = INVALID_QUERY_LOCATOR, "invalid query locator", Seen "public issues of API clients";

    /// a query with groups has more of them than fit into one answer
    pub groups_have_one_page() = EXCEEDED_ID_LIMIT,
        "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch",
        Seen "public issues of API clients";
}
