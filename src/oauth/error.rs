//! What the OAuth endpoints refuse. Every refusal of theirs is an HTTP 400.
//!
//! Texts: <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm> and answers recorded
//! in public.

use serde_json::{Map, Value};

use super::answer::{Format, answer};
use crate::error_entry::{Entry, declare_errors};
use crate::message::{Response, StatusCode};
use crate::model::fault::Fault;
use crate::world::LoginRefusal;

/// `error` and `error_description`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OauthError {
    pub error: &'static str,
    pub description: String,
    /// Its row in the table of errors.
    pub row: Option<&'static Entry>,
}

declare_errors! {
    impl OauthError as OAuth "oauth";

    /// the token, revocation or introspection endpoint is asked by another method than POST
    pub must_post() = "invalid_request" 400, "must use HTTP POST", Quoted;

    /// a form is longer than the endpoints take
    pub too_large(limit: usize) = "invalid_request" 400, "the request is larger than {limit} bytes", Assumed;

    /// an endpoint that answers to GET only is asked by another method
    pub must_get() = "invalid_request" 400, "must use HTTP GET", Inferred;

    /// a parameter is missing that the grant cannot do without
    pub missing(parameter: &str) = "invalid_request" 400, "{parameter} must not be null", Assumed;

    /// the authorization endpoint is asked for a `response_type` that is none, or that the app may not use
    pub unsupported_response_type() = "unsupported_response_type" 400,
        "response type not supported", Seen "public issues of API clients";

    /// the app has a callback URL, and the request names none
    pub redirect_uri_missing() = "redirect_uri_missing" 400,
        "redirect_uri not provided",
        Inferred "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm";

    /// the redirect URI is none of the app's, or another than the code was asked for with
    pub redirect_uri_mismatch() = "redirect_uri_mismatch" 400,
        "redirect_uri must match configuration", Seen "public issues of API clients";

    /// the app wants PKCE, and the authorization request has no challenge
    pub missing_code_challenge() = "invalid_request" 400,
        "missing required code challenge", Seen "https://github.com/forcedotcom/sfdx-core";

    /// the code challenge is of the method `plain`
    pub unsupported_challenge_method() = "invalid_request" 400, "code challenge method must be S256", Assumed;

    /// `code_verifier` is missing, or not the one that the challenge was made of
    pub invalid_code_verifier() = "invalid_grant" 400, "invalid code verifier", Quoted;

    /// an authorization code was never given out, or to another client
    pub invalid_authorization_code() = "invalid_grant" 400,
        "invalid authorization code", Seen "public issues of API clients";

    /// the user has said no, on the approval page or to a device
    pub end_user_denied() = "access_denied" 400,
        "end-user denied authorization",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm";

    /// the client wants no page (`immediate=true`, `prompt=none`), and it would take one
    pub immediate_unsuccessful() = "immediate_unsuccessful" 400,
        "immediate unsuccessful",
        Inferred "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm";

    /// the authorization page: only administrators decide who may use the app, and this user is not among them
    pub app_access_denied() = "OAUTH_APP_ACCESS_DENIED" 400,
        "user is not admin approved to access this app", Seen "public issues of API clients";

    /// the app is not installed, and apps that are not may not be used
    pub not_installed() = "invalid_client" 400,
        "app must be installed into org", Seen "https://help.salesforce.com/s/articleView?id=005132365&type=1";

    /// the page of an authorization request is asked for without one, or with one that is over
    pub approval_error() = "OAUTH_APPROVAL_ERROR_GENERIC" 400,
        "An unexpected error has occured during authentication. Please try again.",
        Seen "public issues of API clients";

    /// a refresh token has outlived the policy of its app
    pub token_validity_expired() = "invalid_grant" 400, "token validity expired", Quoted;

    /// device flow: the user has not yet typed the device's code
    pub authorization_pending() = "authorization_pending" 400, "End-user authorization is pending", Quoted;

    /// device flow: the device asks more often than it was told to; never on a deterministic clock
    pub slow_down() = "slow_down" 400, "polling too frequently", Assumed;

    /// device flow: the ten minutes of the device's code are over
    pub expired_device_code() = "invalid_grant" 400, "expired device code", Assumed;

    /// device flow: the code is unknown, used, or another client's
    pub invalid_device_code() = "invalid_grant" 400, "invalid device code", Assumed;

    /// the flow is not enabled for the app
    pub flow_disabled(flow: &str) = "oauth_flow_disabled" 400, "{flow} flow not enabled", Assumed;

    /// headless flow: a request with a username and a password does not say so
    pub wrong_request_type() = "invalid_request" 400, "Auth-Request-Type must be Named-User", Assumed;

    /// token exchange: the handler does not know the subject
    pub invalid_subject_token() = "invalid_grant" 400, "invalid subject token", Assumed;

    /// token exchange: the app has no handler of that name
    pub unknown_token_handler() = "invalid_request" 400, "token handler not found", Assumed;

    /// `grant_type` is missing, or none that is known
    pub unsupported_grant_type() = "unsupported_grant_type" 400,
        "grant type not supported", Seen "public issues of API clients";

    /// no app has the consumer key
    pub invalid_client_id() = "invalid_client_id" 400,
        "client identifier invalid", Seen "public issues of API clients";

    /// the client's secret or assertion is wrong, or missing though the app has one
    pub invalid_client() = "invalid_client" 400, "invalid client credentials", Seen "public issues of API clients";

    /// the username is unknown, the password wrong or expired, the user locked, frozen or of another site, the security
    /// token missing, or the password flow disabled
    pub authentication_failure() = "invalid_grant" 400, "authentication failure", Seen "public issues of API clients";

    /// the user of a refresh token or an assertion is not active
    pub inactive_user() = "invalid_grant" 400, "inactive user", Seen "public issues of API clients";

    /// a refresh token is unknown, revoked, replaced, or another app's
    pub expired_token() = "invalid_grant" 400,
        "expired access/refresh token", Seen "https://github.com/jsforce/jsforce";

    /// the token endpoint: only administrators decide who may use the app, and this user is not among them
    pub not_admin_approved() = "invalid_app_access" 400,
        "user is not admin approved to access this app", Seen "public issues of API clients";

    /// an assertion names a user who has never approved the app, or who does not exist
    pub not_approved() = "invalid_grant" 400,
        "user hasn't approved this consumer", Seen "https://github.com/simple-salesforce/simple-salesforce";

    /// a JWT or a SAML assertion is malformed, not signed by the app's certificate, used before, or without what it
    /// needs
    pub invalid_assertion() = "invalid_grant" 400, "invalid assertion", Seen "public issues of API clients";

    /// an authorization code was used before or is older than 15 minutes, or the time of a JWT or of a SAML bearer
    /// assertion is over
    pub expired_authorization_code() = "invalid_grant" 400,
        "expired authorization code",
        Seen "https://salesforce.stackexchange.com/questions/18039";

    /// the SAML assertion flow is asked with another `assertion_type` than that of browser single sign-on; the code is
    /// documented, the words are not
    pub invalid_assertion_type() = "invalid_assertion_type" 400, "specified assertion type is invalid", Assumed;

    /// the audience of a SAML bearer assertion is not the server's
    pub audience_validation_failed() = "invalid_grant" 400,
        "Audience validation failed",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm";

    /// the audience of a JWT is not the server's
    pub invalid_audience() = "invalid_grant" 400,
        "audience is invalid", Seen "https://github.com/forcedotcom/sfdx-core";

    /// client credentials: the app has no user to run as
    pub no_client_credentials_user() = "invalid_grant" 400,
        "no client credentials user enabled", Seen "public issues of API clients";

    /// client credentials or token exchange at login.salesforce.com or test.salesforce.com: they are for My Domain
    /// hosts
    pub not_on_this_domain() = "invalid_grant" 400,
        "request not supported on this domain", Seen "public issues of API clients";

    /// the app has no scopes
    pub no_scopes() = "invalid_grant" 400, "no valid scopes defined", Seen "public issues of API clients";

    /// a scope is asked for that the app does not have
    pub scope_not_allowed() = "invalid_scope" 400, "the requested scope is not allowed", Quoted;

    /// the revocation endpoint is asked without a token, or the type of a token to exchange is none that is known
    pub unsupported_token_type() = "unsupported_token_type" 400,
        "this token type is not supported", Seen "https://github.com/omniphx/forrest/issues/213";

    /// there is no such token to revoke
    pub invalid_token(token: &str) = "invalid_token" 400, "invalid token: {token}", Quoted;

    /// the store failed
    pub unknown_error() = "unknown_error" 400, "retry your request", Quoted;
}

impl OauthError {
    fn of_row(row: &'static Entry, description: String) -> OauthError {
        OauthError { error: row.code, description, row: Some(row) }
    }

    /// The store cannot be read or written: nothing that the client has sent is wrong. The code is the APIs', not OAuth's.
    pub fn unavailable(fault: &Fault) -> OauthError {
        OauthError { error: fault.code.as_str(), description: fault.message.clone(), row: fault.row }
    }

    /// Why someone may not log in who has proved by other means than a password who they are.
    pub fn without_password(refusal: LoginRefusal) -> OauthError {
        match refusal {
            LoginRefusal::Inactive => OauthError::inactive_user(),
            LoginRefusal::Store(_) => OauthError::unknown_error(),
            _ => OauthError::authentication_failure(),
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
        answer(status, format, "OAuth", &self.fields()).telling(self.row)
    }
}
