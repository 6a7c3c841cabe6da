//! Why a page could not be shown, in the words of the service's own pages.

use askama::Template;

use super::shell::Shell;
use super::visit::Visit;
use crate::error_entry::declare_errors;
use crate::message::{Response, StatusCode};
use crate::model::fault::Fault;

/// What a handler gives back.
pub(super) type PageResult = Result<Response, Trouble>;

/// Why there is no page.
pub(super) enum Trouble {
    /// There is no such record, or it is hidden from the user.
    NoRecord,
    /// The user may not do that.
    Denied,
    /// The form was not sent by a page of this session.
    Forged,
    /// The real service has a page there, this emulator has none.
    NoPage,
    Failed(Fault),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Trouble {
        Trouble::Failed(fault)
    }
}

impl From<crate::store::StoreError> for Trouble {
    fn from(error: crate::store::StoreError) -> Trouble {
        Trouble::Failed(error.into())
    }
}

#[derive(Template)]
#[template(path = "console/trouble.html")]
struct TroublePage<'a> {
    shell: Shell,
    heading: &'static str,
    message: &'a str,
}

impl Trouble {
    pub(super) fn page(&self, visit: &Visit) -> Response {
        let (status, heading, message) = match self {
            Trouble::NoRecord => (StatusCode::NOT_FOUND, "Data Not Available", error_rows::no_record.text),
            Trouble::Denied => {
                (StatusCode::FORBIDDEN, "Insufficient Privileges", error_rows::insufficient.text)
            }
            Trouble::Forged => (StatusCode::FORBIDDEN, "The form is not valid", error_rows::forged.text),
            Trouble::NoPage => (StatusCode::NOT_FOUND, "No such page", error_rows::no_page.text),
            Trouble::Failed(fault) => {
                (StatusCode::BAD_REQUEST, "This cannot be shown", fault.message.as_str())
            }
        };
        let page = TroublePage { shell: Shell::of(visit, heading), heading, message };
        let response = Response { status, ..Response::page(&page) };
        match self {
            Trouble::NoPage => {
                let what = "a page of the org";
                visit.browser.state.gaps.note(what);
                response.with_gap(what)
            }
            _ => response,
        }
    }
}

declare_errors! {
    rows as Page "page";

    /// a page of a record that there is not, or that the user does not see
    no_record() = "" 404,
        "The data you were trying to access could not be found. It may be due to another user deleting the data or a system error. If you know the data is not deleted but cannot access it, please look at our support page.",
        Seen "the page of the service";

    /// a page, or a form of one, that the user has no permission for
    insufficient() = "" 403,
        "You do not have the level of access necessary to perform the operation you requested. Please contact the owner of the record or your administrator if access is necessary.",
        Seen "the page of the service";

    /// a form of the console is sent without the token of its session
    forged() = "" 403,
        "The page you submitted was invalid for your session. Please click Save again to confirm your change.",
        Seen "the page of the service";

    /// an address of the real service's pages that the console has no page for
    no_page() = "" 404,
        "This emulator has no page at this address. What it has is linked above.", Assumed;
}
