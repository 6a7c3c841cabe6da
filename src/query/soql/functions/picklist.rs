//! Picklist values: their labels, their order, and what a multi-select one includes.

use std::collections::HashMap;

use rusqlite::Result;
use rusqlite::functions::Context;

/// `soql_label(value, labels)`: the label of a value, or of each value of a multi-select one.
pub fn label(context: &Context) -> Result<Option<String>> {
    let labels = context.get_or_create_aux(1, |value| {
        serde_json::from_str::<HashMap<String, String>>(value.as_str().unwrap_or("{}"))
    })?;
    let Some(value) = super::argument::text(context, 0) else { return Ok(None) };
    let each = value.split(';').map(|value| labels.get(value).map_or(value, String::as_str));
    Ok(Some(each.collect::<Vec<_>>().join(";")))
}

/// `soql_rank(value, values)`: the place of a value in its picklist; values that are not in it come last.
pub fn rank(context: &Context) -> Result<Option<i64>> {
    let ranks = context.get_or_create_aux(1, |value| {
        let values = serde_json::from_str::<Vec<String>>(value.as_str().unwrap_or("[]"))?;
        Ok::<_, serde_json::Error>(values.into_iter().zip(0..).collect::<HashMap<String, i64>>())
    })?;
    Ok(super::argument::text(context, 0).map(|value| ranks.get(value).copied().unwrap_or(i64::MAX)))
}

/// `soql_includes(selected, wanted)`: whether all wanted values are among the selected ones.
pub fn includes(context: &Context) -> Result<Option<bool>> {
    let Some(selected) = super::argument::text(context, 0) else { return Ok(None) };
    let selected: Vec<String> = selected.split(';').map(str::to_uppercase).collect();
    let wanted = super::argument::text(context, 1).unwrap_or_default();
    Ok(Some(wanted.split(';').all(|value| selected.contains(&value.trim().to_uppercase()))))
}
