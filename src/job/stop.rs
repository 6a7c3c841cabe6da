//! Why a step of a job is not carried out.

use super::batch_error::BatchError;
use crate::model::fault::Fault;
use crate::store::StoreError;

/// Why a step came to nothing.
pub(super) enum Stop {
    Refused(BatchError),
    Failed(Fault),
}

impl From<BatchError> for Stop {
    fn from(refusal: BatchError) -> Stop {
        Stop::Refused(refusal)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Failed(fault)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Failed(error.into())
    }
}
