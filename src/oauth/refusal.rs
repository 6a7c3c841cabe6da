//! What the OAuth endpoints refuse. Every refusal of theirs is an HTTP 400.
//!
//! Texts: <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm> and answers recorded
//! in public.

use serde_json::{Map, Value};

use super::answer::{Format, answer};
use crate::cloud::LoginRefusal;
use crate::message::{Response, StatusCode};
use crate::org::fault::Fault;

/// `error` and `error_description`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub error: &'static str,
    pub description: String,
}

impl Refusal {
    fn new(error: &'static str, description: impl Into<String>) -> Refusal {
        Refusal { error, description: description.into() }
    }

    /// The text is ours.
    pub fn too_large(limit: usize) -> Refusal {
        Refusal::new("invalid_request", format!("the request is larger than {limit} bytes"))
    }

    pub fn must_post() -> Refusal {
        Refusal::new("invalid_request", "must use HTTP POST")
    }

    pub fn must_get() -> Refusal {
        Refusal::new("invalid_request", "must use HTTP GET")
    }

    /// A parameter that a grant cannot do without. The text is ours.
    pub fn missing(parameter: &str) -> Refusal {
        Refusal::new("invalid_request", format!("{parameter} must not be null"))
    }

    pub fn unsupported_response_type() -> Refusal {
        Refusal::new("unsupported_response_type", "response type not supported")
    }

    pub fn redirect_uri_missing() -> Refusal {
        Refusal::new("redirect_uri_missing", "redirect_uri not provided")
    }

    pub fn redirect_uri_mismatch() -> Refusal {
        Refusal::new("redirect_uri_mismatch", "redirect_uri must match configuration")
    }

    /// The app wants PKCE. Seen in <https://github.com/forcedotcom/sfdx-core> issues and public notes of integrators.
    pub fn missing_code_challenge() -> Refusal {
        Refusal::new("invalid_request", "missing required code challenge")
    }

    /// `plain` is not supported. The text is ours.
    pub fn unsupported_challenge_method() -> Refusal {
        Refusal::new("invalid_request", "code challenge method must be S256")
    }

    /// `code_verifier` is missing, or not the one that the challenge was made of.
    pub fn invalid_code_verifier() -> Refusal {
        Refusal::new("invalid_grant", "invalid code verifier")
    }

    /// The code was never given out, or to another client.
    pub fn invalid_authorization_code() -> Refusal {
        Refusal::new("invalid_grant", "invalid authorization code")
    }

    /// The user has said no.
    pub fn end_user_denied() -> Refusal {
        Refusal::new("access_denied", "end-user denied authorization")
    }

    /// The client wants no page, and it would take one.
    pub fn immediate_unsuccessful() -> Refusal {
        Refusal::new("immediate_unsuccessful", "immediate unsuccessful")
    }

    /// As the authorization endpoint says [`Refusal::not_admin_approved`].
    pub fn app_access_denied() -> Refusal {
        Refusal::new("OAUTH_APP_ACCESS_DENIED", "user is not admin approved to access this app")
    }

    /// Apps that no administrator has installed may not be used.
    /// <https://help.salesforce.com/s/articleView?id=005132365&type=1>
    pub fn not_installed() -> Refusal {
        Refusal::new("invalid_client", "app must be installed into org")
    }

    /// The page of an authorization request is asked for without one.
    pub fn approval_error() -> Refusal {
        Refusal::new(
            "OAUTH_APPROVAL_ERROR_GENERIC",
            "An unexpected error has occured during authentication. Please try again.",
        )
    }

    /// The refresh token has outlived the policy of its app.
    pub fn token_validity_expired() -> Refusal {
        Refusal::new("invalid_grant", "token validity expired")
    }

    /// The user has not yet typed the device's code.
    pub fn authorization_pending() -> Refusal {
        Refusal::new("authorization_pending", "End-user authorization is pending")
    }

    /// The device asks more often than it was told to. The text is ours.
    pub fn slow_down() -> Refusal {
        Refusal::new("slow_down", "polling too frequently")
    }

    /// The text is ours.
    pub fn expired_device_code() -> Refusal {
        Refusal::new("invalid_grant", "expired device code")
    }

    /// The text is ours.
    pub fn invalid_device_code() -> Refusal {
        Refusal::new("invalid_grant", "invalid device code")
    }

    /// A flow that is not enabled for the app. The text is ours.
    pub fn flow_disabled(flow: &str) -> Refusal {
        Refusal::new("oauth_flow_disabled", format!("{flow} flow not enabled"))
    }

