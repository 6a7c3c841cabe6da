//! Users for employees: the process behind "Run User Provisioning" and automatic user creation.
//!
//! Documented: it finds and links users before it creates them, runs by hand and when an employee comes into the
//! provisioning status, and writes a log that names the employees (Salesforce Help, "Provision User Records for Custom
//! Integrations"). By what users are found, in which objects the log lies, and the names of states are inferred;
//! `docs/employees.md` says so one by one.

use serde::{Deserialize, Serialize};

mod one_employee;

use crate::dml::{Call, Options, insert_as_platform, update_as_platform};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::access::Runner;
use crate::org::employee_user_settings::EmployeeUserSettings;
use crate::org::{Environment, Org};
use crate::world::State;
pub(crate) use one_employee::FAULTS;
use one_employee::{Employee, Made};

const TABLES: &str = "\
    CREATE TABLE IF NOT EXISTS \"_employee_process\" \
      (id TEXT PRIMARY KEY, active INTEGER NOT NULL, process TEXT NOT NULL) WITHOUT ROWID;\
    CREATE INDEX IF NOT EXISTS \"User.EmployeeNumber\" ON \"User\" (\"EmployeeNumber\") \
      WHERE \"EmployeeNumber\" IS NOT NULL;";
const TABLE: &str = "_employee_process";

/// Employees of one step: few, so that a login in between waits for a moment only.
const STEP: usize = 25;
/// Employees that a list view hands over at once.
/// Documented: "the 200-item selection limit".
pub const MOST_SELECTED: usize = 200;
/// What `UserProvisioningRequest.AppName` says of a process.
const APP_NAME: &str = "Employee User Provisioning";

/// Which employees a process looks at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Which {
    /// All in the provisioning status without a user, behind this id.
    All { after: String },
    /// Those that came into the status by a save.
    Automatic,
    /// Those that were selected and not looked at yet.
    Selected(Vec<String>),
}

/// How far a process is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Progress {
    Queued,
    InProgress,
    Completed,
    CompletedWithErrors,
    Failed,
}

/// One run of the provisioning of users for employees.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Process {
    /// Of its UserProvisioningRequest.
    pub id: String,
    pub started_by: String,
    pub started: i64,
    pub ended: Option<i64>,
    pub progress: Progress,
    /// Employees that were there when it began, or were looked at if there came more.
    pub total: i64,
    pub created: i64,
    pub linked: i64,
    pub failed: i64,
    which: Which,
}

impl Process {
    /// Whether a save started it, not a person.
    pub fn is_automatic(&self) -> bool {
        self.which == Which::Automatic
    }

    fn is_active(&self) -> bool {
        matches!(self.progress, Progress::Queued | Progress::InProgress)
    }
}

