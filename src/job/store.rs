//! Where jobs lie: three tables beside those of the objects.

use super::batch::{Batch, BatchState};
use super::batch_error::BatchError;
use super::bulk_job::{Job, JobType, State};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::org::Org;
use crate::store::Store;

const TABLES: &str = "\
    CREATE TABLE IF NOT EXISTS \"_job\" (id TEXT PRIMARY KEY, kind TEXT NOT NULL, job TEXT NOT NULL) WITHOUT ROWID;\
    CREATE TABLE IF NOT EXISTS \"_job_batch\" \
      (id TEXT PRIMARY KEY, job TEXT NOT NULL, due INTEGER NOT NULL, batch TEXT NOT NULL) WITHOUT ROWID;\
    CREATE INDEX IF NOT EXISTS \"_job_batch.due\" ON \"_job_batch\" (id) WHERE due;\
    CREATE INDEX IF NOT EXISTS \"_job_batch.job\" ON \"_job_batch\" (job);\
    CREATE TABLE IF NOT EXISTS \"_job_part\" \
      (batch TEXT NOT NULL, kind INTEGER NOT NULL, place INTEGER NOT NULL, bytes BLOB NOT NULL, \
       UNIQUE (batch, kind, place));";

/// The table that is made last.
const LAST_TABLE: &str = "_job_part";

/// What a part of a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// What was uploaded, in pieces of [`PIECE`] bytes numbered from 0.
    Content = 0,
    /// Records read from XML or JSON, by the number of the first in each piece.
    Records = 1,
    /// What became of records, by the number of the first.
    Outcomes = 2,
    /// Rows of a query as CSV, by the number of the first.
    Rows = 3,
}

/// Milliseconds for which a job is kept: seven days, whether it is done or not.
/// <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_concepts_limits.htm>
const LIFETIME: i64 = 7 * 24 * 3_600_000;
/// So many jobs are kept, unless they are not done. The bound is our own: the real service takes no more than 15,000 batches
/// in a day.
const MOST_JOBS: u64 = 5000;
/// So many jobs that are to go are removed when a new one comes: more than one, so that a backlog ends.
const REMOVED_AT_ONCE: usize = 10;

/// Bytes in a piece of content.
pub(super) const PIECE: usize = 64 * 1024;

/// The bulk jobs of an org.
pub struct Jobs<'a> {
    pub org: &'a Org,
}

