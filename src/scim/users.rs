//! `/Users`: list, create, read, replace, change, deactivate.

use std::sync::Arc;

use super::attribute::{self, Names};
use super::error::ScimError;
use super::exchange::{Exchange, ScimResult, Version};
use super::listing::Listing;
use super::projection::Projection;
use super::search::Search;
use super::sent::{self, Mode};
use super::{approval, document, patch, user, user_patch};
use crate::flow::scim_user::Groups;
use crate::message::{Response, StatusCode};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;
use crate::model::value::{Input, Raw};

/// Users of other types (guests, the platform's own) are no resources.
const TYPES: &str = "UserType IN ('Standard','PowerPartner','PowerCustomerSuccess','CustomerSuccess','SelfService',\
     'CspLitePortal','CsnOnly')";

/// The attributes of users.
pub fn names<'a>(exchange: &Exchange, users: &'a SObject) -> Names<'a> {
    Names { table: attribute::USER, object: users, org: exchange.context.org.id }
}

/// `GET /Users`
pub fn list(exchange: &Exchange) -> ScimResult {
    let users = exchange.object("User")?;
    let listing = Listing::asked(exchange, names(exchange, &users), TYPES)?;
    let (total, resources) = listing.resources(exchange, "User", user::resource)?;
    Ok(listing.answer(exchange, total, resources))
}

/// `POST /Users/.search`: the same with the parameters in the body (RFC 7644, 3.4.3), which SCIM 1.1 does not have.
pub fn search(exchange: &Exchange) -> ScimResult {
    if exchange.version == Version::V1 {
        return Err(ScimError::method_not_supported());
    }
    let users = exchange.object("User")?;
    let search = Search::of_body(&document::body(exchange.request)?)?;
    let listing = Listing::searched(exchange, names(exchange, &users), TYPES, &search)?;
    let (total, resources) = listing.resources(exchange, "User", user::resource)?;
    Ok(listing.answer(exchange, total, resources))
}

/// `GET /Users/{id}`
pub fn get(exchange: &Exchange) -> ScimResult {
    let record = exchange.addressed("User", "Users")?;
    shown(exchange, id_of(&record)?, StatusCode::OK, &projection(exchange)?)
}

/// `GET /Me`
pub fn me(exchange: &Exchange) -> ScimResult {
    shown(exchange, exchange.context.runner.user, StatusCode::OK, &projection(exchange)?)
}

/// `POST /Users`
pub fn create(exchange: &Exchange) -> ScimResult {
    created(exchange).map_err(ScimError::into_conflict)
}

fn created(exchange: &Exchange) -> ScimResult {
    let projection = projection(exchange)?;
    let user_request = sent::read(exchange, document::body(exchange.request)?, Mode::Create)?;
    let now = exchange.context.state.clock.now();
    // Whoever is approved at once needs no password.
    let mails_password = !approval::is_wanted(exchange);
    let id = exchange.provision(|users| users.create(user_request, now, mails_password))?;
    approval::approve(exchange, id, shown(exchange, id, StatusCode::CREATED, &projection)?)
}

/// `PUT /Users/{id}`
pub fn replace(exchange: &Exchange) -> ScimResult {
    let record = exchange.addressed("User", "Users")?;
    replaced(exchange, &record).map_err(ScimError::into_conflict)
}

fn replaced(exchange: &Exchange, record: &Record) -> ScimResult {
    let (id, projection) = (id_of(record)?, projection(exchange)?);
    let user_request = sent::read(exchange, document::body(exchange.request)?, Mode::Replace)?;
    exchange.transaction(|| {
        let sets = user_request.permission_sets.clone().unwrap_or_default();
        exchange.provision(|users| {
            users.keep(id, &sets)?;
            users.apply(record, user_request, Groups::Replace)
        })
    })?;
    shown(exchange, id, StatusCode::OK, &projection)
}

/// `PATCH /Users/{id}`: operations (RFC 7644, 3.5.2), or in SCIM 1.1 the attributes to change.
pub fn change(exchange: &Exchange) -> ScimResult {
    let record = exchange.addressed("User", "Users")?;
    let (id, projection) = (id_of(&record)?, projection(exchange)?);
    let body = document::body(exchange.request)?;
    match exchange.version {
        Version::V1 => {
            let user_request = sent::read(exchange, body, Mode::Change)?;
            exchange.transaction(|| {
                exchange.provision(|users| users.apply(&record, user_request, Groups::Replace))
            })?;
        }
        Version::V2 => {
            let operations = patch::operations(body)?;
            exchange.transaction(|| {
                let mut read_only = Vec::new();
                for operation in operations {
                    read_only.extend(user_patch::apply(exchange, &record, operation)?);
                }
                user_patch::read_only_attributes_are_so(exchange, id, read_only)
            })?;
        }
    }
    shown(exchange, id, StatusCode::OK, &projection)
}

/// `DELETE /Users/{id}`: the user is deactivated. One who is inactive is not there to be deleted.
pub fn deactivate(exchange: &Exchange) -> ScimResult {
    let record = exchange.addressed("User", "Users")?;
    let id = id_of(&record)?;
    if !record.get("IsActive").is_true() {
        return Err(ScimError::not_found(&format!("{}/Users/{id}", exchange.base())));
    }
    exchange.update("User", id, vec![("IsActive".to_owned(), Input::new(Raw::Bool(false)))])?;
    Ok(Response::new(StatusCode::NO_CONTENT))
}

/// Which attributes the answer to a request has. Whoever saves asks for them first, so that a refusal leaves nothing saved.
fn projection(exchange: &Exchange) -> Result<Projection, ScimError> {
    let users: Arc<SObject> = exchange.object("User")?;
    Projection::asked(&Search::of_query(exchange.request), names(exchange, &users))
}

fn shown(exchange: &Exchange, id: Id, status: StatusCode, projection: &Projection) -> ScimResult {
    let record = exchange.record("User", id)?.ok_or_else(ScimError::no_such_resource)?;
    Ok(document::resource(exchange, status, projection.of(user::resource(exchange, id, &record)?)))
}

pub fn id_of(record: &Record) -> Result<Id, ScimError> {
    record.id("Id").ok_or_else(ScimError::no_such_resource)
}
