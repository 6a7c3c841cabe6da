//! Single sign-on: from a posted SAML Response to a session.
//!
//! In this order: the configuration, the checks of the assertion, replay, the user of the subject or Just-in-Time
//! provisioning, the state of the user, the session. Each login leaves a trace, and a row of LoginHistory.

use std::sync::Arc;

use crate::assertion::{self, Check, Report, Status, Verified};
use crate::flow::jit::{self, Attributes, JitError, Provisioning};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::org::Org;
use crate::org::sso_config::{IdentityMapping, SsoConfig};
use crate::world::{
    Login, LoginContext, LoginMethod, LoginRefusal, Session, SessionRequest, Site, SsoSession, Stage, State,
    Trace,
};

mod configuration;
mod subject;

pub use configuration::Arrival;

/// A login that succeeded.
pub struct SignedOn<'a> {
    pub org: &'a Org,
    pub session: Session,
    pub config: Arc<SsoConfig>,
    /// Attribute `ssoStartPage`: where the browser goes without a RelayState.
    pub start_page: Option<String>,
    /// The number of its trace.
    pub number: u64,
}

/// A login that failed.
#[derive(Debug, Clone)]
pub struct SignOnRefusal {
    /// The number of its trace.
    pub number: u64,
    /// As in `LoginHistory.Status`.
    pub status: String,
    /// What goes into the error URL; nothing does for other failures.
    pub jit: Option<JitError>,
    pub config: Option<Arc<SsoConfig>>,
    /// The Response could be read, whatever was wrong with it.
    pub parsed: bool,
}

/// Logs the user of a SAML Response in.
///
/// # Errors
/// [`SignOnRefusal`]; it is in the login history and the trace already.
pub fn sign_on<'a>(
    state: &'a State,
    arrival: &Arrival<'a>,
    login_context: LoginContext<'a>,
) -> Result<SignedOn<'a>, Box<SignOnRefusal>> {
    state.logins.take_history();
    let mut attempt = Attempt {
        state,
        login_context,
        org: None,
        config: None,
        subject: None,
        user: None,
        auth_context_class: None,
        parsed: false,
        trace: Trace::default(),
    };
    match attempt.run(arrival) {
        Ok((org, config, session, start_page)) => {
            let number = attempt.keep("Success", None);
            Ok(SignedOn { org, session, config, start_page, number })
        }
        Err(end) => {
            state.sso.failed(arrival.response, state.clock.now());
            let (status, error, noted) = match end {
                End::Status(status) => (status.text().to_owned(), None, false),
                End::Jit(error) => (Status::ProvisionError.text().to_owned(), Some(error), false),
                End::Login(refusal) => (refusal.status().unwrap_or("Failed").to_owned(), None, true),
            };
            if !noted {
                attempt.note_history(&status);
            }
            let number = attempt.keep(&status, error.as_ref());
            Err(Box::new(SignOnRefusal {
                number,
                status,
                jit: error,
                config: attempt.config,
                parsed: attempt.parsed,
            }))
        }
    }
}

/// Why a login ended.
enum End {
    Status(Status),
    Jit(JitError),
    /// In the login history already.
    Login(LoginRefusal),
}

impl From<Fault> for End {
    fn from(fault: Fault) -> End {
        End::Login(LoginRefusal::Store(fault))
    }
}

struct Attempt<'a> {
    state: &'a State,
    login_context: LoginContext<'a>,
    org: Option<&'a Org>,
    config: Option<Arc<SsoConfig>>,
    subject: Option<String>,
    user: Option<Id>,
    /// Of the assertion, once it is believed.
    auth_context_class: Option<String>,
    parsed: bool,
    trace: Trace,
}

type LoggedIn<'a> = (&'a Org, Arc<SsoConfig>, Session, Option<String>);

