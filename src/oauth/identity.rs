//! `/id/<org>/<user>`: who a user is.
//! <https://developer.salesforce.com/docs/platform/mobile-sdk/guide/oauth-using-identity-urls.html>

use serde_json::{Value, json};

use super::answer::{Format, answer, callback, script};
use super::parameters::RequestParameters;
use super::person::{
    Person, bad_id, is_app_installed, no_access, not_admitted, object, refused, user_is_inactive,
    user_record, visited, wrong_org,
};
use crate::message::{Request, Response, StatusCode};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::world::{ApiVersion, Purpose, RequestContext, State};

/// Answers for the ids of the path.
pub fn respond(state: &State, request: &Request, org: &str, user: &str) -> Response {
    let context = match visited(state, request, Purpose::Identity) {
        Ok(context) => context,
        Err(denial) => return not_admitted(denial),
    };
    let (Some(org), Some(user)) = (Id::parse(org), Id::parse(user)) else { return refused(bad_id()) };
    if org != context.org.id {
        return refused(wrong_org());
    }
    let record = match user_record(&context, user) {
        Ok(Some(record)) => record,
        Ok(None) | Err(_) => return refused(bad_id()),
    };
    if user != context.session.user && !may_ask_about(&context, &record).unwrap_or_default() {
        return refused(no_access());
    }
    if !record.get("IsActive").is_true() {
        return refused(user_is_inactive());
    }
    let form = RequestParameters::of(request);
    let latest = ApiVersion::NEWEST.to_string();
    let version = match form.get("version") {
        Some("latest") => &latest,
        Some(version) => version,
        None => "{version}",
    };
    let origin = request.origin();
    let person = Person { org: context.org, user: &record, id: user, origin: &origin, version };
    let mut fields = object(describe(&person, &context));
    if is_app_installed(&context) {
        fields.insert("is_app_installed".to_owned(), true.into());
    }
    match (Format::oauth(request, &form, Format::Json), callback(&form)) {
        (Format::Json, Some(callback)) => script(callback, &fields),
        (format, _) => answer(StatusCode::OK, format, "user", &fields),
    }
}

fn describe(person: &Person, context: &RequestContext) -> [(&'static str, Value); 29] {
    [
        ("id", person.identity_url().into()),
        ("asserted_user", (person.id == context.session.user).into()),
        ("user_id", person.id.as_str().into()),
        ("organization_id", person.org.id.as_str().into()),
        ("username", person.text("Username")),
        ("nick_name", person.text("CommunityNickname")),
        ("display_name", person.text("Name")),
        ("email", person.text("Email")),
        ("email_verified", person.flag("HasUserVerifiedEmail")),
        ("first_name", person.text("FirstName")),
        ("last_name", person.text("LastName")),
        ("timezone", person.text("TimeZoneSidKey")),
        ("photos", person.photos()),
        ("addr_street", person.text("Street")),
        ("addr_city", person.text("City")),
        ("addr_state", person.text("State")),
        ("addr_country", person.text("Country")),
        ("addr_zip", person.text("PostalCode")),
        ("mobile_phone", person.text("MobilePhone")),
        ("mobile_phone_verified", person.flag("HasUserVerifiedPhone")),
        ("is_lightning_login_user", false.into()),
        ("status", json!({ "created_date": null, "body": null })),
        ("urls", person.urls()),
        ("active", person.flag("IsActive")),
        ("user_type", person.user_type().into()),
        ("language", person.text("LanguageLocaleKey")),
        ("locale", person.text("LocaleSidKey")),
        ("utcOffset", person.utc_offset().into()),
        ("last_modified_date", person.time("LastModifiedDate", "%Y-%m-%dT%H:%M:%S.000+0000")),
    ]
}

/// Whether a caller may be told of another user: by an app with the scope `api` or `full`, as an employee with "API
/// Enabled" who sees that user.
/// Source: <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid.htm> ("Client Access")
fn may_ask_about(context: &RequestContext, user: &Record) -> Result<bool, Fault> {
    let runner = &context.runner;
    let is_employee_with_api = !runner.is_external() && runner.may("ApiEnabled");
    Ok(Purpose::Api.is_covered_by(&context.session)
        && is_employee_with_api
        && runner.sees_record(context.org, user)?)
}
