//! An archive that was read before the call that deploys it was let in. To read one can take seconds and needs nothing of an
//! org, so nobody else is to wait for it.

use std::sync::Arc;

use bytes::Bytes;

use super::Archive;
use crate::message::Request;
use crate::model::fault::Fault;

/// What reading an archive gave. It lies in [`Request::prepared`].
#[derive(Debug)]
pub struct ReadAhead(Result<Arc<Archive>, Fault>);

impl ReadAhead {
    pub fn new(read: Result<Archive, Fault>) -> ReadAhead {
        ReadAhead(read.map(Arc::new))
    }

    /// The archive that a request carries. It is read now if that was not done before the call was let in.
    ///
    /// # Errors
    /// As `read`.
    pub fn of_request(
        request: &Request,
        read: impl FnOnce() -> Result<Archive, Fault>,
    ) -> Result<Arc<Archive>, Fault> {
        match request.prepared::<ReadAhead>() {
            Some(ReadAhead(read)) => read.clone(),
            None => read().map(Arc::new),
        }
    }

    /// The archive that was read ahead for this request, if it is the one of these bytes.
    pub(super) fn of_kept(request: &Request, bytes: &Bytes) -> Option<Arc<Archive>> {
        let ReadAhead(read) = request.prepared()?;
        read.as_ref().ok().filter(|archive| archive.bytes == *bytes).cloned()
    }
}
