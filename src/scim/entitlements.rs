//! `/Entitlements`: profiles, then permission sets.

use std::sync::Arc;

use serde_json::json;

use super::attribute::{self, Names};
use super::document::{self, Members};
use super::error::ScimError;
use super::exchange::{Exchange, ScimResult};
use super::listing::Listing;
use super::projection::Projection;
use super::search::Search;
use crate::message::StatusCode;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;

/// Profiles of users that are resources, too.
const PROFILES: &str = "UserType IN ('Standard','PowerPartner','PowerCustomerSuccess','CustomerSuccess','SelfService',\
     'CspLitePortal','CsnOnly')";
const PERMISSION_SETS: &str = "IsOwnedByProfile = false AND PermissionSetGroupId = null";

fn names<'a>(exchange: &Exchange, object: &'a Arc<SObject>) -> Names<'a> {
    let table = if object.name == "Profile" { attribute::PROFILE } else { attribute::PERMISSION_SET };
    Names { table, object, org: exchange.context.org.id }
}

/// `GET /Entitlements`
pub fn list(exchange: &Exchange) -> ScimResult {
    let (profiles, sets) = (exchange.object("Profile")?, exchange.object("PermissionSet")?);
    let of_profiles = Listing::asked(exchange, names(exchange, &profiles), PROFILES)?;
    let of_sets = Listing::asked(exchange, names(exchange, &sets), PERMISSION_SETS)?;
    let (profiles, mut ids) = of_profiles.ids(exchange, "Profile")?;
    let offset = (of_sets.start - 1).saturating_sub(profiles);
    let room = of_sets.count.saturating_sub(ids.len());
    let (sets, more) = of_sets.ids_from(exchange, "PermissionSet", offset, room)?;
    ids.extend(more);
    let mut resources = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(record) = exchange.record(object_of(id), id)? {
            resources.push(resource(exchange, id, &record)?);
        }
    }
    Ok(of_profiles.answer(exchange, profiles + sets, resources))
}

/// `GET /Entitlements/{id}`
pub fn get(exchange: &Exchange) -> ScimResult {
    let text = exchange.captures.get("id");
    let id = Id::parse(&text).filter(|id| matches!(id.key_prefix(), "00e" | "0PS"));
    let found =
        id.map(|id| Ok::<_, ScimError>(exchange.record(object_of(id), id)?.map(|record| (id, record))));
    let Some((id, record)) = found.transpose()?.flatten() else {
        return Err(ScimError::not_found(&format!("{}/Entitlements/{text}", exchange.base())));
    };
    let projection = Projection::asked(&Search::of_query(exchange.request), names(exchange, &record.object))?;
    Ok(document::resource(exchange, StatusCode::OK, projection.of(resource(exchange, id, &record)?)))
}

fn object_of(id: Id) -> &'static str {
    if id.key_prefix() == "00e" { "Profile" } else { "PermissionSet" }
}

fn resource(exchange: &Exchange, id: Id, record: &Record) -> Result<Members, ScimError> {
    let is_profile = id.key_prefix() == "00e";
    let (soql, kind) = match is_profile {
        true => (
            format!("SELECT Id FROM User WHERE ProfileId = '{id}' AND IsActive = true ORDER BY Id LIMIT 200"),
            "Profile",
        ),
        false => {
            let held =
                format!("SELECT AssigneeId FROM PermissionSetAssignment WHERE PermissionSetId = '{id}'");
            let soql =
                format!("SELECT Id FROM User WHERE Id IN ({held}) AND IsActive = true ORDER BY Id LIMIT 200");
            (soql, "Permission Set")
        }
    };
    let users = exchange.object("User")?;
    let members = exchange.ids(&soql)?.into_iter().map(|user| {
        let found = exchange.context.org.find(&users, user)?;
        let name = found.as_ref().and_then(|user| user.text("Name")).unwrap_or_default();
        let place = format!("{}/Users/{user}", exchange.base());
        Ok(json!({ "value": user.as_str(), "display": name, "$ref": place }))
    });
    let members = members.collect::<Result<Vec<_>, ScimError>>()?;
    let shown = json!({
        "schemas": [attribute::ENTITLEMENT[0]], "id": id.as_str(), "displayName": record.text("Name"), "type": kind,
        "members": members, "meta": document::meta(exchange, "Entitlement", "Entitlements", id, record),
    });
    Ok(shown.as_object().cloned().unwrap_or_default())
}
