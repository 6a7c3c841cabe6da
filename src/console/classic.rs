//! Classic addresses: `/001…` is a record, `/001…/e` its form, `/001/o` a list, `/001/e` the form for a new record.

use super::trouble::{PageResult, Trouble};
use super::visit::Visit;
use super::{list, record, users};
use crate::model::id::Id;
use crate::web::browser_request::BrowserRequest;

/// What a classic address means.
enum Address<'p> {
    Record(&'p str),
    Edit(&'p str),
    List(&'p str),
    New(&'p str),
}

fn read(path: &str) -> Option<Address<'_>> {
    let mut segments = path.trim_matches('/').split('/');
    let (first, second, third) = (segments.next()?, segments.next(), segments.next());
    match (first.len(), second, third) {
        (15 | 18, None, None) => Some(Address::Record(first)),
        (15 | 18, Some("e"), None) => Some(Address::Edit(first)),
        (3, None | Some("o"), None) => Some(Address::List(first)),
        (3, Some("e"), None) => Some(Address::New(first)),
        _ => None,
    }
}

/// Whether a path is a classic address of an object that the org has.
pub(super) fn is_one(browser: BrowserRequest) -> bool {
    let Some(org) = browser.target.org(browser.state, None) else { return false };
    let has = |prefix: &str| org.schema.by_key_prefix(prefix).is_some();
    match read(browser.target.path) {
        Some(Address::Record(id) | Address::Edit(id)) => Id::parse(id).is_some_and(|id| has(id.key_prefix())),
        Some(Address::List(prefix) | Address::New(prefix)) => has(prefix),
        None => false,
    }
}

pub(super) fn show(visit: &Visit) -> PageResult {
    let object = |prefix: &str| {
        let object = visit.org().schema.by_key_prefix(prefix).ok_or(Trouble::NoPage)?;
        visit.object_named(&object.name)
    };
    let id = |text: &str| Id::parse(text).ok_or(Trouble::NoRecord);
    match read(visit.browser.target.path) {
        Some(Address::Record(text)) => record::view_of(visit, id(text)?),
        Some(Address::Edit(text)) => record::edit_of(visit, id(text)?),
        Some(Address::List("005")) => users::list(visit),
        Some(Address::List(prefix)) => list::show(visit, &object(prefix)?, Vec::new()),
        Some(Address::New(prefix)) => record::new_of(visit, &object(prefix)?),
        None => Err(Trouble::NoPage),
    }
}

/// `/lightning/setup/{node}/page?address=…`: a classic page in its frame.
pub(super) fn framed(visit: &Visit) -> PageResult {
    let address = visit.parameter("address").ok_or(Trouble::NoPage)?;
    match visit.browser.within(&address) {
        Some(within) if within.starts_with('/') => visit.go(within),
        _ => Err(Trouble::NoPage),
    }
}
