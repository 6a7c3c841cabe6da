//! `/Groups`: public groups, which can be read and changed.
//! Source: <https://help.salesforce.com/s/articleView?id=xcloud.identity_scim_rest_api.htm>

use serde_json::{Value as Json, json};

use super::attribute::{self, CORE_V1, Names};
use super::document::{self, Members};
use super::error::ScimError;
use super::exchange::{Exchange, ScimResult, Version};
use super::listing::Listing;
use super::patch::{self, Verb};
use super::projection::Projection;
use super::sent::value_of;
use super::users::id_of;
use crate::message::{Response, StatusCode};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;
use crate::model::value::Input;

const PUBLIC: &str = "Type = 'Regular'";

fn names<'a>(exchange: &Exchange, groups: &'a SObject) -> Names<'a> {
    Names { table: attribute::GROUPS_OF_USERS, object: groups, org: exchange.context.org.id }
}

/// `GET /Groups`
pub fn list(exchange: &Exchange) -> ScimResult {
    let groups = exchange.object("Group")?;
    let listing = Listing::asked(exchange, names(exchange, &groups), PUBLIC)?;
    let (total, resources) = listing.resources(exchange, "Group", resource)?;
    Ok(listing.answer(exchange, total, resources))
}

/// `GET /Groups/{id}`
pub fn get(exchange: &Exchange) -> ScimResult {
    let record = addressed(exchange)?;
    shown(exchange, id_of(&record)?)
}

/// `PUT /Groups/{id}`: the members that are listed, and no others. Answers nothing.
/// Source: <https://github.com/Tirasa/ConnIdSCIMBundle>
pub fn replace(exchange: &Exchange) -> ScimResult {
    let id = id_of(&addressed(exchange)?)?;
    let body = document::body(exchange.request)?;
    exchange.transaction(|| {
        rename(exchange, id, &body)?;
        set_members(exchange, id, &members(&body), Verb::Replace)
    })?;
    Ok(Response::new(StatusCode::OK))
}

/// `PATCH /Groups/{id}`
pub fn change(exchange: &Exchange) -> ScimResult {
    let id = id_of(&addressed(exchange)?)?;
    let body = document::body(exchange.request)?;
    exchange.transaction(|| match exchange.version {
        Version::V1 => {
            rename(exchange, id, &body)?;
            set_members(exchange, id, &members(&body), Verb::Add)
        }
        Version::V2 => {
            patch::operations(body)?.into_iter().try_for_each(|operation| one(exchange, id, operation))
        }
    })?;
    shown(exchange, id)
}

fn one(exchange: &Exchange, id: Id, operation: patch::Operation) -> Result<(), ScimError> {
    if let Some(path) =
        operation.path.as_ref().filter(|path| path.attribute != "members" && path.attribute != "displayName")
    {
        return Err(ScimError::unsupported_field(&path.text));
    }
    let only = operation.path.as_ref().and_then(|path| path.criterion.clone()).map(|(_, value)| value);
    if let (Verb::Remove, Some(only)) = (operation.verb, only) {
        return set_members(exchange, id, &[only], Verb::Remove);
    }
    if operation.verb == Verb::Remove && operation.value.is_null() {
        return set_members(exchange, id, &[], Verb::Replace);
    }
    let resource = patch::resource(&operation)?;
    rename(exchange, id, &resource)?;
    if !resource.contains_key("members") {
        return Ok(());
    }
    set_members(exchange, id, &members(&resource), operation.verb)
}

fn set_members(exchange: &Exchange, group: Id, named: &[String], verb: Verb) -> Result<(), ScimError> {
    match verb {
        Verb::Add => {}
        Verb::Replace => {
            exchange.provision(|users| users.leave("GroupId", group, "UserOrGroupId", named))?;
        }
        Verb::Remove => {
            let rows = exchange.records_where("GroupMember", "GroupId", group)?;
            let there = rows.iter().filter_map(|row| row.id("UserOrGroupId"));
            let stays = |member: &Id| !named.iter().any(|gone| Id::parse(gone) == Some(*member));
            let kept: Vec<_> = there.filter(stays).map(|member| member.to_string()).collect();
            return exchange.provision(|users| users.leave("GroupId", group, "UserOrGroupId", &kept));
        }
    }
    exchange.provision(|users| named.iter().try_for_each(|member| users.join(group.as_str(), member)))
}

fn members(resource: &Members) -> Vec<String> {
    let listed = resource.get("members").and_then(Json::as_array);
    listed.into_iter().flatten().filter_map(value_of).collect()
}

fn rename(exchange: &Exchange, id: Id, resource: &Members) -> Result<(), ScimError> {
    match resource.get("displayName").and_then(Json::as_str) {
        Some(name) => exchange.update("Group", id, vec![("Name".to_owned(), Input::from(name))]),
        None => Ok(()),
    }
}

fn addressed(exchange: &Exchange) -> Result<Record, ScimError> {
    let record = exchange.addressed("Group", "Groups")?;
    match record.text("Type") {
        Some("Regular") => Ok(record),
        _ => {
            Err(ScimError::not_found(&format!("{}/Groups/{}", exchange.base(), exchange.captures.get("id"))))
        }
    }
}

fn shown(exchange: &Exchange, id: Id) -> ScimResult {
    let groups = exchange.object("Group")?;
    let projection = Projection::asked(exchange.request, names(exchange, &groups))?;
    let record = exchange.record("Group", id)?.ok_or_else(ScimError::no_such_resource)?;
    Ok(document::resource(exchange, StatusCode::OK, projection.of(resource(exchange, id, &record)?)))
}

fn resource(exchange: &Exchange, id: Id, record: &Record) -> Result<Members, ScimError> {
    let rows = exchange.records_where("GroupMember", "GroupId", id)?;
    let members = rows.iter().filter_map(|row| row.id("UserOrGroupId")).map(|member| {
        let (kind, resource) =
            if member.key_prefix() == "005" { ("User", "Users") } else { ("Group", "Groups") };
        let place = format!("{}/{resource}/{member}", exchange.base());
        json!({ "value": member.as_str(), "type": kind, "$ref": place })
    });
    let schema = if exchange.version == Version::V1 { CORE_V1 } else { attribute::GROUP };
    let shown = json!({
        "schemas": [schema], "id": id.as_str(), "displayName": record.text("Name"), "type": record.text("Type"),
        "members": members.collect::<Vec<_>>(), "meta": document::meta(exchange, "Group", "Groups", id, record),
    });
    Ok(shown.as_object().cloned().unwrap_or_default())
}
