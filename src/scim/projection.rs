//! Which attributes of a resource are shown: `attributes`, `excludedAttributes` (RFC 7644, 3.9).

use serde_json::Value;

use super::attribute::Names;
use super::document::Members;
use super::error::ScimError;
use super::search::Search;

/// What every resource has, whatever is asked for.
const ALWAYS: &[&str] = &["schemas", "id", "meta"];

/// The attributes that a request asks for.
#[derive(Debug, Default)]
pub struct Projection {
    only: Option<Vec<String>>,
    without: Vec<String>,
}

impl Projection {
    /// Reads what a request says of attributes.
    ///
    /// # Errors
    /// Both lists; an attribute that the resource does not have.
    pub fn asked(search: &Search, names: Names) -> Result<Projection, ScimError> {
        let list = |value: &Option<String>| {
            let names = value.as_deref()?.split(',').map(str::trim).filter(|name| !name.is_empty());
            Some(names.map(str::to_owned).collect::<Vec<_>>())
        };
        let (only, without) = (list(&search.attributes), list(&search.excluded_attributes));
        if only.is_some() && without.is_some() {
            return Err(ScimError::both_attribute_lists());
        }
        let known = |name: &&String| !names.knows(name) && !ALWAYS.contains(&name.as_str());
        if let Some(unknown) = only.iter().flatten().find(known) {
            return Err(ScimError::unsupported_attribute(unknown));
        }
        Ok(Projection { only, without: without.unwrap_or_default() })
    }

    /// A resource with what is asked for, and the schemas of that.
    pub fn of(&self, resource: Members) -> Members {
        let mut shown = self.attributes(resource);
        let extensions: Vec<_> = shown.keys().filter(|name| name.starts_with("urn:")).cloned().collect();
        if let Some(Value::Array(schemas)) = shown.get_mut("schemas") {
            let core = schemas.first().cloned();
            schemas.retain(|schema| {
                Some(schema) == core.as_ref() || extensions.iter().any(|name| schema.as_str() == Some(name))
            });
        }
        shown
    }

    fn attributes(&self, resource: Members) -> Members {
        resource
            .into_iter()
            .filter_map(|(name, value)| Some((name.clone(), self.shown(&name, value)?)))
            .collect()
    }

    fn shown(&self, name: &str, value: Value) -> Option<Value> {
        if ALWAYS.contains(&name) {
            return Some(value);
        }
        if is_named(&self.without, name) {
            return None;
        }
        let whole = self.only.as_ref().is_none_or(|only| is_named(only, name));
        let of_parts = |value: Value| match value {
            Value::Object(parts) => {
                let parts: Members =
                    parts.into_iter().filter(|(part, _)| self.shows_part(name, part, whole)).collect();
                (!parts.is_empty()).then_some(Value::Object(parts))
            }
            other => whole.then_some(other),
        };
        match value {
            Value::Array(items) => {
                let items: Vec<_> = items.into_iter().filter_map(of_parts).collect();
                (!items.is_empty() || whole).then_some(Value::Array(items))
            }
            other => of_parts(other),
        }
    }

    /// Parts follow a point, those of an extension a colon.
    fn shows_part(&self, name: &str, part: &str, whole: bool) -> bool {
        let names = [format!("{name}.{part}"), format!("{name}:{part}")];
        let listed = |list: &[String]| names.iter().any(|name| is_named(list, name));
        !listed(&self.without) && (whole || self.only.as_deref().is_some_and(listed))
    }
}

fn is_named(list: &[String], name: &str) -> bool {
    list.iter().any(|listed| listed.eq_ignore_ascii_case(name))
}
