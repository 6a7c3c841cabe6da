//! What the identity URL and the OpenID userinfo endpoint tell of a user, both in their own words.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::parameters::access_token;
use crate::error_entry::{Declared, declare_errors};
use crate::message::{Request, Response, StatusCode};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::org::Org;
use crate::world::{Denial, Purpose, RequestContext, State};

/// A user, and where it was asked about.
pub struct Person<'a> {
    pub org: &'a Org,
    pub user: &'a Record,
    pub id: Id,
    /// `scheme://host[:port]`
    pub origin: &'a str,
    /// What `{version}` stands for in the URLs; itself when the caller named none.
    pub version: &'a str,
}

impl Person<'_> {
    /// `https://host/id/00D…/005…`
    pub fn identity_url(&self) -> String {
        format!("{}/id/{}/{}", self.origin, self.org.id, self.id)
    }

    /// `STANDARD`, `POWER_PARTNER`, …
    /// <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid.htm>
    pub fn user_type(&self) -> &str {
        match self.user.text("UserType").unwrap_or_default() {
            "Standard" => "STANDARD",
            "PowerPartner" => "POWER_PARTNER",
            "CspLitePortal" => "CSP_LITE_PORTAL",
            "CustomerSuccess" => "CUSTOMER_SUCCESS",
            "PowerCustomerSuccess" => "POWER_CUSTOMER_SUCCESS",
            "Guest" => "GUEST",
            other => other,
        }
    }

    /// Milliseconds east of Greenwich, without daylight saving time.
    pub fn utc_offset(&self) -> i64 {
        let zone = self.user.text("TimeZoneSidKey").unwrap_or("GMT");
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let offset_at = |seconds| Timestamp::from_second(seconds).map(|at| zone.to_offset(at).seconds());
        let (january, july) = (offset_at(1_767_225_600), offset_at(1_782_864_000));
        let standard = january.unwrap_or(0).min(july.unwrap_or(0));
        i64::from(standard) * 1000
    }

    /// The pictures that every user has.
    pub fn photos(&self) -> Value {
        let photo = |size| format!("{}/profilephoto/005/{size}", self.origin);
        json!({ "picture": photo("F"), "thumbnail": photo("T") })
    }

    /// The addresses of the APIs.
    pub fn urls(&self) -> Value {
        let (origin, version, org) = (self.origin, self.version, self.org.id.short());
        let soap = |letter| format!("{origin}/services/Soap/{letter}/{version}/{org}");
        let rest = |path| format!("{origin}/services/data/v{version}/{path}");
        json!({
            "enterprise": soap("c"),
            "metadata": soap("m"),
            "partner": soap("u"),
            "rest": rest(""),
            "sobjects": rest("sobjects/"),
            "search": rest("search/"),
            "query": rest("query/"),
            "recent": rest("recent/"),
            "tooling_soap": soap("T"),
            "tooling_rest": rest("tooling/"),
            "profile": format!("{origin}/{}", self.id),
            "feeds": rest("chatter/feeds"),
            "groups": rest("chatter/groups"),
            "users": rest("chatter/users"),
            "feed_items": rest("chatter/feed-items"),
            "feed_elements": rest("chatter/feed-elements"),
            "custom_domain": origin,
        })
    }

    /// A text field, null when it is empty.
    pub fn text(&self, field: &str) -> Value {
        self.user.text(field).map_or(Value::Null, Value::from)
    }

    /// A flag.
    pub fn flag(&self, field: &str) -> Value {
        self.user.get(field).is_true().into()
    }

    /// A point in time in that form of strftime, UTC.
    pub fn time(&self, field: &str, form: &str) -> Value {
        let crate::model::value::Value::Int(millis) = self.user.get(field) else { return Value::Null };
        Timestamp::from_millisecond(*millis).map_or(Value::Null, |at| at.strftime(form).to_string().into())
    }
}

/// The visit that a request's token opens, or why it does not: `None` is for a request without one.
pub fn visited<'a>(
    state: &'a State,
    request: &Request,
    purpose: Purpose,
) -> Result<RequestContext<'a>, Option<Denial>> {
    let token = access_token(request).ok_or(None)?;
    state.admit(&token, request.host(), purpose).map_err(Some)
}

/// Whether the app of the session is one of the org's own. Apps that are Salesforce's, and those of other orgs, are not
/// installed; a session without an app has none.
pub fn is_app_installed(context: &RequestContext) -> bool {
    let client = context.session.client_id.as_deref();
    let app = client.and_then(|client| context.state.connected_app(client));
    app.is_some_and(|(org, _)| org.id == context.org.id)
}

/// The answer to who is not admitted.
pub fn not_admitted(denial: Option<Denial>) -> Response {
    match denial {
        None => refused(missing_token()),
        Some(Denial::MissingScope) => refused(insufficient_scope()),
        Some(Denial::Refused(fault)) => Response::html(StatusCode::SERVICE_UNAVAILABLE, fault.message),
        Some(Denial::NoSession | Denial::OtherMyDomain | Denial::PasswordExpired | Denial::ApiDisabled) => {
            refused(bad_token())
        }
    }
}

/// The identity endpoints refuse in one word.
pub fn refused(refusal: Declared) -> Response {
    let status = refusal.row.number.and_then(|number| StatusCode::from_u16(number).ok());
    Response::html(status.unwrap_or(StatusCode::FORBIDDEN), refusal.message)
}

/// The record of a visitor, or of another user of the same org.
pub fn user_record(context: &RequestContext, id: Id) -> Result<Option<Record>, Fault> {
    context.org.find(&context.org.standard("User")?, id)
}

/// An object of a list of fields.
pub fn object<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

declare_errors! {
    fn as Identity "identity";

    /// an identity URL is asked without a token
    pub missing_token() = "Missing_OAuth_Token" 403,
        "Missing_OAuth_Token",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid.htm";

    /// the token is unknown or its session over
    pub bad_token() = "Bad_OAuth_Token" 403,
        "Bad_OAuth_Token",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid.htm";

    /// an identity URL is another org's than the token's
    pub wrong_org() = "Wrong_Org" 403,
        "Wrong_Org", Documented "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid.htm";

    /// an identity URL names no user
    pub bad_id() = "Bad_Id" 404,
        "Bad_Id", Documented "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid.htm";

    /// an identity URL names a user who is not active
    pub user_is_inactive() = "Inactive User" 404,
        "Inactive User",
        Documented "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid.htm";

    /// an identity URL names another user, and the caller has no scope `api` or `full`, no `API Enabled` or no sight of
    /// the user
    pub no_access() = "No_Access" 403, "No_Access", Inferred "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid.htm";

    /// a URL that opens the org in a browser is asked with a token whose scopes do not hold `web` or `full`
    pub insufficient_scope() = "Insufficient_Scope" 403, "Insufficient_Scope", Assumed;
}
