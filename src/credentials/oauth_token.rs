//! Rows of OauthToken: what users have granted to apps, for those who look after it. `DeleteToken` is for the revocation
//! endpoint.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_oauthtoken.htm>

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::dml::{Call, Options, RuleBook, delete_as_platform, insert_as_platform, update_without_rules};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::value::Value;
use crate::org::access::Runner;
use crate::org::{Environment, Org};

const OBJECT: &str = "OauthToken";

/// What revokes a family of refresh tokens without being one.
pub fn delete_token(family: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, family.as_bytes()))
}

/// A user has granted an app, by its name, a family of refresh tokens.
pub fn granted(
    org: &Org,
    environment: &dyn Environment,
    user: Id,
    app: &str,
    family: &str,
) -> Result<(), Fault> {
    let fields = [
        ("UserId", Value::from(user)),
        ("AppName", Value::from(app)),
        ("CreatedDate", Value::from(environment.now())),
        ("DeleteToken", Value::from(delete_token(family))),
        ("UseCount", Value::from(0_i64)),
    ];
    insert_as_platform(call(org, environment, &Runner::system(user), &Options::default()), OBJECT, &fields)
        .map(drop)
}

/// The app has used one of them.
pub fn used(org: &Org, environment: &dyn Environment, family: &str) -> Result<(), Fault> {
    let object = org.standard(OBJECT)?;
    let Some(id) = row(org, family)? else { return Ok(()) };
    let count = match org.field(&object, id, "UseCount")? {
        Some(Value::Int(count)) => count + 1,
        _ => 1,
    };
    let fields = [("UseCount", Value::from(count)), ("LastUsedDate", Value::from(environment.now()))];
    update_without_rules(org, OBJECT, id, &fields)
}

/// They are revoked.
pub fn revoked(org: &Org, environment: &dyn Environment, family: &str) -> Result<(), Fault> {
    let Some(id) = row(org, family)? else { return Ok(()) };
    delete_as_platform(call(org, environment, &Runner::system(org.id), &Options::default()), OBJECT, id)
}

fn row(org: &Org, family: &str) -> Result<Option<Id>, Fault> {
    let object = org.standard(OBJECT)?;
    let found = org.ids_where(&object, "DeleteToken", &Value::from(delete_token(family)), 1)?;
    Ok(found.first().copied())
}

fn call<'a>(
    org: &'a Org,
    environment: &'a dyn Environment,
    runner: &'a Runner,
    options: &'a Options,
) -> Call<'a> {
    // Rows that the platform keeps about itself: no business rule is about them.
    Call { org, environment, runner, options, rules: &RuleBook::EMPTY }
}
