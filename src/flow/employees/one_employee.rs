//! The user of one employee: found and linked, or created.

use super::Resolved;
use crate::dml::{Call, RecordInput, update_as_platform};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::{Input, Value};
use crate::org::Org;
use crate::org::access::is_external_type;

/// More users than this are as many as these.
const SEVERAL: usize = 2;
const ALIAS_LENGTH: usize = 8;

pub(super) struct Employee {
    pub record: Record,
    contact: Record,
}

pub(super) enum Made {
    Linked(Id),
    Created(Id),
}

impl Employee {
    /// `None` when it has gone meanwhile.
    pub fn of(org: &Org, id: Id) -> Result<Option<Employee>, Fault> {
        let live = |record: Option<Record>| record.filter(|record| !record.get("IsDeleted").is_true());
        let Some(record) = live(org.find(&org.standard("Employee2")?, id)?) else { return Ok(None) };
        let Some(contact) = record.id("ContactId") else { return Ok(None) };
        let contact = live(org.find(&org.standard("Contact")?, contact)?);
        Ok(contact.map(|contact| Employee { record, contact }))
    }

    /// Documented: finds and links matching user records first; if there are none, creates and links.
    pub fn provision(&self, call: Call, with: &Resolved) -> Result<Made, Fault> {
        let username = self.username(with.settings.domain_name.as_deref());
        let found = self.matching_user(call.org, username.as_deref())?;
        let user = match found {
            Some(user) => user,
            None => self.create(call, with, username)?,
        };
        self.assign(call, with.permission_set, user)?;
        if let Some(id) = self.record.id("Id") {
            update_as_platform(call, "Employee2", id, &[("UserId", Value::from(user))])?;
        }
        Ok(if found.is_some() { Made::Linked(user) } else { Made::Created(user) })
    }

    /// The part of the contact's address before the `@`, else the name; and the domain of the settings.
    fn username(&self, domain: Option<&str>) -> Option<String> {
        let email = self.contact.text("Email");
        let domain = domain.map(|domain| domain.trim_start_matches('@'));
        let local = email.and_then(|email| email.split('@').next()).map(str::to_owned);
        let username = match (domain, email) {
            (None, email) => email?.to_owned(),
            (Some(domain), _) => format!("{}@{domain}", local.or_else(|| self.dotted_name())?),
        };
        Some(username.to_lowercase())
    }

    fn dotted_name(&self) -> Option<String> {
        let last = self.contact.text("LastName")?;
        Some(match self.contact.text("FirstName") {
            Some(first) => format!("{first}.{last}"),
            None => last.to_owned(),
        })
    }

    /// The one user with the employee's number as federation id or number, with the username, or the only active internal
    /// one with the address.
    fn matching_user(&self, org: &Org, username: Option<&str>) -> Result<Option<Id>, Fault> {
        let number = self.record.text("EmployeeNumber");
        let keys = [
            ("FederationIdentifier", number),
            ("EmployeeNumber", number),
            ("Username", username),
            ("Email", self.contact.text("Email")),
        ];
        let users = org.standard("User")?;
        for (field, value) in keys {
            let Some(value) = value else { continue };
            let mut found = org.ids_where(&users, field, &value.into(), SEVERAL)?;
            if field == "Email" {
                found = active_internal(org, &found)?;
            }
            match found.as_slice() {
                [] => {}
                [user] if self.is_free(org, *user)? => return Ok(Some(*user)),
                [_] if field == "Email" => {}
                [_] => return Err(user_has_an_employee(field)),
                _ => return Err(several_users_match(field)),
            }
        }
        Ok(None)
    }

    /// Whether no other employee has the user.
    fn is_free(&self, org: &Org, user: Id) -> Result<bool, Fault> {
        let employees = org.standard("Employee2")?;
        Ok(org.ids_where(&employees, "UserId", &Value::from(user), 1)?.is_empty())
    }

