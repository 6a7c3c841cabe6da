//! `GET /chatter/users/me`, `/chatter/users/{id}`: a user's profile, as Connect REST API tells it. Nobody posts, follows or
//! joins groups here, so those counts are zero.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.chatterapi.meta/chatterapi/connect_responses_user_detail.htm>

use serde_json::{Value, json};

use super::encode::Writer;
use super::entity_encoding;
use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;

/// Tells of the caller.
pub fn me(exchange: &Exchange) -> RestResult {
    profile(exchange, exchange.context.session.user)
}

/// Tells of a user by id.
pub fn user(exchange: &Exchange) -> RestResult {
    let id = Id::parse(&exchange.capture("user")).filter(|id| id.key_prefix() == "005");
    profile(exchange, id.ok_or_else(RestFault::not_found)?)
}

fn profile(exchange: &Exchange, id: Id) -> RestResult {
    let user = visible(exchange, id)?.ok_or_else(RestFault::not_found)?;
    let manager = match user.id("ManagerId") {
        Some(manager) => visible(exchange, manager)?,
        None => None,
    };
    let mut detail = detail(exchange, id, &user, manager.as_ref());
    entity_encoding::encode(exchange.request, &mut detail);
    Ok(exchange.ok("userDetail", |w| write(w, &detail)))
}

fn visible(exchange: &Exchange, id: Id) -> Result<Option<Record>, Fault> {
    let (org, runner) = (exchange.context.org, &exchange.context.runner);
    org.find_visible(runner, &org.standard("User")?, id)
}

fn write(w: &mut Writer, detail: &Value) {
    for (name, value) in detail.as_object().into_iter().flatten() {
        w.tree(name, value);
    }
}

fn detail(exchange: &Exchange, id: Id, user: &Record, manager: Option<&Record>) -> Value {
    let (base, origin) = (format!("/services/data/v{}", exchange.version), exchange.request.origin());
    let text = |field| user.text(field);
    let photo = |size| format!("{origin}/profilephoto/005/{size}");
    let email_photo = |size| format!("{origin}/img/userprofile/default_profile_{size}_v2.png?fromEmail=1");
    json!({
        "aboutMe": text("AboutMe"),
        "additionalLabel": null,
        "address": {
            "city": text("City"),
            "country": text("Country"),
            "formattedAddress": formatted_address(user),
            "state": text("State"),
            "street": text("Street"),
            "zip": text("PostalCode"),
        },
        "bannerPhoto": {
            "bannerPhotoUrl": photo("B"),
            "bannerPhotoVersionId": null,
            "url": format!("{base}/connect/user-profiles/{id}/banner-photo"),
        },
        "chatterActivity": { "commentCount": 0, "commentReceivedCount": 0, "likeReceivedCount": 0, "postCount": 0 },
        "chatterInfluence": { "percentile": "0.0", "rank": 1 },
        "communityNickname": text("CommunityNickname"),
        "companyName": text("CompanyName"),
        "displayName": text("Name"),
        "email": text("Email"),
        "firstName": text("FirstName"),
        "followersCount": 0,
        "followingCounts": { "people": 0, "records": 0, "total": 0 },
        "groupCount": 0,
        "hasChatter": true,
        "id": id.as_str(),
        "isActive": user.get("IsActive").is_true(),
        "isInThisCommunity": true,
        "lastName": text("LastName"),
        "managerId": text("ManagerId"),
        "managerName": manager.and_then(|manager| manager.text("Name")),
        "motif": {
            "color": "65CAE4",
            "largeIconUrl": "/img/icon/profile64.png",
            "mediumIconUrl": "/img/icon/profile32.png",
            "smallIconUrl": "/img/icon/profile16.png",
            "svgIconUrl": null,
        },
        "mySubscription": null,
        "name": text("Name"),
        "outOfOffice": { "message": "" },
        "phoneNumbers": phone_numbers(user),
        "photo": {
            "fullEmailPhotoUrl": email_photo(200),
            "largePhotoUrl": photo("F"),
            "mediumPhotoUrl": photo("M"),
            "photoVersionId": null,
            "smallPhotoUrl": photo("T"),
            "standardEmailPhotoUrl": email_photo(45),
            "url": format!("{base}/connect/user-profiles/{id}/photo"),
        },
        "reputation": null,
        "thanksReceived": null,
        "title": text("Title"),
        "type": "User",
        "url": format!("{base}/chatter/users/{id}"),
        "userType": user_type(user),
        "username": text("Username"),
    })
}

/// Street, city with state and code, country: a line each.
fn formatted_address(user: &Record) -> Option<String> {
    let joined = |parts: &[Option<&str>], with: &str| {
        let parts: Vec<_> = parts.iter().flatten().copied().collect();
        (!parts.is_empty()).then(|| parts.join(with))
    };
    let region = joined(&[user.text("State"), user.text("PostalCode")], " ");
    let city = joined(&[user.text("City"), region.as_deref()], ", ");
    joined(&[user.text("Street"), city.as_deref(), user.text("Country")], "\n")
}

fn phone_numbers(user: &Record) -> Value {
    let kinds = [("Phone", "Work"), ("MobilePhone", "Mobile"), ("Fax", "Fax")];
    let known = kinds.iter().filter_map(|(field, kind)| Some((user.text(field)?, kind)));
    known.map(|(number, kind)| json!({ "label": kind, "phoneNumber": number, "phoneType": kind })).collect()
}

/// `userType` of a user summary, in Connect's own words.
fn user_type(user: &Record) -> &'static str {
    match user.text("UserType").unwrap_or_default() {
        "Standard" => "Internal",
        "CsnOnly" => "ChatterOnly",
        "Guest" => "Guest",
        "AutomatedProcess" | "CloudIntegrationUser" => "System",
        "" => "Undefined",
        _ => "Portal",
    }
}
