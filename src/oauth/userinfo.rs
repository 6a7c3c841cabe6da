//! `/services/oauth2/userinfo`: who the caller is, in OpenID Connect's words.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_userinfo_endpoint.htm>

use serde_json::{Map, Value, json};

use super::answer::{Format, answer};
use super::parameters::RequestParameters;
use super::person::{
    Person, bad_token, is_app_installed, not_admitted, object, refused, user_record, visited,
};
use crate::message::{Request, Response, StatusCode};
use crate::model::fault::Fault;
use crate::world::{Purpose, RequestContext, Site, State};

/// The licence of users that are programs.
const INTEGRATION_LICENSE: &str = "Salesforce Integration";

pub fn respond(state: &State, request: &Request, _site: Option<Site>) -> Response {
    let context = match visited(state, request, Purpose::Identity) {
        Ok(context) => context,
        Err(denial) => return not_admitted(denial),
    };
    let Ok(Some(record)) = user_record(&context, context.session.user) else {
        return refused(bad_token());
    };
    let form = RequestParameters::of(request);
    let origin = request.origin();
    let person = Person {
        org: context.org,
        user: &record,
        id: context.session.user,
        origin: &origin,
        version: "{version}",
    };
    let integration = is_integration_user(&context, &person).unwrap_or(false);
    let mut fields = describe(&person, integration);
    if is_app_installed(&context) {
        fields.insert("is_app_installed".to_owned(), true.into());
    }
    answer(StatusCode::OK, Format::oauth(request, &form, Format::Json), "user", &fields)
}

fn describe(person: &Person, integration: bool) -> Map<String, Value> {
    let picture = |size| person.photos().get(size).cloned().unwrap_or_default();
    let mut fields = object([
        ("sub", person.identity_url().into()),
        ("user_id", person.id.as_str().into()),
        ("organization_id", person.org.id.as_str().into()),
        ("preferred_username", person.text("Username")),
        ("nickname", person.text("CommunityNickname")),
        ("name", person.text("Name")),
        ("email", person.text("Email")),
        ("email_verified", person.flag("HasUserVerifiedEmail")),
        ("given_name", person.text("FirstName")),
        ("family_name", person.text("LastName")),
        ("zoneinfo", person.text("TimeZoneSidKey")),
        ("photos", person.photos()),
        ("profile", format!("{}/{}", person.origin, person.id).into()),
        ("picture", picture("picture")),
        ("address", address(person)),
        ("phone_number", person.text("MobilePhone")),
        ("phone_number_verified", person.flag("HasUserVerifiedPhone")),
        ("is_salesforce_integration_user", integration.into()),
        ("urls", person.urls()),
        ("active", person.flag("IsActive")),
        ("user_type", person.user_type().into()),
        ("language", person.text("LanguageLocaleKey")),
        ("locale", person.text("LocaleSidKey")),
        ("utcOffset", person.utc_offset().into()),
        ("updated_at", person.time("LastModifiedDate", "%Y-%m-%dT%H:%M:%SZ")),
    ]);
    // Claims that the user has no value for are left out (OpenID Connect Core 1.0, 5.3.2).
    fields.retain(|_, value| !value.is_null());
    if person.user.text("MobilePhone").is_none() {
        fields.shift_remove("phone_number_verified");
    }
    fields
}

fn address(person: &Person) -> Value {
    let parts = [
        ("street_address", "Street"),
        ("locality", "City"),
        ("region", "State"),
        ("country", "Country"),
        ("postal_code", "PostalCode"),
    ];
    let parts = parts.into_iter().filter_map(|(claim, field)| Some((claim, person.user.text(field)?)));
    let mut address = json!({});
    for (claim, text) in parts {
        address[claim] = text.into();
    }
    address
}

fn is_integration_user(context: &RequestContext, person: &Person) -> Result<bool, Fault> {
    let parent = |record: &crate::model::record::Record, object, field: &str| match record.id(field) {
        Some(id) => context.org.find(&context.org.standard(object)?, id),
        None => Ok(None),
    };
    let Some(profile) = parent(person.user, "Profile", "ProfileId")? else { return Ok(false) };
    let license = parent(&profile, "UserLicense", "UserLicenseId")?;
    Ok(license.is_some_and(|license| license.text("Name") == Some(INTEGRATION_LICENSE)))
}
