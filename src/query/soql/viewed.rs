//! `FOR VIEW` and `FOR REFERENCE`: what a query notes on the records it found.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_for_view.htm>

use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::SObject;
use crate::org::Org;
use crate::org::access::Runner;
use crate::store::quoted;

/// Stamps the dates of the last view or reference; what was viewed is also among the user's recent records.
pub fn note(
    org: &Org,
    runner: &Runner,
    object: &SObject,
    ids: &[Id],
    now: i64,
    viewed: bool,
) -> Result<(), Fault> {
    if viewed && object.is("mruEnabled") {
        ids.iter().for_each(|id| org.recent.view(runner.user, *id));
    }
    let names: &[&str] =
        if viewed { &["LastViewedDate", "LastReferencedDate"] } else { &["LastReferencedDate"] };
    let fields = names.iter().filter(|name| object.field(name).is_some());
    let stamps: Vec<_> = fields.map(|name| format!("{} = ?1", quoted(name))).collect();
    if stamps.is_empty() {
        return Ok(());
    }
    let sql = format!("UPDATE {} SET {} WHERE \"Id\" = ?2", quoted(&object.name), stamps.join(", "));
    for id in ids {
        org.store.execute(&sql, rusqlite::params![now, id.as_str()])?;
    }
    Ok(())
}