impl<'a> Attempt<'a> {
    fn run(&mut self, arrival: &Arrival<'a>) -> Result<LoggedIn<'a>, End> {
        let (org, config, verified) = self.verify(arrival)?;
        self.auth_context_class.clone_from(&verified.authn_context_class);
        let attributes = Attributes::new(
            verified
                .attributes
                .iter()
                .filter_map(|(name, values)| Some((name.as_str(), values.first()?.as_str()))),
        );
        self.community_is_live(org, arrival.site)?;
        self.once(org, &verified)?;
        let user = self.find_or_provision(org, &config, &verified, &attributes, arrival.site)?;
        self.user = Some(user);
        let session = self.open(org, user, &attributes)?;
        self.state.sessions.opened_by_sso(
            &session.token,
            SsoSession {
                config: config.id,
                name_id: verified.name_id,
                name_id_format: verified.name_id_format,
                session_index: verified.session_index.map(|index| index.chars().take(512).collect()),
                logout_url: attributes.get("logoutURL").map(str::to_owned),
            },
        );
        let start_page = attributes.get("ssoStartPage").map(str::to_owned);
        Ok((org, config, session, start_page))
    }

    /// Chooses the configuration and makes the checks of the assertion.
    fn verify(&mut self, arrival: &Arrival<'a>) -> Result<(&'a Org, Arc<SsoConfig>, Verified), End> {
        let (state, now) = (self.state, self.state.clock.now());
        let mut chosen = None;
        let Report { steps, subject, outcome, claims, .. } =
            assertion::examine(arrival.response.as_bytes(), now, |claims| {
                let (org, config, expectation) = arrival.choose(state, claims)?;
                chosen = Some((org, config));
                Ok(expectation)
            });
        self.subject = subject;
        self.parsed = !claims.id.is_empty();
        if let Some((org, config)) = &chosen {
            self.login_context.authentication_service = Some(config.id);
            let text = format!(
                "configuration {} {} has Issuer {:?} and Entity ID {:?}",
                config.developer_name, config.id, config.issuer, config.entity_id
            );
            self.trace.note(Stage::Configuration, text);
            self.org = Some(org);
            self.config = Some(config.clone());
        } else if steps.iter().any(|step| step.check == Check::Config) {
            let text = format!(
                "no configuration for issuer {:?} and audience {:?}",
                claims.issuer, claims.audiences
            );
            self.trace.fail(Stage::Configuration, text);
        }
        steps.into_iter().for_each(|step| self.trace.check(step));
        self.org = self.org.or_else(|| arrival.candidates(state).into_iter().next());
        let verified = outcome.map_err(|refusal| End::Status(refusal.status))?;
        match chosen {
            Some((org, config)) => Ok((org, config, verified)),
            None => Err(End::Status(Status::InvalidConfig)),
        }
    }

    fn community_is_live(&mut self, org: &Org, site: Option<Site>) -> Result<(), End> {
        let Some(site) = site else { return Ok(()) };
        let networks = org.standard("Network")?;
        let network = org.find(&networks, site.network)?;
        match network.as_ref().and_then(|network| network.text("Status")) {
            Some("Live") => Ok(()),
            status => {
                let status = status.unwrap_or("gone");
                let text = format!("community {} is {status}", site.path);
                self.trace.fail(Stage::Configuration, text);
                Err(End::Status(Status::SiteInactive))
            }
        }
    }

    /// An assertion logs in once, and answers a request once.
    fn once(&mut self, org: &Org, verified: &Verified) -> Result<(), End> {
        let now = self.state.clock.now();
        let (issuer, id) = (&verified.issuer, &verified.assertion_id);
        if !self.state.sso.is_first(org.id, issuer, id, verified.not_on_or_after, now) {
            self.trace.fail(Stage::Verification, format!("assertion {id} was used before"));
            return Err(End::Status(Status::ReplayAttempted));
        }
        if let Some(request) = &verified.in_response_to {
            self.state.sso.answered(request);
            self.login_context.method = LoginMethod::Saml { answers_request: true };
            self.trace.note(Stage::Message, format!("it answers the AuthnRequest {request}"));
        }
        Ok(())
    }

    fn find_or_provision(
        &mut self,
        org: &Org,
        config: &SsoConfig,
        verified: &Verified,
        attributes: &Attributes,
        site: Option<Site>,
    ) -> Result<Id, End> {
        let subject = verified.subject.as_str();
        self.subject = Some(subject.to_owned());
        if !config.provisioning || config.mapping != IdentityMapping::FederationId {
            return match subject::user(org, config.mapping, subject, &mut self.trace)? {
                Some(user) => Ok(user),
                None => Err(End::Status(Status::InvalidUsername)),
            };
        }
        let environment = self.state.environment(org.id);
        let provisioning = Provisioning {
            org,
            environment: &environment,
            config,
            subject,
            attributes,
            network: site.map(|site| site.network),
            creation_locked: self.state.sso.is_locked(org.id, subject),
        };
        jit::provision(&provisioning, &mut self.trace).map_err(End::Jit)
    }

    /// What the login history is to say.
    fn context(&self) -> LoginContext<'_> {
        LoginContext { auth_context_class: self.auth_context_class.as_deref(), ..self.login_context }
    }

