//! What provisioning has led to: a text that changes only when the outcome does. It tells records by their natural keys, and
//! neither ids nor times nor what every record of its kind has; work that was done in another order leads to the same text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use crate::model::fault::Fault;
use crate::org::Org;
use crate::world::State;

mod difference;
mod natural_key;
mod shown_field;

/// What a world's records, seats, logins, mails and refusals have become since an earlier state of it.
///
/// As text ([`fmt::Display`]) a line for each, those about the fields of a record indented below it; the same as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Records that came, changed or went; by object, name and content.
    pub records: Vec<OutcomeRecord>,
    /// `login customers grace@acme.test: Success`
    pub logins: Vec<String>,
    /// `refused REST insert User: DUPLICATE_USERNAME`
    pub refused: Vec<String>,
    /// `mail welcome grace@acme.test`
    pub mails: Vec<String>,
    /// `seats Customer Community: 0 -> 1`
    pub seats: Vec<String>,
}

/// A record in an outcome.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct OutcomeRecord {
    /// API name.
    pub object: String,
    /// Its natural key. Of several with the same key and change all but the first end with `#2` and so on.
    pub name: String,
    pub change: Change,
    /// By name: what a new record has, or what has changed, as `old -> new`.
    pub fields: BTreeMap<String, String>,
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    Added,
    Changed,
    Deleted,
}

impl Outcome {
    /// What `now` has become since `then`. With `objects`, records of these only.
    ///
    /// # Errors
    /// The store has failed, or the call has had its time.
    pub fn between(then: &State, now: &State, objects: &[String]) -> Result<Outcome, Fault> {
        let mut outcome = Outcome::default();
        for (place, org) in now.orgs.iter().enumerate() {
            let Some(before) = then.orgs.iter().find(|before| before.id == org.id) else { continue };
            let mut records = difference::records(before, org, objects)?;
            if place > 0 {
                let org_name = &org_name(org);
                records.iter_mut().for_each(|record| record.name += &format!(" in {org_name}"));
            }
            outcome.records.extend(records);
            outcome.seats.extend(difference::seats(before, org)?);
        }
        number_twins(&mut outcome.records);
        let before = then.outcome_log.lines();
        for (line, times) in now.outcome_log.lines() {
            if times <= before.get(&line).copied().unwrap_or_default() {
                continue;
            }
            let kind = line.split(' ').next().unwrap_or_default();
            match kind {
                "login" => outcome.logins.push(line),
                "mail" => outcome.mails.push(line),
                _ => outcome.refused.push(line),
            }
        }
        Ok(outcome)
    }

    /// Whether nothing has become of anything.
    pub fn is_empty(&self) -> bool {
        *self == Outcome::default()
    }
}

/// Sorts the records, and numbers those of the same name and change.
fn number_twins(records: &mut [OutcomeRecord]) {
    records.sort();
    let mut taken: BTreeSet<(String, String, Change)> = BTreeSet::new();
    for record in records {
        let name = record.name.clone();
        let mut number = 1;
        while !taken.insert((record.object.clone(), record.name.clone(), record.change)) {
            number += 1;
            record.name = format!("{name} #{number}");
        }
    }
}

fn org_name(org: &Org) -> String {
    org.seeded.my_domain.clone().unwrap_or_else(|| "another org".to_owned())
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for record in &self.records {
            let sign = match record.change {
                Change::Added => '+',
                Change::Changed => '~',
                Change::Deleted => '-',
            };
            writeln!(f, "{sign} {} {}", record.object, record.name)?;
            for (field, value) in &record.fields {
                writeln!(f, "    {field}: {value}")?;
            }
        }
        let lines = self.logins.iter().chain(&self.refused).chain(&self.mails).chain(&self.seats);
        lines.into_iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}
