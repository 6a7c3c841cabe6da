//! The saves of the call that is running: what was sent, what was filled in, what was refused, and which effects each had.
//! The journal tells of them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;
use crate::model::value::Value;

/// So many saves of one call are kept; further ones are counted only.
const MOST: usize = 200;
/// Bytes of a text value that are kept.
const LONGEST_TEXT: usize = 1024;
/// Fields that every save stamps: they say nothing of this one.
const STAMPS: [&str; 8] = [
    "Id",
    "IsDeleted",
    "CreatedDate",
    "CreatedById",
    "LastModifiedDate",
    "LastModifiedById",
    "SystemModstamp",
    "LastReferencedDate",
];

/// A save, as the journal tells of it.
#[derive(Debug, Clone)]
pub struct LoggedSave {
    /// `None` for an id that is of no object.
    pub object: Option<Arc<SObject>>,
    /// The record; `None` when it is not known, or was never made.
    pub id: Option<Id>,
    /// `insert`, `update`, `delete`, `undelete`.
    pub operation: &'static str,
    /// The fields that were sent, and those that came to another value by defaults or rules.
    pub fields: Vec<LoggedField>,
    /// The place among the call's saves of the one that this is an effect of.
    pub effect_of: Option<usize>,
    pub end: SaveEnd,
}

/// A field of a save.
#[derive(Debug, Clone)]
pub struct LoggedField {
    /// Its place in the object's fields.
    pub place: usize,
    /// What it came to.
    pub value: Value,
    /// The caller sent it; else a default or a rule filled it in.
    pub sent: bool,
}

/// How a save ended.
#[derive(Debug, Clone)]
pub enum SaveEnd {
    Saved,
    /// It was right, but was undone with others of its call.
    Undone,
    Refused {
        /// The rules that refused it; empty when it was no rule of the object but what the schema or the access says.
        rules: Vec<&'static str>,
        faults: Vec<Fault>,
    },
}

/// The saves of one call, in the order in which they began.
#[derive(Debug, Default)]
pub struct SaveLog {
    is_on: Cell<bool>,
    saves: RefCell<Vec<LoggedSave>>,
    /// Those that have not ended yet, the innermost last.
    open: RefCell<Vec<usize>>,
    left_out: Cell<usize>,
    refused: RefCell<BTreeSet<Refusal>>,
}

/// Operation, object and status code of a save that was asked for and refused.
pub type Refusal = (&'static str, String, &'static str);

/// What a call has saved.
#[derive(Debug, Clone, Default)]
pub struct CallSaves {
    pub saves: Vec<LoggedSave>,
    /// How many more there were than are kept.
    pub left_out: usize,
    /// What was refused, each once, of those that are not kept, too.
    pub refused: BTreeSet<Refusal>,
}

impl CallSaves {
    pub fn is_empty(&self) -> bool {
        self.saves.is_empty() && self.refused.is_empty()
    }
}

impl SaveLog {
    /// From here on saves are logged, until they are taken.
    pub fn start(&self) {
        self.is_on.set(true);
    }

    /// The saves since the start; no more are logged.
    pub fn take(&self) -> CallSaves {
        self.is_on.set(false);
        self.open.borrow_mut().clear();
        CallSaves { saves: self.saves.take(), left_out: self.left_out.take(), refused: self.refused.take() }
    }

    /// How many are logged.
    pub fn count(&self) -> usize {
        self.saves.borrow().len() + self.left_out.get()
    }

    /// A save begins. Gives its place, for [`SaveLog::end`]; `None` when it is not logged.
    pub(crate) fn begin(&self, object: &Arc<SObject>, operation: &'static str, id: Id) -> Option<usize> {
        if !self.is_on.get() {
            return None;
        }
        let effect_of = self.open.borrow().last().copied();
        if self.is_full() {
            self.left_out.set(self.left_out.get() + 1);
            self.open.borrow_mut().push(MOST);
            return Some(MOST);
        }
        let save = LoggedSave {
            object: Some(object.clone()),
            id: Some(id),
            operation,
            fields: Vec::new(),
            effect_of,
            end: SaveEnd::Saved,
        };
        let place = self.push(save);
        self.open.borrow_mut().push(place);
        Some(place)
    }