    fn open(&mut self, org: &'a Org, user: Id, attributes: &Attributes) -> Result<Session, End> {
        if self.login_context.site.is_none() && attributes.get("portal_id").is_some() {
            let record = org.find(&org.standard("User")?, user)?;
            let partner = record.is_some_and(|user| user.text("UserType") == Some("PowerPartner"));
            self.login_context.method = LoginMethod::SamlPortal { partner };
        }
        let login_context = self.context();
        let opened = self.state.authenticated_user(org, user, &login_context).and_then(|member| {
            let session_request = SessionRequest { client_id: None, scopes: Vec::new(), refresh_token: None };
            Ok(self.state.open(&member, &login_context, session_request)?)
        });
        match opened {
            Ok(session) => {
                self.trace.note(Stage::Session, format!("session for User {user}"));
                Ok(session)
            }
            Err(refusal) => {
                self.trace.fail(Stage::Session, refusal.status().unwrap_or("the store failed"));
                Err(End::Login(refusal))
            }
        }
    }

    /// Writes the failure into the login history. The user is named when the subject denotes one.
    fn note_history(&self, status: &str) {
        let Some(org) = self.org else { return };
        let user = match (&self.config, &self.subject) {
            (Some(config), Some(subject)) => {
                subject::user(org, config.mapping, subject, &mut Trace::default()).ok().flatten()
            }
            _ => None,
        };
        if let Err(fault) = self.state.note_failed_login(org, user, &self.context(), status) {
            tracing::error!(message = fault.message, "the login history cannot be written");
        }
    }

    /// Keeps the trace; gives its number.
    fn keep(&mut self, status: &str, error: Option<&JitError>) -> u64 {
        let number = self.state.logins.next_number();
        self.state.logins.keep(Login {
            number,
            at: self.state.clock.now(),
            org: self.org.map(|org| org.id),
            config: self.config.as_ref().map(|config| config.id),
            subject: self.subject.clone(),
            user: self.user,
            history: self.state.logins.take_history(),
            status: status.to_owned(),
            error: error
                .map(|error| (error.kind.code(), error.kind.description().to_owned(), error.details.clone())),
            trace: std::mem::take(&mut self.trace),
        });
        number
    }
}

/// The checks of a login without the login: the report, and whether the subject denotes a user.
pub fn validate(state: &State, arrival: &Arrival) -> (Report, bool) {
    let mut chosen = None;
    let report = assertion::examine_paste(arrival.response.as_bytes(), state.clock.now(), |claims| {
        // The validator is not at the assertion consumer URL: it believes the Recipient's community.
        let (org, config, expectation) = arrival.for_validation(state, claims)?;
        chosen = Some((org, config));
        Ok(expectation)
    });
    let user = chosen.zip(report.subject.as_deref()).and_then(|((org, config), subject)| {
        subject::user(org, config.mapping, subject, &mut Trace::default()).ok().flatten()
    });
    (report, user.is_some())
}
