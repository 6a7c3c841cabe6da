//! A request of a logged-in user to a page.

use std::sync::Arc;

use super::shell::Shell;
use super::trouble::{PageResult, Trouble};
use crate::dml::{Call, Options, RecordInput};
use crate::message::{HeaderValue, Method, Response, StatusCode, header};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;
use crate::model::value::Input;
use crate::org::Org;
use crate::org::access::Runner;
use crate::query::soql::{self, QueryOptions, QueryResult};
use crate::router::Captures;
use crate::web::browser_request::BrowserRequest;
use crate::web::posted_form::PostedForm;
use crate::world::RequestContext;

/// The version by which pages ask: the newest.
pub(super) const API_VERSION: u32 = 67;

pub(super) struct Visit<'a> {
    pub browser: BrowserRequest<'a>,
    pub context: &'a RequestContext<'a>,
    pub captures: Captures<'a, 'a>,
    pub form: PostedForm<'a>,
}

/// What became of a save: the id, or why not.
pub(super) type Saved = Result<Id, Vec<Fault>>;

impl<'a> Visit<'a> {
    pub fn org(&self) -> &'a Org {
        self.context.org
    }

    pub fn runner(&self) -> &Runner {
        &self.context.runner
    }

    pub fn is_post(&self) -> bool {
        self.browser.request.method == Method::POST
    }

    /// A parameter of the query; an empty one counts as absent.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.browser.parameter(name)
    }

    /// Fails unless the user has one of these permissions.
    pub fn needs(&self, permissions: &[&str]) -> Result<(), Trouble> {
        let may = permissions.iter().any(|permission| self.runner().may(permission));
        if may { Ok(()) } else { Err(Trouble::Denied) }
    }

    /// The object that the path names, if the user may read it.
    pub fn object(&self) -> Result<Arc<SObject>, Trouble> {
        self.object_named(&self.captures.get("object"))
    }

    pub fn object_named(&self, name: &str) -> Result<Arc<SObject>, Trouble> {
        let object = self.org().object(name)?.ok_or(Trouble::NoPage)?;
        if self.runner().object(&object).read { Ok(object) } else { Err(Trouble::Denied) }
    }

    /// A record that the user sees.
    pub fn record(&self, object: &Arc<SObject>, id: Id) -> Result<Record, Trouble> {
        self.org().find_visible(self.runner(), object, id)?.ok_or(Trouble::NoRecord)
    }

    /// The record that a part of the path names.
    pub fn record_in_path(&self) -> Result<(Arc<SObject>, Record, Id), Trouble> {
        self.record_of(self.id_in_path()?)
    }

    /// The id in the path; `/lightning/r/{id}/view` names no object.
    pub fn id_in_path(&self) -> Result<Id, Trouble> {
        let named = self.captures.get("id");
        let named = if named.is_empty() { self.captures.get("object") } else { named };
        Id::parse(&named).ok_or(Trouble::NoRecord)
    }

    pub fn record_of(&self, id: Id) -> Result<(Arc<SObject>, Record, Id), Trouble> {
        let object = self.org().schema.by_key_prefix(id.key_prefix()).ok_or(Trouble::NoRecord)?;
        let object = self.object_named(&object.name)?;
        let record = self.record(&object, id)?;
        Ok((object, record, id))
    }

    /// Runs a query in the user's name.
    pub fn query(&self, text: &str) -> Result<QueryResult, Fault> {
        let options = QueryOptions { all_rows: false, api_version: API_VERSION };
        soql::query(self.org(), &self.context.environment(), self.runner(), text, &options)
    }

    /// Runs a query in the platform's name: for what users are told of themselves.
    pub fn query_as_platform(&self, text: &str) -> Result<QueryResult, Fault> {
        let options = QueryOptions { all_rows: false, api_version: API_VERSION };
        let runner = Runner::system(self.runner().user);
        soql::query(self.org(), &self.context.environment(), &runner, text, &options)
    }

    /// Saves a record in the user's name: a new one without an id.
    pub fn save(
        &self,
        object: &Arc<SObject>,
        id: Option<Id>,
        fields: Vec<(String, Input)>,
        user_mail: bool,
    ) -> Result<Saved, Fault> {
        let options = Options { user_mail, ..Options::default() };
        let environment = self.context.environment();
        let sent = RecordInput { object: object.clone(), id: id.map(|id| id.to_string()), fields };
        let call = self.call(&environment, &options);
        if id.is_some() { call.update_one(&sent) } else { call.insert_one(&sent) }
    }

    pub fn delete(&self, id: Id) -> Result<Saved, Fault> {
        let (environment, options) = (self.context.environment(), Options::default());
        self.call(&environment, &options).delete_one(id)
    }

    pub fn call<'c>(
        &'c self,
        environment: &'c crate::world::OrgEnvironment<'c>,
        options: &'c Options,
    ) -> Call<'c> {
        Call { org: self.org(), environment, runner: self.runner(), options, rules: &crate::rules::BOOK }
    }

    pub fn shell(&self, title: impl Into<String>) -> Shell {
        Shell::of(self, title)
    }

    /// Sends the browser to a path below the org or the community, by GET.
    pub fn go(&self, path: &str) -> PageResult {
        let url = format!("{}{path}", self.browser.target.origin());
        let location = HeaderValue::from_str(&url).map_err(|_| Trouble::NoPage)?;
        Ok(Response::new(StatusCode::SEE_OTHER).with_header(header::LOCATION, location))
    }

    /// The same with a message that the next page shows.
    pub fn go_and_tell(&self, path: &str, message: &str) -> PageResult {
        let response = self.go(path)?;
        let value = form_urlencoded::byte_serialize(message.as_bytes()).collect::<String>();
        Ok(self.browser.set_cookie(response, super::shell::NOTICE, &value))
    }

    /// What follows the save of a form on another page: it goes there, or shows why not.
    pub fn after(&self, saved: Saved, path: &str, message: &str) -> PageResult {
        match saved {
            Ok(_) => self.go_and_tell(path, message),
            Err(faults) => {
                let texts: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
                self.go_and_tell(path, &format!("Error: {}", texts.join(" ")))
            }
        }
    }
}

/// A text inside a SOQL query.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// The beginning of what `LIKE` finds.
pub(super) fn like(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\'', "\\'").replace('%', "\\%").replace('_', "\\_");
    format!("'%{text}%'")
}
