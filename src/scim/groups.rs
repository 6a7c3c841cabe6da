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
use super::search::Search;
use super::sent::{self, value_of};
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
    shown(exchange, id_of(&record)?, &projection(exchange)?)
}

/// `PUT /Groups/{id}`: the members that are listed, and no others. Answers nothing.
/// Source: <https://github.com/Tirasa/ConnIdSCIMBundle>
pub fn replace(exchange: &Exchange) -> ScimResult {
    let id = id_of(&addressed(exchange)?)?;
    replaced(exchange, id).map_err(ScimError::into_conflict)
}

fn replaced(exchange: &Exchange, id: Id) -> ScimResult {
    let body = document::body(exchange.request)?;
    exchange.transaction(|| {
        rename(exchange, id, &body)?;
        set_members(exchange, id, &members(&body)?, Verb::Replace)
    })?;
    Ok(Response::new(StatusCode::OK))
}

/// `PATCH /Groups/{id}`
pub fn change(exchange: &Exchange) -> ScimResult {
    let id = id_of(&addressed(exchange)?)?;
    let projection = projection(exchange)?;
    let body = document::body(exchange.request)?;
    exchange.transaction(|| match exchange.version {
        Version::V1 => {
            rename(exchange, id, &body)?;
            set_members(exchange, id, &members(&body)?, Verb::Add)
        }
        Version::V2 => {
            patch::operations(body)?.into_iter().try_for_each(|operation| one(exchange, id, operation))
        }
    })?;
    shown(exchange, id, &projection)
}

fn one(exchange: &Exchange, id: Id, operation: patch::Operation) -> Result<(), ScimError> {
    if let Some(path) = operation.path.as_ref().filter(|path| !is_changeable(operation.verb, path)) {
        return Err(ScimError::unsupported_field(&path.text));
    }
    if let (Verb::Remove, Some(path)) = (operation.verb, &operation.path) {
        if path.is("displayName") {
            return Err(ScimError::not_nillable(&path.text));
        }
        if let Some(only) = path.chosen_value()? {
            return set_members(exchange, id, &[only.to_owned()], Verb::Remove);
        }
        if operation.value.is_null() {
            return set_members(exchange, id, &[], Verb::Replace);
        }
    }
    let resource = patch::resource(&operation)?;
    // Clients repeat the id of the group beside what they change.
    let is_same = |value: &Json| value.as_str().and_then(Id::parse) == Some(id);
    let is_known = |name: &str, value: &Json| {
        ["members", "displayName", "schemas", "meta"].iter().any(|known| known.eq_ignore_ascii_case(name))
            || (name.eq_ignore_ascii_case("id") && is_same(value))
    };
    if let Some((unknown, _)) = resource.iter().find(|(name, value)| !is_known(name, value)) {
        return Err(ScimError::unsupported_field(unknown));
    }
    if sent::member(&resource, "displayName").is_some_and(Json::is_null) {
        return Err(ScimError::not_nillable("displayName"));
    }
    rename(exchange, id, &resource)?;
    if sent::member(&resource, "members").is_none() {
        return Ok(());
    }
    set_members(exchange, id, &members(&resource)?, operation.verb)
}

/// Whether a path leads to what a group can be changed in: its name, its members, or one of them to be taken away.
fn is_changeable(verb: Verb, path: &patch::Path) -> bool {
    let chooses = path.text.contains('[');
    let is_member = path.is("members") && (!chooses || (verb == Verb::Remove && path.chosen_value().is_ok()));
    path.part.is_none() && (is_member || (path.is("displayName") && !chooses))
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

/// The members of a resource, or of a list of them.
///
/// # Errors
/// 400 for a member without an id.
fn members(resource: &Members) -> Result<Vec<String>, ScimError> {
    let listed = match sent::member(resource, "members") {
        None | Some(Json::Null) => Vec::new(),
        Some(Json::Array(items)) => items.clone(),
        Some(item) => vec![item.clone()],
    };
    listed.iter().map(|item| value_of(item).ok_or_else(|| ScimError::mistyped("members"))).collect()
}

fn rename(exchange: &Exchange, id: Id, resource: &Members) -> Result<(), ScimError> {
    match sent::member(resource, "displayName") {
        Some(Json::String(name)) => {
            exchange.update("Group", id, vec![("Name".to_owned(), Input::from(name.as_str()))])
        }
        Some(Json::Null) | None => Ok(()),
        Some(_) => Err(ScimError::mistyped("displayName")),
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

fn projection(exchange: &Exchange) -> Result<Projection, ScimError> {
    Projection::asked(&Search::of_query(exchange.request), names(exchange, &*exchange.object("Group")?))
}

fn shown(exchange: &Exchange, id: Id, projection: &Projection) -> ScimResult {
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
