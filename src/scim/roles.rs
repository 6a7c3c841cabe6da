//! `/Roles`: roles of users, to be read.

use serde_json::json;

use super::attribute::{self, Names};
use super::document::{self, Members};
use super::error::ScimError;
use super::exchange::{Exchange, ScimResult};
use super::listing::Listing;
use super::projection::Projection;
use super::search::Search;
use super::users::id_of;
use crate::message::StatusCode;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;

fn names<'a>(exchange: &Exchange, roles: &'a SObject) -> Names<'a> {
    Names { table: attribute::ROLE_OF_USERS, object: roles, org: exchange.context.org.id }
}

/// `GET /Roles`
pub fn list(exchange: &Exchange) -> ScimResult {
    let roles = exchange.object("UserRole")?;
    let listing = Listing::asked(exchange, names(exchange, &roles), "Id != null")?;
    let (total, resources) = listing.resources(exchange, "UserRole", resource)?;
    Ok(listing.answer(exchange, total, resources))
}

/// `GET /Roles/{id}`
pub fn get(exchange: &Exchange) -> ScimResult {
    let record = exchange.addressed("UserRole", "Roles")?;
    let projection = Projection::asked(&Search::of_query(exchange.request), names(exchange, &record.object))?;
    let id = id_of(&record)?;
    Ok(document::resource(exchange, StatusCode::OK, projection.of(resource(exchange, id, &record)?)))
}

fn resource(exchange: &Exchange, id: Id, record: &Record) -> Result<Members, ScimError> {
    let holders = exchange.records_where("User", "UserRoleId", id)?;
    let members = holders.iter().filter_map(|user| user.id("Id")).map(|user| {
        let place = format!("{}/Users/{user}", exchange.base());
        json!({ "value": user.as_str(), "$ref": place })
    });
    let mut meta = document::meta(exchange, "Role", "Roles", id, record);
    // A role does not know when it was made.
    if let Some(meta) = meta.as_object_mut() {
        meta.retain(|name, value| name != "created" || value.as_str().is_some_and(|text| !text.is_empty()));
    }
    let shown = json!({
        "schemas": [attribute::ROLE[0]], "id": id.as_str(), "displayName": record.text("Name"),
        "members": members.collect::<Vec<_>>(), "meta": meta,
    });
    Ok(shown.as_object().cloned().unwrap_or_default())
}
