//! The JSON Schema of `org.json`: for editors, and for telling all mistakes of a file at once.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::json_lines;
use super::org_file::PATH;
use super::seed_error::{SeedError, one_of};

/// How the file is called beside an `org.json`.
pub(super) const FILE: &str = "org.schema.json";
/// The schema, as the structs say it that read the file; a test holds one against the other.
pub const TEXT: &str = include_str!("org.schema.json");

/// All that the schema has against a text; nothing if it is no JSON.
pub(super) fn mistakes(source: &str) -> Vec<SeedError> {
    let (Ok(root), Ok(value)) = (serde_json::from_str::<Value>(TEXT), serde_json::from_str::<Value>(source))
    else {
        return Vec::new();
    };
    let mut check = Check { root: &root, lines: json_lines::lines(source), found: Vec::new() };
    check.value(&root, &value, "");
    check.found
}

struct Check<'a> {
    root: &'a Value,
    lines: HashMap<String, usize>,
    found: Vec<SeedError>,
}

impl<'a> Check<'a> {
    fn mistake(&mut self, pointer: &str, what: String, expected: String) {
        let line = self.lines.get(pointer).copied().unwrap_or_default();
        self.found.push(SeedError { file: PATH.to_owned(), line, what, expected });
    }

    /// A schema, or the one that it refers to.
    fn resolved(&self, schema: &'a Value) -> &'a Value {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        target.and_then(|target| self.root.pointer(target)).unwrap_or(schema)
    }

    fn value(&mut self, schema: &'a Value, value: &Value, pointer: &str) {
        let schema = self.resolved(schema);
        if let Some(choices) = schema.get("anyOf").or(schema.get("oneOf")).and_then(Value::as_array) {
            return self.choice(choices, value, pointer);
        }
        if let Some(allowed) = schema.get("enum").and_then(Value::as_array) {
            if !allowed.contains(value) {
                let names: Vec<&str> = allowed.iter().filter_map(Value::as_str).collect();
                let sent = value.as_str().unwrap_or_default();
                self.mistake(
                    pointer,
                    format!("{value} is not allowed for {}", name_of(pointer)),
                    one_of(sent, names),
                );
            }
            return;
        }
        if !has_type(schema, value) {
            let expected =
                types(schema).into_iter().filter(|name| *name != "null").collect::<Vec<_>>().join(" or ");
            return self.mistake(pointer, format!("{} is {}", name_of(pointer), kind(value)), expected);
        }
        match value {
            Value::Object(members) => self.members(schema, members, pointer),
            Value::Array(items) => {
                if let Some(schema) = schema.get("items") {
                    for (index, item) in items.iter().enumerate() {
                        self.value(schema, item, &format!("{pointer}/{index}"));
                    }
                }
            }
            _ => {}
        }
    }

    /// The value has to fit one of several schemas.
    fn choice(&mut self, choices: &'a [Value], value: &Value, pointer: &str) {
        let constants: Vec<&str> =
            choices.iter().filter_map(|choice| choice.get("const")?.as_str()).collect();
        if !constants.is_empty() {
            let sent = value.as_str().unwrap_or_default();
            if !constants.contains(&sent) {
                self.mistake(
                    pointer,
                    format!("{value} is not allowed for {}", name_of(pointer)),
                    one_of(sent, constants),
                );
            }
            return;
        }
        let before = self.found.len();
        let mut first = Vec::new();
        for choice in choices {
            self.value(choice, value, pointer);
            let found = self.found.split_off(before);
            if found.is_empty() {
                return;
            }
            if first.is_empty() {
                first = found;
            }
        }
        self.found.extend(first);
    }

    fn members(&mut self, schema: &'a Value, members: &Map<String, Value>, pointer: &str) {
        let known = schema.get("properties").and_then(Value::as_object);
        let others = schema.get("additionalProperties");
        for (name, value) in members {
            let pointer = format!("{pointer}/{name}");
            match (known.and_then(|known| known.get(name)), others) {
                (Some(schema), _) => self.value(schema, value, &pointer),
                (None, Some(Value::Bool(false))) => {
                    let names: Vec<&str> =
                        known.into_iter().flat_map(|known| known.keys().map(String::as_str)).collect();
                    self.mistake(&pointer, format!("there is no key {name:?}"), one_of(name, names));
                }
                (None, Some(schema @ Value::Object(_))) => self.value(schema, value, &pointer),
                _ => {}
            }
        }
        for name in
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
        {
            if !members.contains_key(name) {
                self.mistake(pointer, format!("{name} is missing"), String::new());
            }
        }
    }
}

fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn has_type(schema: &Value, value: &Value) -> bool {
    let types = types(schema);
    types.is_empty()
        || types.contains(&kind(value))
        || (kind(value) == "integer" && types.contains(&"number"))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// `settings.sessionTimeout` for its pointer.
fn name_of(pointer: &str) -> String {
    match pointer.trim_start_matches('/') {
        "" => "the file".to_owned(),
        path => path.replace('/', "."),
    }
}

#[cfg(test)]
mod tests {
    use super::super::org_file::OrgFile;

    #[test]
    fn the_schema_is_that_of_the_structs() {
        let schema = schemars::schema_for!(OrgFile);
        let mut schema = serde_json::to_value(schema).unwrap();
        schema["title"] = "org.json of a fauxforce seed".into();
        let text = format!("{schema:#}\n");
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/seed/org.schema.json");
        if std::env::var_os("FAUXFORCE_BLESS").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        let known = std::fs::read_to_string(path).unwrap();
        assert!(known == text, "the schema of org.json has changed: run this test with FAUXFORCE_BLESS=1");
    }
}