/// Why no process was started.
#[derive(Debug)]
pub enum NotStarted {
    /// The org has no Employee2.
    NoEmployees,
    /// Another is active.
    Active,
    /// A setting is missing, or names nothing.
    Setting(&'static str),
    /// More employees were selected than a list view lets one select.
    TooMany,
    /// An id is none of an employee.
    NoEmployee(String),
    Fault(Fault),
}

impl<T: Into<Fault>> From<T> for NotStarted {
    fn from(fault: T) -> NotStarted {
        NotStarted::Fault(fault.into())
    }
}

/// The settings with what they name.
struct Resolved {
    settings: EmployeeUserSettings,
    profile: Record,
    permission_set: Id,
}

/// Starts a process by hand for all employees in the provisioning status without a user, or for those selected.
///
/// # Errors
/// [`NotStarted`]
pub fn start(
    org: &Org,
    environment: &dyn Environment,
    by: Id,
    selected: Option<Vec<String>>,
) -> Result<Process, NotStarted> {
    if org.schema.object("Employee2").is_none() {
        return Err(NotStarted::NoEmployees);
    }
    if active(org)?.is_some() {
        return Err(NotStarted::Active);
    }
    let resolved = resolve(org)?;
    let which = match selected {
        None => Which::All { after: String::new() },
        Some(ids) if ids.len() > MOST_SELECTED => return Err(NotStarted::TooMany),
        Some(ids) => Which::Selected(checked(org, ids)?),
    };
    let total = match &which {
        Which::Selected(ids) => i64::try_from(ids.len()).unwrap_or(i64::MAX),
        _ => count_candidates(org, &resolved.settings.employee_status)?,
    };
    Ok(org.transaction(environment, || open(org, environment, by, which, total))?)
}

/// The whole ids of employees.
fn checked(org: &Org, ids: Vec<String>) -> Result<Vec<String>, NotStarted> {
    let employees = org.standard("Employee2")?;
    let mut found = Vec::new();
    for text in ids {
        match Id::parse(&text) {
            Some(id) if org.find(&employees, id)?.is_some() => found.push(id.to_string()),
            _ => return Err(NotStarted::NoEmployee(text)),
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The processes of an org, newest first.
///
/// # Errors
/// The store has failed.
pub fn processes(org: &Org) -> Result<Vec<Process>, Fault> {
    if !org.store.has_table(TABLE)? {
        return Ok(Vec::new());
    }
    let sql = "SELECT process FROM \"_employee_process\" ORDER BY id DESC LIMIT 1000";
    let found = org.store.rows(sql, [], |row| row.get::<_, String>(0))?;
    Ok(found.iter().filter_map(|text| serde_json::from_str(text).ok()).collect())
}

/// Whether there is something to do.
///
/// # Errors
/// The store has failed.
pub fn is_due(org: &Org) -> Result<bool, Fault> {
    Ok(active(org)?.is_some() || org.count_awaiting_users()? > 0)
}

/// Looks at the next employees, in one transaction; `false` when there is nothing to do.
///
/// # Errors
/// The store has failed.
pub fn step(state: &State, org: &Org) -> Result<bool, Fault> {
    if !is_due(org)? {
        return Ok(false);
    }
    let environment = state.environment(org.id);
    let call = state.start_call();
    let done = org.transaction(&environment, || advance(org, &environment));
    drop(call);
    done.map(|()| true)
}

fn advance(org: &Org, environment: &dyn Environment) -> Result<(), Fault> {
    let mut process = match active(org)? {
        Some(process) => process,
        None => {
            let total = org.count_awaiting_users()?;
            let by = org.seeded.admin.unwrap_or(org.id);
            open(org, environment, by, Which::Automatic, total)?
        }
    };
    let by = Id::parse(&process.started_by).unwrap_or(org.id);
    let runner = Runner::system(by);
    let options = Options { mixes: true, ..Options::default() };
    let call = Call { org, environment, runner: &runner, options: &options, rules: &crate::rules::BOOK };
    process.progress = Progress::InProgress;
    let ids = match resolve(org) {
        Ok(resolved) => {
            let ids = next(org, &process, &resolved.settings.employee_status)?;
            for id in &ids {
                look_at(call, &resolved, &mut process, *id)?;
            }
            ids
        }
        Err(NotStarted::Fault(fault)) => return Err(fault),
        Err(_) => {
            process.progress = Progress::Failed;
            let text =
                "Employee User Settings are incomplete: set Profile, Employee Status and Permission Set";
            log(call, &process, None, ("Failed", None, text))?;
            for id in org.awaiting_users(usize::MAX)? {
                org.awaits_no_user(id)?;
            }
            Vec::new()
        }
    };
    process.total = process.total.max(process.created + process.linked + process.failed);
    match ids.last() {
        Some(last) => match &mut process.which {
            Which::All { after } => *after = last.to_string(),
            Which::Selected(left) => left.retain(|id| !ids.iter().any(|done| done.as_str() == id)),
            Which::Automatic => {}
        },
        None => end(call, &mut process)?,
    }
    save(org, &process)
}

/// The employees to look at next.
fn next(org: &Org, process: &Process, status: &str) -> Result<Vec<Id>, Fault> {
    let found = match &process.which {
        Which::Automatic => return Ok(org.awaiting_users(STEP)?),
        Which::Selected(left) => left.iter().take(STEP).cloned().collect(),
        Which::All { after } => {
            org.ensure_table(&*org.standard("Employee2")?)?;
            let sql = "SELECT \"Id\" FROM \"Employee2\" WHERE \"Id\" > ?1 AND \"EmployeeStatus\" = ?2 \
                       AND \"UserId\" IS NULL AND \"IsDeleted\" = 0 ORDER BY \"Id\" LIMIT ?3";
            let params = rusqlite::params![after, status, STEP as i64];
            org.store.rows(sql, params, |row| row.get::<_, String>(0))?
        }
    };
    Ok(found.iter().filter_map(|id| Id::parse(id)).collect())
}

fn count_candidates(org: &Org, status: &str) -> Result<i64, Fault> {
    org.ensure_table(&*org.standard("Employee2")?)?;
    let sql = "SELECT count(*) FROM \"Employee2\" WHERE \"EmployeeStatus\" = ?1 AND \"UserId\" IS NULL \
               AND \"IsDeleted\" = 0";
    Ok(org.store.row(sql, [status], |row| row.get(0))?.unwrap_or_default())
}

/// Links or creates the user of one employee. What fails is undone and logged; the others go on.
fn look_at(call: Call, resolved: &Resolved, process: &mut Process, id: Id) -> Result<(), Fault> {
    let org = call.org;
    org.awaits_no_user(id)?;
    let Some(employee) = Employee::of(org, id)? else { return Ok(()) };
    if employee.record.id("UserId").is_some()
        || employee.record.text("EmployeeStatus") != Some(resolved.settings.employee_status.as_str())
    {
        return Ok(());
    }
    match org.savepoint(|| employee.provision(call, resolved)) {
        Ok(Made::Linked(user)) => {
            process.linked += 1;
            log(call, process, Some(&employee), ("Linked", Some(user), ""))
        }
        Ok(Made::Created(user)) => {
            process.created += 1;
            log(call, process, Some(&employee), ("Created", Some(user), ""))
        }
        Err(fault) if fault.is_store_trouble() => Err(fault),
        Err(fault) => {
            process.failed += 1;
            let text = format!("{}: {}", fault.code, fault.message);
            log(call, process, Some(&employee), ("Failed", None, &text))
        }
    }
}

/// A row of the log, which names the employee.
fn log(
    call: Call,
    process: &Process,
    employee: Option<&Employee>,
    (status, user, details): (&str, Option<Id>, &str),
) -> Result<(), Fault> {
    let text = |name: &str| employee.and_then(|employee| employee.record.text(name)).map(Value::from);
    let fields = [
        ("UserProvisioningRequestId", Value::from(process.id.as_str())),
        ("ExternalUserId", text("Id").unwrap_or(Value::Null)),
        ("ExternalUsername", text("EmployeeNumber").unwrap_or(Value::Null)),
        ("UserId", user.map_or(Value::Null, Value::from)),
        ("Status", Value::from(status)),
        ("Details", if details.is_empty() { Value::Null } else { Value::from(details) }),
    ];
    insert_as_platform(call, "UserProvisioningLog", &fields).map(drop)
}

fn open(
    org: &Org,
    environment: &dyn Environment,
    by: Id,
    which: Which,
    total: i64,
) -> Result<Process, Fault> {
    org.ensure_table(&*org.standard("User")?)?;
    org.store.run(TABLES)?;
    let runner = Runner::system(by);
    let options = Options { mixes: true, ..Options::default() };
    let call = Call { org, environment, runner: &runner, options: &options, rules: &crate::rules::BOOK };
    let started = environment.now();
    let fields = [
        ("AppName", Value::from(APP_NAME)),
        ("State", Value::from("Requested")),
        ("Operation", Value::from("Linking")),
        ("ApprovalStatus", Value::from("NotRequired")),
        ("ScheduleDate", Value::Int(started)),
        ("OwnerId", Value::from(by)),
    ];
    let id = insert_as_platform(call, "UserProvisioningRequest", &fields)?;
    let process = Process {
        id: id.to_string(),
        started_by: by.to_string(),
        started,
        ended: None,
        progress: Progress::Queued,
        total,
        created: 0,
        linked: 0,
        failed: 0,
        which,
    };
    save(org, &process)?;
    org.employees_wait.set(true);
    Ok(process)
}

fn end(call: Call, process: &mut Process) -> Result<(), Fault> {
    if process.progress != Progress::Failed {
        process.progress =
            if process.failed > 0 { Progress::CompletedWithErrors } else { Progress::Completed };
    }
    process.ended = Some(call.environment.now());
    let state = if process.progress == Progress::Completed { "Completed" } else { "Failed" };
    let Some(id) = Id::parse(&process.id) else { return Ok(()) };
    let requests = call.org.standard("UserProvisioningRequest")?;
    match call.org.find(&requests, id)? {
        Some(_) => update_as_platform(call, "UserProvisioningRequest", id, &[("State", Value::from(state))]),
        // Somebody has deleted it.
        None => Ok(()),
    }
}

fn save(org: &Org, process: &Process) -> Result<(), Fault> {
    let text = serde_json::json!(process).to_string();
    let sql = "INSERT OR REPLACE INTO \"_employee_process\" VALUES (?1, ?2, ?3)";
    org.store.execute(sql, rusqlite::params![process.id, process.is_active(), text])?;
    Ok(())
}

/// The process that is at work.
fn active(org: &Org) -> Result<Option<Process>, Fault> {
    if !org.store.has_table(TABLE)? {
        return Ok(None);
    }
    let sql = "SELECT process FROM \"_employee_process\" WHERE active ORDER BY id LIMIT 1";
    let found = org.store.row(sql, [], |row| row.get::<_, String>(0))?;
    Ok(found.and_then(|text| serde_json::from_str(&text).ok()))
}

/// The settings, if nothing mandatory is missing.
fn resolve(org: &Org) -> Result<Resolved, NotStarted> {
    let settings = org.employee_user_settings()?.ok_or(NotStarted::Setting("Profile"))?;
    let named = |object: &'static str, name: &str| -> Result<Option<Record>, Fault> {
        let object = org.standard(object)?;
        let found = org.ids_where(&object, "Name", &name.into(), 1)?.first().copied();
        found.map(|id| org.find(&object, id)).transpose().map(Option::flatten)
    };
    if settings.employee_status.is_empty() {
        return Err(NotStarted::Setting("Employee Status"));
    }
    if settings.email_encoding.is_empty() {
        return Err(NotStarted::Setting("Email Encoding"));
    }
    let profile = named("Profile", &settings.profile)?.ok_or(NotStarted::Setting("Profile"))?;
    let set = settings.permission_set.as_deref().map(|name| named("PermissionSet", name)).transpose()?;
    let set = set.flatten().and_then(|set| set.id("Id"));
    let permission_set = set.ok_or(NotStarted::Setting("Permission Set"))?;
    Ok(Resolved { settings, profile, permission_set })
}