    /// A save that began has ended.
    pub(crate) fn end(
        &self,
        (place, operation): (usize, &'static str),
        object: &SObject,
        fields: impl FnOnce() -> Vec<LoggedField>,
        refusal: Option<(Vec<&'static str>, &[Fault])>,
    ) {
        let is_effect = {
            let mut open = self.open.borrow_mut();
            open.pop();
            !open.is_empty()
        };
        let mut saves = self.saves.borrow_mut();
        let Some(save) = saves.get_mut(place) else {
            if let Some((_, faults)) = refusal.filter(|_| !is_effect) {
                self.note_codes(operation, Some(object), faults);
            }
            return;
        };
        save.fields = fields();
        if let Some((rules, faults)) = refusal {
            if save.operation == "insert" {
                save.id = None;
            }
            if !is_effect {
                self.note_codes(save.operation, Some(object), faults);
            }
            save.end = SaveEnd::Refused { rules, faults: faults.to_vec() };
        }
    }

    /// A record was refused before its save could begin.
    pub(crate) fn note_refused(
        &self,
        object: Option<Arc<SObject>>,
        id: Option<Id>,
        operation: &'static str,
        faults: &[Fault],
    ) {
        if !self.is_on.get() {
            return;
        }
        self.note_codes(operation, object.as_deref(), faults);
        if !self.is_full() {
            let end = SaveEnd::Refused { rules: Vec::new(), faults: faults.to_vec() };
            self.push(LoggedSave { object, id, operation, fields: Vec::new(), effect_of: None, end });
        }
    }

    fn note_codes(&self, operation: &'static str, object: Option<&SObject>, faults: &[Fault]) {
        let object = object.map_or("record", |object| object.name.as_str());
        let mut refused = self.refused.borrow_mut();
        refused.extend(faults.iter().map(|fault| (operation, object.to_owned(), fault.code.as_str())));
    }

    /// What was logged from a place on was undone.
    pub(super) fn undo_from(&self, place: usize) {
        for save in self.saves.borrow_mut().iter_mut().skip(place) {
            if matches!(save.end, SaveEnd::Saved) {
                save.end = SaveEnd::Undone;
            }
        }
    }

    fn is_full(&self) -> bool {
        self.saves.borrow().len() == MOST
    }

    fn push(&self, save: LoggedSave) -> usize {
        let mut saves = self.saves.borrow_mut();
        saves.push(save);
        saves.len() - 1
    }
}

impl LoggedField {
    /// The fields of a save that say something: those that were sent, and those that are not as they were.
    pub(crate) fn of_save(
        (old, new): (&Record, &Record),
        is_insert: bool,
        was_sent: impl Fn(usize) -> bool,
    ) -> Vec<LoggedField> {
        let object = &new.object;
        let blank = object.blank();
        let mut fields = Vec::new();
        for (place, field) in object.fields.iter().enumerate() {
            let (value, sent) = (new.at(place), was_sent(place));
            let before = if is_insert { blank.get(place).unwrap_or(&Value::Null) } else { old.at(place) };
            if (sent || value != before) && !STAMPS.contains(&field.name.as_str()) {
                fields.push(LoggedField { place, value: shortened(value), sent });
            }
        }
        fields
    }
}

fn shortened(value: &Value) -> Value {
    match value {
        Value::Text(text) if text.len() > LONGEST_TEXT => {
            let end = (0..=LONGEST_TEXT).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
            Value::Text(format!("{}…", text.get(..end).unwrap_or_default()))
        }
        other => other.clone(),
    }
}
