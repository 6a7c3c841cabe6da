//! What a handler is given, and what it gives back.

use std::sync::Arc;

use super::error::ScimError;
pub use crate::flow::scim_user::Fields;
use crate::flow::scim_user::{NotProvisioned, ScimUsers};
use crate::message::{Request, Response};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;
use crate::query::soql;
use crate::query::soql::QueryOptions;
use crate::router::Captures;
use crate::world::{ApiVersion, OrgEnvironment, RequestContext};

/// What a handler gives back.
pub type ScimResult = Result<Response, ScimError>;

/// The version of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    V1,
    V2,
}

impl Version {
    /// The version that a path names.
    pub fn of(path: &str) -> Option<Version> {
        match path.strip_prefix("/services/scim/")?.split('/').next()? {
            "v1" => Some(Version::V1),
            "v2" => Some(Version::V2),
            _ => None,
        }
    }

    pub fn segment(self) -> &'static str {
        match self {
            Version::V1 => "v1",
            Version::V2 => "v2",
        }
    }
}

/// A request of a session.
pub struct Exchange<'a> {
    pub context: RequestContext<'a>,
    pub version: Version,
    pub request: &'a Request,
    pub captures: Captures<'a, 'a>,
}

impl Exchange<'_> {
    /// Where the resources are.
    pub fn base(&self) -> String {
        format!("{}/services/scim/{}", self.request.origin(), self.version.segment())
    }

    pub fn object(&self, name: &'static str) -> Result<Arc<SObject>, ScimError> {
        Ok(self.context.org.standard(name)?)
    }

    /// A record that the user may see, by id.
    pub fn record(&self, object: &'static str, id: Id) -> Result<Option<Record>, ScimError> {
        let (org, runner) = (self.context.org, &self.context.runner);
        Ok(org.find_visible(runner, &self.object(object)?, id)?)
    }

    /// The record of an object that the path names.
    ///
    /// # Errors
    /// 404
    pub fn addressed(&self, object: &'static str, resource: &str) -> Result<Record, ScimError> {
        let text = self.captures.get("id");
        let id = Id::parse(&text).filter(|id| {
            self.context.org.schema.by_key_prefix(id.key_prefix()).is_some_and(|known| known.name == object)
        });
        let found = id.map(|id| self.record(object, id)).transpose()?.flatten();
        found.ok_or_else(|| ScimError::not_found(&format!("{}/{resource}/{text}", self.base())))
    }

    /// The records of an object in which a field has this value and that the user sees, oldest first.
    pub fn records_where(
        &self,
        object: &'static str,
        field: &str,
        value: Id,
    ) -> Result<Vec<Record>, ScimError> {
        let (org, runner) = (self.context.org, &self.context.runner);
        let mut visible = Vec::new();
        for record in self.provision(|users| Ok(users.records_where(object, field, value)?))? {
            if runner.sees_record(org, &record)? {
                visible.push(record);
            }
        }
        Ok(visible)
    }

    /// The ids that a query finds for the user.
    pub fn ids(&self, soql: &str) -> Result<Vec<Id>, ScimError> {
        Ok(self.query(soql)?.rows.iter().filter_map(|row| row.id).collect())
    }

    /// The number that a `SELECT COUNT()` finds.
    pub fn count(&self, soql: &str) -> Result<usize, ScimError> {
        Ok(self.query(soql)?.total)
    }

    fn query(&self, soql: &str) -> Result<soql::QueryResult, ScimError> {
        let options = QueryOptions { all_rows: false, api_version: ApiVersion::NEWEST.number() };
        Ok(soql::query(self.context.org, &self.environment(), &self.context.runner, soql, &options)?)
    }

    pub fn environment(&self) -> OrgEnvironment<'_> {
        self.context.environment()
    }

    /// Runs several saves as one: what is refused leaves nothing behind.
    pub fn transaction<T>(&self, work: impl FnOnce() -> Result<T, ScimError>) -> Result<T, ScimError> {
        self.context.org.transaction(&self.environment(), work)
    }

    /// Runs procedures of provisioning in the user's name.
    pub fn provision<T>(
        &self,
        work: impl FnOnce(ScimUsers) -> Result<T, NotProvisioned>,
    ) -> Result<T, ScimError> {
        let environment = self.environment();
        Ok(work(ScimUsers {
            org: self.context.org,
            environment: &environment,
            runner: &self.context.runner,
        })?)
    }

    /// Updates a record in the user's name. Without fields nothing is done.
    ///
    /// # Errors
    /// Its faults, as an exception of Apex tells them.
    pub fn update(&self, object: &'static str, id: Id, fields: Fields) -> Result<(), ScimError> {
        self.provision(|users| users.update(object, id, fields))
    }
}

impl From<NotProvisioned> for ScimError {
    fn from(stop: NotProvisioned) -> ScimError {
        match stop {
            NotProvisioned::NoProfile(named) => ScimError::no_profile(&named),
            NotProvisioned::NotSaved { verb, id, faults } => ScimError::not_saved(verb, id, &faults),
            NotProvisioned::RowNotSaved(faults) => ScimError::invalid(&faults),
            NotProvisioned::Gone => ScimError::no_such_resource(),
            NotProvisioned::Fault(fault) => fault.into(),
        }
    }
}
