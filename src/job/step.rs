//! One step of the work: at most 200 records of one batch, or some rows of a query, in one transaction.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::batch::BatchState;
use super::batch_error::BatchError;
use super::bulk_job::State as JobState;
use super::stop::Stop;
use super::{ingest, query};
use crate::flow::employees;
use crate::model::fault::Fault;
use crate::org::{Environment, Org};
use crate::query::soql;
use crate::world::State;

/// Does the next step, if there is one; `false` when all work is done, or none can be done now.
pub fn step(state: &State) -> bool {
    for org in &state.orgs {
        match advance(state, org).and_then(|did| Ok(did || employees::step(state, org)?)) {
            Ok(true) => return true,
            Ok(false) => {}
            Err(fault) if fault.is_store_trouble() => {
                // It stays as it is in the store, and is tried again.
                state.background.pause();
                return false;
            }
            Err(fault) => {
                tracing::error!(code = %fault.code, message = fault.message, "a bulk job cannot go on")
            }
        }
    }
    state.background.rest();
    false
}

fn advance(state: &State, org: &Org) -> Result<bool, Fault> {
    if !org.store.has_table("_job")? {
        return Ok(false);
    }
    let jobs = org.jobs()?;
    let Some(mut batch) = jobs.due()? else { return Ok(false) };
    let Some(mut job) = jobs.find(&batch.job)? else {
        batch.state = BatchState::NotProcessed;
        jobs.save_batch(&batch)?;
        return Ok(true);
    };
    let now = state.clock.now();
    let environment = state.environment(org.id);
    if batch.state == BatchState::Queued {
        batch.state = BatchState::InProgress;
        batch.started = Some(now);
        if job.state == JobState::UploadComplete {
            job.state = JobState::InProgress;
            job.modified = now;
            jobs.save(&job)?;
        }
    }
    org.store.take_trouble();
    let (mut next_job, mut next_batch) = (job.clone(), batch.clone());
    let call = state.start_call();
    let work = || {
        let over = match job.operation.is_query() {
            true => query::advance(state, &jobs, &job, &mut next_batch),
            false => ingest::advance(state, &jobs, &job, &mut next_batch),
        }?;
        if over {
            jobs.finish(&mut next_job, &mut next_batch, now)?;
        } else {
            next_batch.modified = now;
            jobs.save_batch(&next_batch)?;
        }
        Ok(())
    };
    let done = in_transaction(org, &environment, work);
    // What is said of a step that was ended is no part of it.
    drop(call);
    match done {
        Ok(()) => {}
        // It goes on after the next start.
        Err(_) if state.is_shutting_down() => return Ok(false),
        // Nothing is wrong with the job, whatever the error was taken for: who is told that it has failed must not find it
        // complete later.
        Err(_) if org.store.take_trouble() => return Err(Fault::store_trouble()),
        Err(Stop::Refused(why)) => jobs.fail(&mut job, &mut next_batch, why, now)?,
        Err(Stop::Failed(fault)) if fault.is_out_of_time() => {
            let why = match job.operation.is_query() {
                true => query::refused(&soql::query_timeout()),
                false => BatchError::out_of_time(&fault.message),
            };
            jobs.fail(&mut job, &mut batch, why, now)?
        }
        Err(Stop::Failed(fault)) => {
            jobs.fail(&mut job, &mut batch, BatchError::internal(&fault.message), now)?
        }
    }
    Ok(true)
}

/// Does the work of a step. What it has written is undone if it fails; a panic is a failure, too, so that the batch does not
/// stay due for ever.
fn in_transaction(
    org: &Org,
    environment: &dyn Environment,
    work: impl FnOnce() -> Result<(), Stop>,
) -> Result<(), Stop> {
    let done = catch_unwind(AssertUnwindSafe(|| org.transaction(environment, work)));
    done.unwrap_or_else(|_| {
        tracing::error!("a step of a bulk job panicked");
        Err(BatchError::internal("an unexpected error occurred").into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::Id;
    use crate::seed::Seed;
    use crate::store::Store;
    use crate::world::{Clock, Random, World};

    #[test]
    fn a_step_that_panics_fails_and_is_undone() {
        let world = World::new(Vec::new(), Clock::deterministic(), Random::deterministic());
        let state = world.lock();
        let id = Id::numbered("00D", 1);
        let store = Store::in_memory().expect("a store");
        let org = Seed::built_in().load(&state.environment(id), id, store).expect("the seed");
        let count = || org.count(&org.standard("Account").expect("an object")).expect("a number");
        let before = count();
        let done = in_transaction(&org, &state.environment(id), || {
            org.store.execute("DELETE FROM \"Account\"", [])?;
            assert_eq!(count(), 0);
            panic!("in the middle");
        });
        assert!(matches!(done, Err(Stop::Refused(_))));
        assert_eq!(count(), before);
        assert!(before > 0);
    }
}
