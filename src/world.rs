//! One closed world: its orgs, the sessions of their users, one clock, one random source, one outbox.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use foldhash::fast::FixedState;
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::deadline::{CallTime, Deadline};
use crate::model::fault::{Fault, StatusCode, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::org::access::Runner;
use crate::org::injected_fault::InjectedFault;
use crate::org::{Environment, Mail, OpenSession, Org};

mod activity;
mod admission;
mod api_version;
mod authorization;
mod background;
mod call_notes;
mod clock;
mod directory;
mod expiring;
pub(crate) mod fault_plan;
mod gaps;
mod gate;
pub mod journal;
mod locators;
mod login;
mod metadata_jobs;
mod outcome_log;
mod random;
mod server_settings;
mod session;
mod snapshot;
mod sso;
mod trace;
mod use_time;
mod worlds;

pub use activity::Activity;
use activity::ActivityFeed;
pub use admission::{Denial, Purpose};
pub use api_version::ApiVersion;
pub use authorization::{AuthorizationCode, Authorizations, Device, DeviceVerdict};
pub use background::Background;
use call_notes::CallNotes;
pub use call_notes::CallReport;
pub use clock::Clock;
pub use fault_plan::{FaultKind, FaultPlan, FaultRule};
pub use gaps::{Gap, Gaps};
use gate::Gate;
pub use gate::{Closed, StateGuard};
pub use journal::{Exchange, Journal, JournalEntry, KeptEntry};
pub(crate) use locators::FAULTS as LOCATOR_FAULTS;
pub use locators::{LARGEST_PAGE, Locator, Locators, groups_have_one_page, invalid_locator, page_of};
pub(crate) use login::ERRORS as LOGIN_ERRORS;
pub use login::{AuthenticatedUser, LoginContext, LoginMethod, LoginRefusal, SessionRequest, Site};
pub use metadata_jobs::{Deployment, MetadataJob, MetadataJobs, MetadataWork};
pub use outcome_log::OutcomeLog;
pub use random::Random;
pub use server_settings::ServerSettings;
pub use session::{Session, SessionKind, Sessions};
pub use snapshot::{Checkpoint, Snapshot};
pub use sso::{AuthnRequest, Sso, SsoSession};
pub use trace::{Login, Logins, Stage, Step, Trace};
use use_time::UseTime;
pub use worlds::{HostName, MAIN, Worlds, is_world_name};

/// What an org may spend in a day; `Sforce-Limit-Info` and `/limits` tell it.
/// <https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_api.htm>
pub const DAILY_API_CALLS: u64 = 15_000;

/// So many mails are in the outbox; of more, the oldest quarter makes room. The bound is our own: a test that looks for a
/// mail looks at once, or empties the outbox before.
const MOST_MAILS: usize = 1000;

/// A world, shared by all connections. One call at a time holds the lock, since SQLite has one writer; the others wait
/// in the order in which they came, without holding a thread (`world/gate.rs`). Worlds share nothing, so a call of one
/// never waits for a call of another.
pub struct World {
    name: String,
    gate: Gate<State>,
    /// Clock, deadline and metadata jobs of the state, for those who are not inside.
    clock: Clock,
    metadata_jobs: MetadataJobs,
    deadline: Arc<Deadline>,
    /// States to make worlds of and to come back to.
    snapshots: snapshot::Snapshots,
    use_time: UseTime,
    journal: Journal,
    activity: ActivityFeed,
    memory: AtomicU64,
    /// `host[:port]` at which its clients find it, and no other world.
    authority: OnceLock<String>,
    /// The My Domains of its orgs.
    my_domains: OnceLock<Box<[String]>>,
}

/// What is in a world.
pub struct State {
    pub orgs: Vec<Org>,
    pub clock: Clock,
    pub random: Random,
    pub sessions: Sessions,
    pub outbox: RefCell<Vec<Mail>>,
    pub gaps: Gaps,
    pub background: Background,
    pub locators: Locators,
    pub metadata_jobs: MetadataJobs,
    pub settings: ServerSettings,
    /// What OAuth remembers between a browser and a client.
    pub authorizations: Authorizations,
    /// What single sign-on remembers between messages.
    pub sso: Sso,
    /// The last logins by single sign-on, and why they ended as they did.
    pub logins: Logins,
    /// What is to go wrong.
    pub fault_plan: FaultPlan,
    call_notes: CallNotes,
    /// Logins, mails and refusals so far.
    pub outcome_log: OutcomeLog,
    /// Of the call that is running.
    deadline: Arc<Deadline>,
    /// API calls of each org so far, for `Sforce-Limit-Info`.
    api_calls: RefCell<HashMap<Id, u64, FixedState>>,
    /// Calls so far, and whatever else may have changed something.
    calls: Cell<u64>,
    /// [`Org::writes`] of all orgs when the clock last moved.
    writes: Cell<u64>,
}

impl World {
    /// A world of these orgs.
    pub fn new(orgs: Vec<Org>, clock: Clock, random: Random) -> World {
        let deadline = Arc::new(Deadline::default());
        let metadata_jobs = MetadataJobs::default();
        let mut state = State {
            orgs: Vec::new(),
            clock: clock.clone(),
            random,
            sessions: Sessions::default(),
            outbox: RefCell::default(),
            gaps: Gaps::default(),
            background: Background::default(),
            locators: Locators::default(),
            metadata_jobs: metadata_jobs.clone(),
            settings: ServerSettings::default(),
            authorizations: Authorizations::default(),
            sso: Sso::default(),
            logins: Logins::default(),
            fault_plan: FaultPlan::default(),
            call_notes: CallNotes::default(),
            outcome_log: OutcomeLog::default(),
            deadline: deadline.clone(),
            api_calls: RefCell::default(),
            calls: Cell::default(),
            writes: Cell::default(),
        };
        orgs.into_iter().for_each(|org| state.add_org(org));
        World::of(MAIN.to_owned(), state)
    }

    fn of(name: String, state: State) -> World {
        World {
            name,
            clock: state.clock.clone(),
            metadata_jobs: state.metadata_jobs.clone(),
            deadline: state.deadline.clone(),
            gate: Gate::new(state),
            snapshots: snapshot::Snapshots::default(),
            use_time: UseTime::default(),
            journal: Journal::default(),
            activity: ActivityFeed::default(),
            memory: AtomicU64::new(0),
            authority: OnceLock::new(),
            my_domains: OnceLock::new(),
        }
    }

    /// Its name among the worlds of a server.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Bytes of its databases: now, or while it is busy, when this was last asked.
    pub fn memory(&self) -> u64 {
        if let Ok(Ok(bytes)) = self.gate.try_call(State::bytes) {
            self.memory.store(bytes, Ordering::Relaxed);
        }
        self.memory.load(Ordering::Relaxed)
    }

    /// The last requests, and what became of them.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Follows what happens, without the lock.
    pub fn activity(&self) -> watch::Receiver<Activity> {
        self.activity.follow()
    }

    /// Tells those who wait that a call has begun or ended.
    pub fn note_activity(&self, state: &State) {
        self.activity.note(state.count_writes());
    }

    /// When it was made and last used.
    pub fn use_time(&self) -> &UseTime {
        &self.use_time
    }

    /// `host[:port]` at which its clients find it whatever else they say; `None` for the main world, and before it is known.
    pub fn authority(&self) -> Option<&str> {
        self.authority.get().map(String::as_str)
    }

    /// Says where clients find it. Only the first time counts.
    pub fn set_authority(&self, authority: String) {
        _ = self.authority.set(authority);
    }

    /// Whether a name is the My Domain of an org of it; an org that comes after this was first asked does not count.
    pub fn has_my_domain(&self, name: &str) -> bool {
        let domains = self.my_domains.get().map(|domains| &**domains).unwrap_or_default();
        domains.iter().any(|domain| domain.eq_ignore_ascii_case(name))
    }

    /// Takes down the My Domains of the orgs, for [`World::has_my_domain`].
    pub fn note_my_domains(&self, state: &State) {
        let domains = state.orgs.iter().filter_map(|org| org.seeded.my_domain.clone());
        _ = self.my_domains.set(domains.collect());
    }

    /// Ends the call that is running, and every later one, as if it had had its time. Takes no lock: for a shutdown, which
    /// does not wait for a long call.
    pub fn cancel_calls(&self) {
        self.deadline.cancel();
    }

    /// The clock, without waiting for the lock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The deployments and retrievals, without waiting for those who are inside.
    pub fn metadata_jobs(&self) -> &MetadataJobs {
        &self.metadata_jobs
    }

    /// Locks the state. Blocks this thread until it is its turn. For threads that serve no sockets: tests, the start of a
    /// server.
    pub fn lock(&self) -> StateGuard<'_, State> {
        let state = self.gate.lock();
        state.note_call();
        state
    }

    /// Runs a call on this thread if nobody holds the lock.
    ///
    /// # Errors
    /// Gives the call back when somebody holds the lock.
    pub fn try_call<R, F: FnOnce(&State) -> R>(&self, call: F) -> Result<R, F> {
        self.gate.try_call(call)
    }

    /// Queues a call behind all that wait, to be run on a blocking thread of this runtime, whether or not the future is
    /// awaited. A panic of the call goes on in whoever awaits it.
    ///
    /// # Errors
    /// [`Closed`], from the future, when the world was closed before the call could begin.
    pub fn queue_call<R, F>(
        &self,
        runtime: &Handle,
        call: F,
    ) -> impl Future<Output = Result<R, Closed>> + Send + use<R, F>
    where
        R: Send + 'static,
        F: FnOnce(&State) -> R + Send + 'static,
    {
        self.gate.queue_call(runtime, call)
    }

    /// The same for a call that changes the state as a whole.
    ///
    /// # Errors
    /// Those of [`World::queue_call`].
    pub fn queue_change<R, F>(
        &self,
        runtime: &Handle,
        call: F,
    ) -> impl Future<Output = Result<R, Closed>> + Send + use<R, F>
    where
        R: Send + 'static,
        F: FnOnce(&mut State) -> R + Send + 'static,
    {
        self.gate.queue_change(runtime, call)
    }

    /// For a shutdown: refuses the calls that wait, and those that would have to from now on.
    pub fn close(&self) {
        self.gate.close();
        self.activity.end();
    }

    /// For the end of a server: lets go of the orgs, so that a database file is free at once, whoever else still holds this
    /// world. Waits for the call that runs, but no longer than this; returns whether it has ended.
    pub fn drop_orgs(&self, limit: Duration) -> bool {
        self.snapshots.forget();
        let state = self.gate.lock_within(limit);
        state.map(|mut state| state.orgs.clear()).is_some()
    }
}

