//! What became of deployments and retrievals, for those who ask later.

use std::cell::RefCell;
use std::collections::VecDeque;

use crate::org::id::Id;
use crate::org::metadata::package::{DeployOptions, Deployed, Retrieved};

/// So many are remembered; then the oldest is forgotten.
const KEPT: usize = 100;

/// A deployment or a retrieval. Both are done when they are asked for.
#[derive(Debug, Clone)]
pub struct MetadataJob {
    /// `0Af…` or `09S…`
    pub id: Id,
    pub org: Id,
    pub user: Id,
    pub user_name: String,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    pub work: MetadataWork,
}

#[derive(Debug, Clone)]
pub enum MetadataWork {
    Deploy(DeployOptions, Deployed),
    /// What was read, and the archive of its files.
    Retrieve(Retrieved, Vec<u8>),
}

/// The latest of a cloud.
#[derive(Default)]
pub struct MetadataJobs {
    jobs: RefCell<VecDeque<MetadataJob>>,
}

impl MetadataJobs {
    pub fn keep(&self, job: MetadataJob) {
        let mut jobs = self.jobs.borrow_mut();
        jobs.truncate(KEPT - 1);
        jobs.push_front(job);
    }

    /// A job of an org by its id.
    pub fn find(&self, org: Id, id: Id) -> Option<MetadataJob> {
        self.jobs.borrow().iter().find(|job| job.org == org && job.id == id).cloned()
    }
}
