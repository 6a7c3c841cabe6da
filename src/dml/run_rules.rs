//! Runs the rules of a call's rule book on a record.

use super::rule_book::Phase;
use super::save::{Save, faults_of};
use crate::model::fault::Fault;

/// Runs the object's rules of a phase. Faults about fields are reported together, as the service does; one about the
/// whole record ends the phase and is reported only when it comes first. Effects build on each other: after one has
/// failed the next would blame the wrong thing.
///
/// Every save, deletion and undeletion of a record comes by here, those of a cascade too: it ends when the call has had its
/// time.
pub(super) fn run(save: &mut Save, phase: Phase) -> Result<(), Vec<Fault>> {
    save.call.org.check_deadline().map_err(faults_of)?;
    let mut faults: Vec<Fault> = Vec::new();
    for rule in (save.call.rules.rules_of)(&save.object.name) {
        if rule.phase != phase || !rule.on.contains(&save.operation) {
            continue;
        }
        let Err(fault) = (rule.enforce)(save) else { continue };
        save.refused_by.push(rule.name);
        let of_record = fault.fields.is_empty();
        if !of_record || faults.is_empty() {
            faults.push(fault);
        }
        if of_record || matches!(phase, Phase::Default | Phase::Count | Phase::After) {
            break;
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}