/// A request of a logged-in user: the org they are in, who they are, and the world around.
pub struct RequestContext<'a> {
    pub state: &'a State,
    pub org: &'a Org,
    pub runner: Runner,
    pub session: Session,
    place: usize,
}

impl State {
    /// Takes an org in.
    pub fn add_org(&mut self, org: Org) {
        org.store.set_deadline(self.deadline.clone());
        self.orgs.push(org);
        self.writes.set(self.count_writes());
    }

    /// Notes that something may have changed: a snapshot that was taken before is not what the world is now.
    fn note_call(&self) {
        self.calls.set(self.calls.get() + 1);
    }

    fn count_writes(&self) -> u64 {
        self.orgs.iter().map(Org::writes).sum()
    }

    /// At the end of a call: a clock that stands moves a step if the call has written something. A call that has only read
    /// leaves the time as it is.
    pub fn tick_after_writes(&self) {
        let writes = self.count_writes();
        if self.writes.replace(writes) != writes {
            self.clock.tick();
        }
    }

    /// A call begins to compute: it has [`ServerSettings::call_timeout`] until what this gives is dropped.
    pub fn start_call(&self) -> CallTime<'_> {
        self.note_call();
        self.deadline.start(self.settings.call_timeout)
    }

    /// Whether calls have been cancelled for a shutdown.
    pub fn is_shutting_down(&self) -> bool {
        self.deadline.is_cancelled()
    }

    /// The request context of a session token, for any purpose: who has been let in already may ask again. Calls
    /// from outside come in by [`State::admit`].
    ///
    /// # Errors
    /// `INVALID_SESSION_ID` when the token is unknown or expired, or its user may no longer log in; the store has failed.
    pub fn request_context(&self, token: &str) -> Result<RequestContext<'_>, Fault> {
        let session = self.sessions.find(token, self.clock.now()).ok_or_else(session_expired)?;
        let (place, org) = self
            .orgs
            .iter()
            .enumerate()
            .find(|(_, org)| org.id == session.org)
            .ok_or_else(session_expired)?;
        let runner = org.runner(session.user).map_err(|fault| match fault.code {
            // The user has been deleted.
            StatusCode::INVALID_CROSS_REFERENCE_KEY => session_expired(),
            _ => fault,
        })?;
        if !runner.is_active || runner.is_frozen {
            self.sessions.end(|other| other.org == session.org && other.user == session.user);
            return Err(session_expired());
        }
        self.call_notes.note_caller(session.org, session.user);
        self.call_notes.note_client(session.client_id.as_ref());
        Ok(RequestContext { state: self, org, runner, session, place })
    }

    /// Counts a call to one of an org's APIs.
    fn count_api_call(&self, org: Id) {
        *self.api_calls.borrow_mut().entry(org).or_default() += 1;
    }

    /// The number of calls to an org's APIs so far.
    pub fn api_calls(&self, org: Id) -> u64 {
        self.api_calls.borrow().get(&org).copied().unwrap_or_default()
    }

    /// Whether the store of an org could not be read or written since this was last asked.
    pub fn take_store_trouble(&self) -> bool {
        self.orgs.iter().fold(false, |any, org| org.store.take_trouble() | any)
    }

    /// The environment of one org.
    pub fn environment(&self, org: Id) -> OrgEnvironment<'_> {
        OrgEnvironment { state: self, org, session: None }
    }
}

