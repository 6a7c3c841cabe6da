//! ActivityHistory and OpenActivity: the closed and the open tasks and events of a record, as one list.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_activityhistory.htm>

use crate::model::fault::Fault;
use crate::model::schema::SObject;
use crate::org::storage::is_stored;
use crate::query::soql::compiler::Compiler;
use crate::store::quoted;

/// A query for the activities that are closed, or for those that are not.
pub fn table(compiler: &Compiler, object: &SObject, closed: bool) -> Result<String, Fault> {
    let (tasks, events) = (compiler.org.standard("Task")?, compiler.org.standard("Event")?);
    let closed = i32::from(closed);
    let now = compiler.bind(compiler.now());
    let end = "coalesce(\"EndDateTime\", \"ActivityDateTime\", unixepoch(\"ActivityDate\", '+1 day') * 1000)";
    let past = format!("ifnull({end} <= {now}, 0)");
    let tasks = format!(
        "SELECT {} FROM \"Task\" WHERE ifnull(\"IsClosed\", 0) = {closed}",
        columns(object, &tasks, |name| match name {
            "IsTask" => Some("1".to_owned()),
            "ActivitySubtype" => Some("\"TaskSubtype\"".to_owned()),
            _ => None,
        })
    );
    let events = format!(
        "SELECT {} FROM \"Event\" WHERE {past} = {closed}",
        columns(object, &events, |name| match name {
            "IsTask" => Some("0".to_owned()),
            "ActivitySubtype" => Some("\"EventSubtype\"".to_owned()),
            "IsClosed" => Some(closed.to_string()),
            _ => None,
        })
    );
    Ok(format!("({tasks} UNION ALL {events})"))
}

/// The columns of the list: those of the same name that the activity has, or what stands for them.
fn columns(object: &SObject, activity: &SObject, special: impl Fn(&str) -> Option<String>) -> String {
    let column = |name: &str| {
        let own = |name: &str| {
            activity.field(name).filter(|field| is_stored(field)).map(|field| quoted(&field.name))
        };
        let value = special(name).or_else(|| match name {
            "ActivityType" => own("Type"),
            name => own(name),
        });
        format!("{} AS {}", value.unwrap_or_else(|| "NULL".to_owned()), quoted(name))
    };
    let fields = object.fields.iter().filter(|field| is_stored(field));
    fields.map(|field| column(&field.name)).collect::<Vec<_>>().join(", ")
}
