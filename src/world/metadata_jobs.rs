//! What became of deployments and retrievals, for those who ask later.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::metadata::package::{DeployOptions, Deployed, Retrieved};
use crate::model::id::Id;

/// So many are remembered; then the oldest is forgotten. The real service tells of deployments for 30 days; the bounds are
/// our own.
const KEPT: usize = 100;
/// Bytes that they may take together, about: archives and messages are as large as clients make them. The last job is kept
/// in any case.
const MOST_BYTES: usize = 8 * 1024 * 1024;

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
    Deploy(Deployment),
    /// What was read, and the archive of its files.
    Retrieve(Retrieved, Vec<u8>),
}

/// What was asked for, and how it fared.
#[derive(Debug, Clone)]
pub struct Deployment {
    pub options: DeployOptions,
    pub deployed: Deployed,
    /// The archive, if it was only checked and found good.
    pub validated: Option<Bytes>,
}

impl MetadataWork {
    /// About how many bytes it takes.
    fn bytes(&self) -> usize {
        /// Of a component's names, times and problem.
        const COMPONENT: usize = 400;
        match self {
            MetadataWork::Deploy(deployment) => {
                let archive = deployment.validated.as_ref().map_or(0, Bytes::len);
                archive + deployment.deployed.messages.len() * COMPONENT
            }
            MetadataWork::Retrieve(retrieved, archive) => {
                let files = retrieved.files.iter().map(|(path, text)| path.len() + text.len()).sum::<usize>();
                archive.len() + files + retrieved.components.len() * COMPONENT
            }
        }
    }
}

impl Deployment {
    /// Components whose changes stay.
    pub fn deployed_count(&self) -> usize {
        if self.stays() { self.deployed.total().saturating_sub(self.deployed.errors()) } else { 0 }
    }

    /// As `DeployResult.status` has it.
    pub fn status(&self) -> &'static str {
        match self.deployed.errors() {
            0 => "Succeeded",
            errors if self.stays() && errors < self.deployed.total() => "SucceededPartial",
            _ => "Failed",
        }
    }

    fn stays(&self) -> bool {
        self.deployed.errors() == 0 || !self.options.rollback_on_error
    }
}

/// The latest of a world. Clones are the same jobs, so that an archive that was validated can be had without the world's
/// state.
#[derive(Clone, Default)]
pub struct MetadataJobs {
    /// Locked for a few instructions at a time.
    jobs: Arc<Mutex<VecDeque<MetadataJob>>>,
}

impl MetadataJobs {
    /// A list of its own with the same jobs.
    pub(super) fn copy(&self) -> MetadataJobs {
        MetadataJobs { jobs: Arc::new(Mutex::new(self.jobs().clone())) }
    }

    /// Has the jobs of another list instead.
    pub(super) fn replace_by(&self, other: &MetadataJobs) {
        let jobs = other.jobs().clone();
        *self.jobs() = jobs;
    }

    pub fn keep(&self, job: MetadataJob) {
        let mut jobs = self.jobs();
        jobs.truncate(KEPT - 1);
        let mut bytes = job.work.bytes();
        let mut fits = |kept: &MetadataJob| {
            bytes += kept.work.bytes();
            bytes <= MOST_BYTES
        };
        let fitting = jobs.iter().map_while(|kept| fits(kept).then_some(())).count();
        jobs.truncate(fitting);
        jobs.push_front(job);
    }

    /// A job of an org by its id.
    pub fn find(&self, org: Id, id: Id) -> Option<MetadataJob> {
        self.jobs().iter().find(|job| job.org == org && job.id == id).cloned()
    }

    /// The validated archive of a deployment, of whatever org: whether the caller may deploy it is not asked here.
    pub fn validated_archive(&self, id: Id) -> Option<Bytes> {
        self.jobs().iter().filter(|job| job.id == id).find_map(|job| match &job.work {
            MetadataWork::Deploy(deployment) => deployment.validated.clone(),
            MetadataWork::Retrieve(..) => None,
        })
    }

    fn jobs(&self) -> MutexGuard<'_, VecDeque<MetadataJob>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
