//! The one error type, from rule to wire: a status code, a message, the fields it is about.
//!
//! Every text that clients can see is written once, in a constructor named as the fault. Constructors that
//! only one rule needs stand beside that rule; those that several share are here.

use std::borrow::Cow;

mod code;
pub(crate) mod data;
pub(crate) mod entry;

pub use crate::error_entry::{Entry, Fields, Rows, Sure};
pub use code::StatusCode;
pub(crate) use entry::faults;

/// Why a call or a record failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    pub code: StatusCode,
    pub message: String,
    /// API names of the fields it is about.
    pub fields: Vec<Cow<'static, str>>,
    /// True when the record that was addressed is meant, not a value in it: REST then answers 404, not 400.
    pub addressed: bool,
    /// True when the data could not even be read as a record of the object: REST then names no fields.
    pub unread: bool,
    /// What some codes carry besides the text.
    pub detail: Option<Box<Detail>>,
    /// Its row in the table of errors.
    pub row: Option<&'static Entry>,
    /// Why it is so in this case, in a sentence of our own for the journal. Clients never see it.
    pub why: Option<Box<str>>,
}

/// What a fault carries besides code, message and fields.
#[derive(Debug, Clone, PartialEq)]
pub enum Detail {
    /// `DUPLICATES_DETECTED`: what the `duplicateResult` object says.
    Duplicates(super::duplicate::Duplicates),
    /// Several records have the external id: `(object, id)` of each.
    Choices(Vec<(String, super::id::Id)>),
    /// What was asked for and is not emulated: it is answered as absent, and a gap.
    NotEmulated(String),
    /// The store could not be read or written, which is no matter of the request.
    StoreTrouble,
}

impl Fault {
    /// A fault about no field in particular. Only for [`faults!`] and tests: what clients see has a row in the table of
    /// errors.
    pub(crate) fn new(code: StatusCode, message: impl Into<String>) -> Fault {
        let message = message.into();
        Fault {
            code,
            message,
            fields: Vec::new(),
            addressed: false,
            unread: false,
            detail: None,
            row: None,
            why: None,
        }
    }

    /// The same fault, about these fields.
    pub fn on<F: Into<Cow<'static, str>>>(mut self, fields: impl IntoIterator<Item = F>) -> Fault {
        self.fields = fields.into_iter().map(Into::into).collect();
        self
    }

    /// The same fault, about the addressed record itself.
    pub fn of_addressed_record(mut self) -> Fault {
        self.addressed = true;
        self
    }

    /// The same fault, met before there was a record.
    pub fn while_reading(mut self) -> Fault {
        self.unread = true;
        self
    }

    /// The same fault, carrying more than its text.
    pub fn with(mut self, detail: Detail) -> Fault {
        self.detail = Some(Box::new(detail));
        self
    }

    /// The same fault, as a row of the table of errors.
    pub(crate) fn of_row(mut self, row: &'static Entry) -> Fault {
        self.row = Some(row);
        self
    }

    /// The same fault, with what the journal says of it in this case: a sentence without its full stop.
    pub(crate) fn because(mut self, why: impl Into<Box<str>>) -> Fault {
        self.why = Some(why.into());
        self
    }

    /// Whether the call that is running has had its time: it ends with this fault, whichever record met it.
    pub fn is_out_of_time(&self) -> bool {
        matches!(self.code, StatusCode::REQUEST_RUNNING_TOO_LONG | StatusCode::QUERY_TIMEOUT)
    }

    /// What was asked for and is not emulated, if that is why.
    pub fn not_emulated(&self) -> Option<&str> {
        match self.detail.as_deref() {
            Some(Detail::NotEmulated(what)) => Some(what),
            _ => None,
        }
    }

    /// Whether the store could not be read or written, whatever the request.
    pub fn is_store_trouble(&self) -> bool {
        matches!(self.detail.as_deref(), Some(Detail::StoreTrouble))
    }

    /// The store could not be read or written: 503, in these words, on every surface.
    pub fn store_trouble() -> Fault {
        Fault::store_unavailable().with(Detail::StoreTrouble)
    }

    /// The form of the Bulk API and of many logs: `CODE:message:Field1,Field2 --`.
    pub fn in_one_line(&self) -> String {
        let fields = self.fields.join(",");
        let tail = if fields.is_empty() { "--".to_owned() } else { format!("{fields} --") };
        format!("{}:{}:{tail}", self.code, self.message)
    }
}

/// The message of a `System.DmlException` about one record, by its first fault.
pub fn dml_exception(verb: &str, id: Option<super::id::Id>, faults: &[Fault]) -> String {
    let with_id = id.map(|id| format!(" with id {id}")).unwrap_or_default();
    let first = faults
        .first()
        .map(|fault| format!("{}, {}: [{}]", fault.code, fault.message, fault.fields.join(", ")));
    format!("{verb} failed. First exception on row 0{with_id}; first error: {}", first.unwrap_or_default())
}

impl From<crate::store::StoreError> for Fault {
    /// The store failed under a valid request. Trouble of its own is always the same fault: what it is stands in the log. So
    /// is the end of the call's time.
    fn from(error: crate::store::StoreError) -> Fault {
        match error {
            error if error.is_out_of_time() => Fault::running_too_long(),
            // The reason has been told.
            crate::store::StoreError::Lost => Fault::store_trouble(),
            error if error.is_trouble() => {
                tracing::error!(%error, "the store cannot be read or written");
                Fault::store_trouble()
            }
            error => {
                tracing::error!(%error, "store");
                Fault::store_failed(&error)
            }
        }
    }
}
