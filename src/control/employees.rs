//! Setup > Employee User Settings: the settings, "Run User Provisioning" and "View Processes".

use serde::Deserialize;
use serde_json::{Value, json};

use super::requests::entry::time;
use super::routes::Asked;
use super::{document, refused, unavailable};
use crate::error_entry::{Declared, declare_errors};
use crate::flow::employees::{self, MOST_SELECTED, NotStarted, Process};
use crate::message::{Response, StatusCode};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::org::Org;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase", expecting = "an object")]
struct RunRequest {
    /// Username.
    started_by: Option<String>,
    /// Ids of selected employees; without it all.
    employees: Option<Vec<String>>,
}

/// The settings; null before somebody has made them.
pub fn settings(asked: &Asked) -> Response {
    answered(org(asked).and_then(|org| Ok(json!(org.employee_user_settings().map_err(Fault::from)?))))
}

/// Changes the settings as a whole.
pub fn set(asked: &Asked) -> Response {
    let change = |org: &Org| {
        let settings =
            serde_json::from_slice(&asked.request.body).map_err(|why| Why::Refused(no_settings(&why)))?;
        org.set_employee_user_settings(&settings).map_err(Fault::from)?;
        Ok(json!(settings))
    };
    answered(org(asked).and_then(change))
}

/// Run User Provisioning.
pub fn run(asked: &Asked) -> Response {
    let body = &asked.request.body;
    let request: RunRequest = if body.is_empty() {
        RunRequest::default()
    } else {
        match serde_json::from_slice(body) {
            Ok(request) => request,
            Err(why) => return refused(&no_run(&why)),
        }
    };
    let started = org(asked).and_then(|org| {
        let by = starter(org, request.started_by.as_deref())?;
        let environment = asked.state.environment(org.id);
        employees::start(org, &environment, by, request.employees).map_err(worded)
    });
    match started {
        Ok(process) => Response::json(StatusCode::ACCEPTED, format!("{:#}\n", told(&process))),
        Err(why) => why.response(),
    }
}

/// View Processes.
pub fn list(asked: &Asked) -> Response {
    let processes = org(asked).and_then(|org| Ok(employees::processes(org)?));
    answered(processes.map(|processes| processes.iter().map(told).collect()))
}

enum Why {
    Refused(Declared),
    Fault(Fault),
}

impl From<Fault> for Why {
    fn from(fault: Fault) -> Why {
        Why::Fault(fault)
    }
}

impl Why {
    fn response(&self) -> Response {
        match self {
            Why::Refused(why) => refused(why),
            Why::Fault(fault) => unavailable(fault),
        }
    }
}

fn answered(answer: Result<Value, Why>) -> Response {
    match answer {
        Ok(value) => document(&value),
        Err(why) => why.response(),
    }
}

/// The org that the host names, else the first that has employees.
fn org<'a>(asked: &Asked<'a>) -> Result<&'a Org, Why> {
    let state = asked.state;
    let named = state.org_named(asked.request.query_value("so").as_deref(), asked.request.host());
    let named = named.filter(|org| org.schema.object("Employee2").is_some());
    let found = named.or_else(|| state.orgs.iter().find(|org| org.schema.object("Employee2").is_some()));
    found.ok_or_else(|| Why::Refused(no_employees()))
}

fn starter(org: &Org, username: Option<&str>) -> Result<Id, Why> {
    let Some(username) = username else { return Ok(org.seeded.admin.unwrap_or(org.id)) };
    let users = org.standard("User")?;
    let found = org.ids_where(&users, "Username", &username.into(), 1)?;
    found.first().copied().ok_or_else(|| Why::Refused(no_such_starter(username)))
}

fn worded(why: NotStarted) -> Why {
    Why::Refused(match why {
        NotStarted::NoEmployees => no_employees(),
        NotStarted::Active => already_running(),
        NotStarted::Setting(name) => setting_is_missing(name),
        NotStarted::TooMany => too_many_selected(),
        NotStarted::NoEmployee(id) => no_employee(&id),
        NotStarted::Fault(fault) => return Why::Fault(fault),
    })
}

fn told(process: &Process) -> Value {
    json!({
        "id": process.id,
        "startedBy": process.started_by,
        "automatic": process.is_automatic(),
        "status": process.progress,
        "startDate": time(process.started),
        "endDate": process.ended.map(time),
        "total": process.total,
        "succeeded": process.created + process.linked,
        "created": process.created,
        "linked": process.linked,
        "failed": process.failed,
    })
}

declare_errors! {
    fn as Control "control";

    /// users of employees are asked for in an org without the feature UnifiedEmployee
    no_employees() = "" 404, "no org has employees: add UnifiedEmployee to the features of org.json", Assumed;

    /// Employee User Settings are sent that cannot be read
    no_settings(why: &serde_json::Error) = "" 400,
        "send {{\"profile\": \"Standard User\", \"permissionSet\": \"Employee\"}}: {why}", Assumed;

    /// Run User Provisioning is sent with a body that cannot be read
    no_run(why: &serde_json::Error) = "" 400,
        "send nothing, or {{\"startedBy\": \"admin@fauxforce.test\", \"employees\": []}}: {why}", Assumed;

    /// a process is to be started by a user who is not there
    no_such_starter(username: &str) = "" 404, "there is no user {username}", Assumed;

    /// Run User Provisioning while a process is active
    already_running() = "" 409, "A user provisioning process is already running", Assumed;

    /// Run User Provisioning without a mandatory setting
    setting_is_missing(name: &str) = "" 400,
        "Employee User Settings: {name} is not set, or names nothing in the org", Assumed;

    /// more employees are selected for provisioning than a list view selects at once
    too_many_selected() = "" 400, "at most {MOST_SELECTED} employees can be selected; run it for all instead", Assumed;

    /// what is selected for provisioning is no employee
    no_employee(id: &str) = "" 400, "{id:?} is no employee", Assumed;
}
