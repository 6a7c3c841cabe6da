//! Declared handlers: which attribute sets which field, and what is set without one.

use crate::flow::jit::attributes::Attributes;
use crate::flow::jit::error::JitError;
use crate::flow::jit::provisioning::Jit;
use crate::org::sso_config::HandlerRules;
use crate::world::Stage;

/// The attributes as if the identity provider had named them after their fields; for a new user with defaults.
pub(super) fn mapped(
    jit: &Jit,
    sent: &Attributes,
    rules: &HandlerRules,
    is_new: bool,
) -> Result<Attributes, JitError> {
    for (name, message) in &rules.required {
        if sent.get(name).is_none() {
            jit.trace.borrow_mut().fail(Stage::Handler, format!("attribute {name:?} is missing: {message}"));
            return Err(JitError::thrown(message));
        }
    }
    let mut mapped = sent.clone();
    for (name, fields) in &rules.fields {
        let Some(value) = sent.get(name) else { continue };
        for field in fields {
            mapped.put(field, value);
        }
        jit.note(Stage::Handler, format!("attribute {name:?} sets {}", fields.join(", ")));
    }
    for (field, template) in rules.defaults.iter().filter(|_| is_new) {
        if mapped.get(field).is_none() {
            let value = filled(template, sent);
            jit.note(Stage::Handler, format!("{field} is {value:?} by default"));
            mapped.put(field, value);
        }
    }
    Ok(mapped)
}

/// A text with `{name}` replaced by the value of that attribute, or by nothing.
fn filled(template: &str, attributes: &Attributes) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else { break };
        text.push_str(before);
        text.push_str(attributes.get(name).unwrap_or_default());
        rest = tail;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_filled_with_attributes() {
        let attributes = Attributes::new([("mail", "ada@acme.test"), ("sn", "Lovelace")]);
        assert_eq!(filled("{sn}.{none}+{mail}", &attributes), "Lovelace.+ada@acme.test");
        assert_eq!(filled("a{b", &attributes), "a{b");
    }
}