impl<'a> Jobs<'a> {
    /// Makes the tables, if they are not all there: of older files some may be missing.
    pub(super) fn of(org: &'a Org) -> Result<Jobs<'a>, Fault> {
        if !org.store.has_table(LAST_TABLE)? {
            org.store.run(TABLES)?;
        }
        Ok(Jobs { org })
    }

    fn store(&self) -> &Store {
        &self.org.store
    }

    /// Keeps a new job that has one batch. With content that is complete, and to be worked on.
    pub fn make(&self, job: &mut Job, content: Option<&[u8]>, now: i64) -> Result<(), Fault> {
        self.org.savepoint(|| {
            self.open(job)?;
            let mut batch = self.open_batch(job, BatchState::Waiting, now)?;
            if let Some(content) = content {
                self.upload(&mut batch, content)?;
                job.state = State::UploadComplete;
                self.queue(job, &mut batch, now)?;
            }
            Ok(())
        })
    }

    /// Adds a batch with its content to a job; it is to be worked on.
    pub fn add_batch(&self, job: &mut Job, content: &[u8], now: i64) -> Result<Batch, Fault> {
        self.org.savepoint(|| {
            let mut batch = self.open_batch(job, BatchState::Waiting, now)?;
            self.upload(&mut batch, content)?;
            self.queue(job, &mut batch, now)?;
            Ok(batch)
        })
    }

    /// Keeps a new job, or a changed one.
    pub fn save(&self, job: &Job) -> Result<(), Fault> {
        let sql =
            "INSERT INTO \"_job\" VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET job = excluded.job";
        let kind = format!("{:?}", job.job_type);
        self.store().execute(sql, rusqlite::params![job.id, kind, text(job)?])?;
        Ok(())
    }

    /// Keeps a new job, and removes those whose time is over.
    pub fn open(&self, job: &Job) -> Result<(), Fault> {
        self.save(job)?;
        let first_kept = Id::parse(&job.id).and_then(|id| id.number()?.checked_sub(MOST_JOBS));
        let first_kept = first_kept.map(|number| self.org.id.in_org("750", number));
        let all = [JobType::V2Ingest, JobType::V2Query, JobType::Classic];
        for old in self.list(&all, "", REMOVED_AT_ONCE)? {
            let expired = job.created - old.created >= LIFETIME;
            let too_many = first_kept.is_some_and(|first| old.id.as_str() < first.as_str());
            if expired || (too_many && !self.batches(&old)?.iter().any(|batch| batch.state.is_due())) {
                self.remove(&old)?;
            }
        }
        Ok(())
    }

    /// A job by id.
    pub fn find(&self, id: &str) -> Result<Option<Job>, Fault> {
        let found = self
            .store()
            .row("SELECT job FROM \"_job\" WHERE id = ?1", [id], |row| row.get::<_, String>(0))?;
        found.map(|text| value(&text)).transpose()
    }

    /// Jobs of these types, newest last, after one of them: at most `limit`.
    pub fn list(&self, types: &[JobType], after: &str, limit: usize) -> Result<Vec<Job>, Fault> {
        let names: Vec<_> = types.iter().map(|kind| format!("'{kind:?}'")).collect();
        let sql = format!(
            "SELECT job FROM \"_job\" WHERE kind IN ({}) AND id > ?1 ORDER BY id LIMIT ?2",
            names.join(", ")
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let found =
            self.store().rows(&sql, rusqlite::params![after, limit], |row| row.get::<_, String>(0))?;
        found.iter().map(|text| value(text)).collect()
    }

    /// Removes a job with all that belongs to it.
    pub fn remove(&self, job: &Job) -> Result<(), Fault> {
        self.org.savepoint(|| {
            let parts =
                "DELETE FROM \"_job_part\" WHERE batch IN (SELECT id FROM \"_job_batch\" WHERE job = ?1)";
            for sql in
                [parts, "DELETE FROM \"_job_batch\" WHERE job = ?1", "DELETE FROM \"_job\" WHERE id = ?1"]
            {
                self.store().execute(sql, [&job.id])?;
            }
            Ok(())
        })
    }

    /// A new batch of a job.
    fn open_batch(&self, job: &Job, state: BatchState, now: i64) -> Result<Batch, Fault> {
        let id = self.org.next_id_under("751")?.to_string();
        let batch = Batch {
            id,
            job: job.id.clone(),
            state,
            message: None,
            created: now,
            modified: now,
            processed: 0,
            failed: 0,
            size: None,
            header: Vec::new(),
            at: 0,
            started: None,
            result: None,
        };
        self.save_batch(&batch)?;
        Ok(batch)
    }

    /// Keeps a new batch, or a changed one.
    pub(super) fn save_batch(&self, batch: &Batch) -> Result<(), Fault> {
        let sql = "INSERT INTO \"_job_batch\" VALUES (?1, ?2, ?3, ?4) \
                   ON CONFLICT (id) DO UPDATE SET due = excluded.due, batch = excluded.batch";
        let params = rusqlite::params![batch.id, batch.job, batch.state.is_due(), text(batch)?];
        self.store().execute(sql, params)?;
        Ok(())
    }

    /// The batches of a job, oldest first.
    pub fn batches(&self, job: &Job) -> Result<Vec<Batch>, Fault> {
        let sql = "SELECT batch FROM \"_job_batch\" WHERE job = ?1 ORDER BY id";
        let found = self.store().rows(sql, [&job.id], |row| row.get::<_, String>(0))?;
        found.iter().map(|text| value(text)).collect()
    }

    /// The one batch of a job of Bulk API 2.0.
    pub fn only_batch(&self, job: &Job) -> Result<Batch, Fault> {
        let first = self.batches(job)?.into_iter().next();
        first.ok_or_else(|| unreadable("it has lost its data"))
    }

    /// The oldest batch that is to be worked on.
    pub(super) fn due(&self) -> Result<Option<Batch>, Fault> {
        let sql = "SELECT batch FROM \"_job_batch\" WHERE due ORDER BY id LIMIT 1";
        let found = self.store().row(sql, [], |row| row.get::<_, String>(0))?;
        found.map(|text| value(&text)).transpose()
    }

    /// Keeps the content of a batch.
    pub fn upload(&self, batch: &mut Batch, content: &[u8]) -> Result<(), Fault> {
        self.org.savepoint(|| {
            for (place, piece) in content.chunks(PIECE).enumerate() {
                self.save_part(&batch.id, Part::Content, place as u64, piece)?;
            }
            batch.size = Some(content.len() as u64);
            self.save_batch(batch)
        })
    }

    /// The content of a batch, as it was uploaded.
    pub fn content(&self, batch: &Batch) -> Result<Vec<u8>, Fault> {
        let mut whole =
            Vec::with_capacity(usize::try_from(batch.size.unwrap_or_default()).unwrap_or_default());
        self.each_part(&batch.id, Part::Content, 0, |_, bytes| {
            whole.extend_from_slice(bytes);
            Ok(())
        })?;
        Ok(whole)
    }

    pub(super) fn save_part(&self, batch: &str, part: Part, place: u64, bytes: &[u8]) -> Result<(), Fault> {
        let sql = "INSERT OR REPLACE INTO \"_job_part\" VALUES (?1, ?2, ?3, ?4)";
        self.store().execute(sql, rusqlite::params![batch, part as i64, place as i64, bytes])?;
        Ok(())
    }

    /// Removes the parts of a kind.
    pub(super) fn remove_parts(&self, batch: &str, part: Part) -> Result<(), Fault> {
        let sql = "DELETE FROM \"_job_part\" WHERE batch = ?1 AND kind = ?2";
        self.store().execute(sql, rusqlite::params![batch, part as i64])?;
        Ok(())
    }

    /// A part of a batch, when it has it.
    pub(super) fn part(&self, batch: &str, part: Part, place: u64) -> Result<Option<Vec<u8>>, Fault> {
        let sql = "SELECT bytes FROM \"_job_part\" WHERE batch = ?1 AND kind = ?2 AND place = ?3";
        Ok(self.store().row(sql, rusqlite::params![batch, part as i64, place as i64], |row| row.get(0))?)
    }

    /// Hands out the parts of a kind in order, from the one that holds `place` on.
    pub(super) fn each_part(
        &self,
        batch: &str,
        part: Part,
        place: u64,
        mut take: impl FnMut(u64, &[u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let first = "SELECT max(place) FROM \"_job_part\" WHERE batch = ?1 AND kind = ?2 AND place <= ?3";
        let params = rusqlite::params![batch, part as i64, place as i64];
        let mut next =
            self.store().row(first, params, |row| row.get::<_, Option<i64>>(0))?.flatten().unwrap_or(0);
        let sql = "SELECT place, bytes FROM \"_job_part\" WHERE batch = ?1 AND kind = ?2 AND place >= ?3 \
                   ORDER BY place LIMIT 1";
        loop {
            self.org.check_deadline()?;
            let params = rusqlite::params![batch, part as i64, next];
            let found = self.store().row(sql, params, |row| {
                let place: i64 = row.get(0)?;
                let bytes = row.get_ref(1)?.as_blob().unwrap_or_default();
                Ok((place, take(place as u64, bytes)))
            })?;
            let Some((place, taken)) = found else { return Ok(()) };
            taken?;
            next = place + 1;
        }
    }

    /// Ends a batch and, in Bulk API 2.0, its job with it.
    pub(super) fn finish(&self, job: &mut Job, batch: &mut Batch, now: i64) -> Result<(), Fault> {
        if batch.state == BatchState::InProgress {
            batch.state = BatchState::Completed;
        }
        batch.modified = now;
        self.save_batch(batch)?;
        if job.job_type == JobType::Classic {
            return Ok(());
        }
        job.state = if batch.state == BatchState::Failed { State::Failed } else { State::JobComplete };
        job.error = batch.message.clone();
        job.modified = now;
        self.save(job)
    }

    /// Ends a job before its time: what has not been processed never will be.
    pub fn abort(&self, job: &mut Job, now: i64) -> Result<(), Fault> {
        self.org.savepoint(|| {
            for mut batch in self.batches(job)? {
                if batch.state.is_due() || batch.state == BatchState::Waiting {
                    batch.state = BatchState::NotProcessed;
                    batch.modified = now;
                    self.save_batch(&batch)?;
                }
            }
            job.state = State::Aborted;
            job.modified = now;
            self.save(job)
        })
    }

    /// Lets a batch be worked on.
    pub fn queue(&self, job: &mut Job, batch: &mut Batch, now: i64) -> Result<(), Fault> {
        self.org.savepoint(|| {
            batch.state = BatchState::Queued;
            self.save_batch(batch)?;
            job.modified = now;
            self.save(job)
        })
    }

    pub(super) fn fail(
        &self,
        job: &mut Job,
        batch: &mut Batch,
        why: BatchError,
        now: i64,
    ) -> Result<(), Fault> {
        batch.fail(why);
        self.org.savepoint(|| self.finish(job, batch, now))
    }
}

fn text(value: &impl serde::Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| damaged(&error))
}

fn value<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| damaged(&error))
}

fn damaged(error: &serde_json::Error) -> Fault {
    unreadable(&error.to_string())
}

faults! {
    /// what the database has of a job cannot be read
    pub(super) unreadable(why: &str) = UNKNOWN_EXCEPTION, "A job in the database cannot be read: {why}", Assumed;
}