    fn create(&self, call: Call, with: &Resolved, username: Option<String>) -> Result<Id, Fault> {
        let org = call.org;
        let organization = org.find(&org.standard("Organization")?, org.id)?;
        let of_org = |name: &str| organization.as_ref().and_then(|organization| organization.text(name));
        let last = self.contact.text("LastName").unwrap_or_default();
        let initial = self.contact.text("FirstName").and_then(|first| first.chars().next());
        let alias: String = initial.into_iter().chain(last.chars()).take(ALIAS_LENGTH).collect();
        let is_external = with.profile.text("UserType").is_some_and(is_external_type);
        let values = [
            ("Username", username.as_deref()),
            ("Email", self.contact.text("Email")),
            ("FirstName", self.contact.text("FirstName")),
            ("LastName", Some(last)),
            ("Title", self.contact.text("Title")),
            ("Department", self.contact.text("Department")),
            ("Phone", self.contact.text("Phone")),
            ("Alias", Some(alias.as_str())),
            ("EmployeeNumber", self.record.text("EmployeeNumber").filter(|number| number.len() <= 20)),
            ("ProfileId", with.profile.text("Id")),
            ("ContactId", self.contact.text("Id").filter(|_| is_external)),
            ("EmailEncodingKey", Some(with.settings.email_encoding.as_str())),
            ("TimeZoneSidKey", of_org("TimeZoneSidKey")),
            ("LocaleSidKey", of_org("DefaultLocaleSidKey")),
            ("LanguageLocaleKey", of_org("LanguageLocaleKey")),
        ];
        insert(call, "User", &values)
    }

    /// Gives the user the permission set of the settings, unless it is there. Documented: where the licences do not match,
    /// no user is created.
    fn assign(&self, call: Call, permission_set: Id, user: Id) -> Result<(), Fault> {
        let assignments = call.org.standard("PermissionSetAssignment")?;
        for id in call.org.ids_where(&assignments, "AssigneeId", &Value::from(user), usize::MAX >> 1)? {
            let known = call.org.find(&assignments, id)?;
            if known.and_then(|known| known.id("PermissionSetId")) == Some(permission_set) {
                return Ok(());
            }
        }
        let values =
            [("AssigneeId", Some(user.as_str())), ("PermissionSetId", Some(permission_set.as_str()))];
        // The platform is not asked what licences allow; whoever runs the process is.
        let runner = call.org.runner(call.runner.user)?;
        insert(Call { runner: &runner, ..call }, "PermissionSetAssignment", &values).map(drop)
    }
}

fn active_internal(org: &Org, users: &[Id]) -> Result<Vec<Id>, Fault> {
    let object = org.standard("User")?;
    let mut found = Vec::new();
    for user in users {
        let fits = org.find(&object, *user)?.is_some_and(|user| {
            user.get("IsActive").is_true() && !user.text("UserType").is_some_and(is_external_type)
        });
        if fits {
            found.push(*user);
        }
    }
    Ok(found)
}

fn insert(call: Call, object: &'static str, values: &[(&str, Option<&str>)]) -> Result<Id, Fault> {
    let fields = values
        .iter()
        .filter_map(|(name, value)| value.map(|value| ((*name).to_owned(), Input::from(value))))
        .collect();
    let sent = RecordInput { object: call.org.standard(object)?, id: None, fields };
    let made = call.insert_one(&sent)?;
    made.map_err(|faults| faults.into_iter().next().unwrap_or_else(Fault::invalid_cross_reference))
}

faults! {
    /// a user is looked for that an employee is to be linked to, and there are several
    pub(super) several_users_match(field: &str) = DUPLICATE_VALUE,
        "Multiple users match the employee by {field}", Assumed;

    /// the user that an employee is to be linked to belongs to another employee
    pub(super) user_has_an_employee(field: &str) = DUPLICATE_VALUE,
        "The user that matches the employee by {field} is linked to another employee", Assumed;
}
