//! Writes the journal: what a call is told of is noted from its start, and becomes an entry when it has been answered.

use std::time::Instant;

use super::surface;
use crate::message::{HeaderName, HeaderValue, Request, Response, Uri};
use crate::world::{Exchange, JournalEntry, State, World};

/// The number of the entry that tells of a request.
const X_FAUXFORCE_REQUEST: HeaderName = HeaderName::from_static("x-fauxforce-request");

/// A call that will have an entry.
pub struct NotedCall {
    begun: Instant,
    /// As the client has sent it: the path of a community is taken off the request's.
    uri: Uri,
}

/// Begins to note what a call does. `None` for calls of the control API, which only look at what others have done.
pub fn start(world: &World, state: &State, request: &Request) -> Option<NotedCall> {
    if request.path().starts_with("/_fauxforce/") {
        return None;
    }
    state.start_notes();
    world.note_activity(state);
    Some(NotedCall { begun: Instant::now(), uri: request.uri.clone() })
}

impl NotedCall {
    /// Adds the entry, and its number to the answer, and tells those who wait. To be called inside the gate of the world.
    pub fn finish(self, world: &World, state: &State, mut request: Request, response: &mut Response) {
        let (surface, operation) = surface::named(&request);
        let report = state.finish_notes(surface);
        let journal = world.journal();
        if journal.is_on() {
            request.uri = self.uri;
            response.headers.insert(X_FAUXFORCE_REQUEST, HeaderValue::from(journal.next_number()));
            journal.add(JournalEntry {
                at: state.clock.now(),
                took: self.begun.elapsed(),
                surface,
                operation,
                exchange: Some(Exchange::of(request, response)),
                report,
            });
        }
        world.note_activity(state);
    }
}