impl RequestContext<'_> {
    /// The same in a call of an API version: the user meets its fields and no others.
    pub fn at_version(self, version: ApiVersion) -> Self {
        RequestContext { runner: self.runner.at_version(version.number()), ..self }
    }

    /// The environment of the user's org.
    pub fn environment(&self) -> OrgEnvironment<'_> {
        OrgEnvironment { state: self.state, org: self.org.id, session: Some(&self.session.token) }
    }

    /// The user's row of User.
    pub fn user(&self) -> Result<Record, Fault> {
        let found = self.org.find(&self.org.standard("User")?, self.session.user)?;
        found.ok_or_else(session_expired)
    }

    /// The place of the org in [`State::orgs`].
    pub fn place(&self) -> usize {
        self.place
    }
}

/// What the rules of one org get to know of the world.
pub struct OrgEnvironment<'a> {
    state: &'a State,
    org: Id,
    /// The token of the session whose call it is.
    session: Option<&'a str>,
}

impl Environment for OrgEnvironment<'_> {
    fn now(&self) -> i64 {
        self.state.clock.now() / 1000 * 1000
    }

    fn username_taken_elsewhere(&self, username: &str) -> Result<bool, Fault> {
        for org in self.state.orgs.iter().filter(|org| org.id != self.org) {
            if org.holds_shared_username(username)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn injected_fault(&self, object: &str, id: Id) -> Option<InjectedFault> {
        self.state.fault_plan.inject_into_save(object, id)
    }

    fn sessions(&self) -> Vec<OpenSession> {
        self.state.sessions.of_org(self.org, self.state.clock.now())
    }

    fn delegate_user(&self) -> Option<String> {
        let under = self.state.sessions.under(self.session?)?;
        let below = self.state.request_context(&under).ok()?;
        below.user().ok()?.text("Username").map(str::to_owned)
    }

    fn post(&self, mail: Mail) {
        let mut outbox = self.state.outbox.borrow_mut();
        if outbox.len() >= MOST_MAILS {
            outbox.drain(..MOST_MAILS / 4);
            tracing::warn!(
                "the outbox is full; its oldest mails are gone (DELETE /_fauxforce/outbox empties it)"
            );
        }
        outbox.push(mail);
    }

    fn random(&self, bytes: &mut [u8]) {
        self.state.random.fill(bytes);
    }
}

faults! {
    /// a call has no session token, an unknown one, or one that has expired (401 on REST: clients log in again)
    pub session_expired() = INVALID_SESSION_ID, "Session expired or invalid", Seen "public issues of API clients";
}
