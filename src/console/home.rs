//! Where logins land: who the user is, what they can do, how they have logged in, which seats are used.

use askama::Template;

use super::cell::{self, Shown, text_at};
use super::list::Table;
use super::shell::Shell;
use super::trouble::PageResult;
use super::visit::{Visit, quoted};
use crate::message::Response;
use crate::model::fault::Fault;

#[derive(Template)]
#[template(path = "console/home.html")]
struct HomePage {
    shell: Shell,
    user: String,
    facts: Vec<(&'static str, Shown)>,
    abilities: Vec<&'static str>,
    seats: Option<Table>,
}

/// Permissions that provisioning is about, and what they let their user do.
const ABILITIES: &[(&str, &str)] = &[
    ("ModifyAllData", "change all data"),
    ("ViewAllData", "see all data"),
    ("ManageUsers", "manage all users"),
    ("ManageInternalUsers", "create and change internal users"),
    ("ManagePartners", "create and change external users"),
    ("ManageCssUsers", "create and change customer users"),
    ("ResetPasswords", "reset passwords and unlock users"),
    ("AssignPermissionSets", "assign permission sets"),
    ("ViewSetup", "see Setup"),
    ("CustomizeApplication", "change Setup"),
    ("ApiEnabled", "use the APIs"),
];

/// `/lightning/page/home`, `/home/home.jsp`, and `/s/` of a community.
pub(super) fn show(visit: &Visit) -> PageResult {
    let (org, runner, context) = (visit.org(), visit.runner(), visit.context);
    let user = context.user()?;
    let mut facts = Vec::new();
    for (label, field) in [
        ("Name", "Name"),
        ("Profile", "ProfileId"),
        ("Role", "UserRoleId"),
        ("Account", "AccountId"),
        ("Contact", "ContactId"),
    ] {
        if let Some(field) = user.object.field(field) {
            let shown = cell::of_record(visit, &user, field);
            if !shown.text.is_empty() {
                let shown = if label == "Name" { cell::reference(visit, runner.user) } else { shown };
                facts.push((label, shown));
            }
        }
    }
    let profile = runner.profile.map(|id| org.profile(id)).transpose()?.flatten();
    facts.extend(profile.map(|profile| ("License", Shown::text(profile.license.name.as_str()))));
    facts.push(("Organization", Shown::text(format!("{} ({})", visit.shell("").org, org.id))));
    facts.push((
        "API access",
        Shown::text(if runner.may("ApiEnabled") { "yes" } else { "no: API Enabled is missing" }),
    ));
    facts.push(("Logged in", login(visit)?));
    let abilities = ABILITIES.iter().filter(|(permission, _)| runner.may(permission)).map(|(_, text)| *text);
    let seats = runner.may("ViewSetup") && visit.browser.site().is_none() && !runner.is_external();
    Ok(Response::page(&HomePage {
        shell: visit.shell(match visit.browser.site() {
            Some(site) => format!("Home of {}", site.path),
            None => "Home".to_owned(),
        }),
        user: runner.user.to_string(),
        facts,
        abilities: abilities.collect(),
        seats: if seats { Some(license_seats(visit)?) } else { None },
    }))
}

/// How the user has logged in last, with the trace of that where there is one.
fn login(visit: &Visit) -> Result<Shown, Fault> {
    let text = format!(
        "SELECT Id, LoginTime, LoginType, Status FROM LoginHistory WHERE UserId = {} ORDER BY LoginTime DESC LIMIT 1",
        quoted(visit.runner().user.as_str())
    );
    let found = visit.query_as_platform(&text)?;
    let Some(row) = found.rows.first() else { return Ok(Shown::text("by a session that was handed out")) };
    let at = cell::moment(text_at(row, 1).parse().unwrap_or_default(), &visit.runner().time_zone);
    let text = format!("{at}, {}", text_at(row, 2));
    let id = text_at(row, 0);
    Ok(match visit.browser.state.logins.find(&id) {
        Some(login) => Shown::link(text, format!("/_fauxforce/logins/{}", login.number)),
        None => Shown::text(text),
    })
}

/// Seats of the licences that are in use, or could be.
pub(super) fn license_seats(visit: &Visit) -> Result<Table, Fault> {
    let text = "SELECT Name, Status, TotalLicenses, UsedLicenses FROM UserLicense ORDER BY Name LIMIT 200";
    let mut table = Table::new(
        "User Licenses",
        &["Name", "Status", "Total Licenses", "Used Licenses", "Remaining Licenses"],
    );
    for row in visit.query(text)?.rows {
        let number = |column| text_at(&row, column).parse::<i64>().unwrap_or_default();
        let (total, used) = (number(2), number(3));
        let texts = [
            text_at(&row, 0),
            text_at(&row, 1),
            total.to_string(),
            used.to_string(),
            (total - used).to_string(),
        ];
        table.push(texts.into_iter().map(Shown::text).collect());
    }
    Ok(table)
}