    /// A request with a username and a password that does not say so. The text is ours.
    pub fn wrong_request_type() -> Refusal {
        Refusal::new("invalid_request", "Auth-Request-Type must be Named-User")
    }

    /// The token exchange handler does not know the subject. The text is ours.
    pub fn invalid_subject_token() -> Refusal {
        Refusal::new("invalid_grant", "invalid subject token")
    }

    /// The app has no token exchange handler of that name. The text is ours.
    pub fn unknown_token_handler() -> Refusal {
        Refusal::new("invalid_request", "token handler not found")
    }

    pub fn unsupported_grant_type() -> Refusal {
        Refusal::new("unsupported_grant_type", "grant type not supported")
    }

    pub fn invalid_client_id() -> Refusal {
        Refusal::new("invalid_client_id", "client identifier invalid")
    }

    /// The secret is wrong, or missing though the app has one.
    pub fn invalid_client() -> Refusal {
        Refusal::new("invalid_client", "invalid client credentials")
    }

    pub fn authentication_failure() -> Refusal {
        Refusal::new("invalid_grant", "authentication failure")
    }

    pub fn inactive_user() -> Refusal {
        Refusal::new("invalid_grant", "inactive user")
    }

    /// The refresh token is unknown, revoked, or another app's.
    pub fn expired_token() -> Refusal {
        Refusal::new("invalid_grant", "expired access/refresh token")
    }

    /// Only administrators decide who may use the app, and this user is not among them.
    pub fn not_admin_approved() -> Refusal {
        Refusal::new("invalid_app_access", "user is not admin approved to access this app")
    }

    /// The user has never approved the app. Also for a user that does not exist.
    pub fn not_approved() -> Refusal {
        Refusal::new("invalid_grant", "user hasn't approved this consumer")
    }

    pub fn invalid_assertion() -> Refusal {
        Refusal::new("invalid_grant", "invalid assertion")
    }

    /// The assertion's time is over; the real service calls it so.
    pub fn expired_authorization_code() -> Refusal {
        Refusal::new("invalid_grant", "expired authorization code")
    }

    /// As the SAML bearer flow says it.
    pub fn audience_validation_failed() -> Refusal {
        Refusal::new("invalid_grant", "Audience validation failed")
    }

    pub fn invalid_audience() -> Refusal {
        Refusal::new("invalid_grant", "audience is invalid")
    }

    /// The app has no user to run as.
    pub fn no_client_credentials_user() -> Refusal {
        Refusal::new("invalid_grant", "no client credentials user enabled")
    }

    /// Client credentials are for My Domain hosts.
    pub fn not_on_this_domain() -> Refusal {
        Refusal::new("invalid_grant", "request not supported on this domain")
    }

    pub fn no_scopes() -> Refusal {
        Refusal::new("invalid_grant", "no valid scopes defined")
    }

    pub fn scope_not_allowed() -> Refusal {
        Refusal::new("invalid_scope", "the requested scope is not allowed")
    }

    /// Seen in <https://github.com/omniphx/forrest/issues/213>, for a request without token.
    pub fn unsupported_token_type() -> Refusal {
        Refusal::new("unsupported_token_type", "this token type is not supported")
    }

    /// There is no such token to revoke.
    pub fn invalid_token(token: &str) -> Refusal {
        Refusal::new("invalid_token", format!("invalid token: {token}"))
    }

    /// The store failed.
    pub fn unknown_error() -> Refusal {
        Refusal::new("unknown_error", "retry your request")
    }

    /// The store cannot be read or written: nothing that the client has sent is wrong. The code is the APIs', not OAuth's.
    pub fn unavailable(fault: &Fault) -> Refusal {
        Refusal::new(fault.code.as_str(), fault.message.as_str())
    }

    /// Why someone may not log in who has proved by other means than a password who they are.
    pub fn without_password(refusal: LoginRefusal) -> Refusal {
        match refusal {
            LoginRefusal::Inactive => Refusal::inactive_user(),
            LoginRefusal::Store(_) => Refusal::unknown_error(),
            _ => Refusal::authentication_failure(),
        }
    }

    /// `error` and `error_description` as fields.
    pub fn fields(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        fields.insert("error".to_owned(), self.error.into());
        fields.insert("error_description".to_owned(), self.description.as_str().into());
        fields
    }

    pub fn response(&self, format: Format) -> Response {
        self.response_with(StatusCode::BAD_REQUEST, format)
    }

    /// The response with another status than all others have.
    pub fn response_with(&self, status: StatusCode, format: Format) -> Response {
        answer(status, format, "OAuth", &self.fields())
    }
}
