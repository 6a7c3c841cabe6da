//! Types as XML Schema. WSC's parser takes no more of it than is used here: sequences, extensions, `any`, restrictions.

use super::model::{Enumeration, Part, Type};
use crate::world::ApiVersion;

/// How one element may hold any field of its object's namespace.
pub const ANY_FIELD: &str =
    "<any namespace=\"##targetNamespace\" minOccurs=\"0\" maxOccurs=\"unbounded\" processContents=\"lax\"/>";

/// The type of ids.
pub const ID: &str = "<simpleType name=\"ID\">\n<restriction base=\"xsd:string\">\n<length value=\"18\"/>\n\
    <pattern value=\"[a-zA-Z0-9]{18}\"/>\n</restriction>\n</simpleType>\n";

/// An element as it stands in a sequence.
pub fn element(out: &mut String, name: &str, kind: &str, least: u32, most: Option<u32>, nillable: bool) {
    out.push_str(&format!("<element name=\"{name}\" type=\"{kind}\""));
    if nillable {
        out.push_str(" nillable=\"true\"");
    }
    if least != 1 {
        out.push_str(&format!(" minOccurs=\"{least}\""));
    }
    match most {
        Some(1) => {}
        Some(most) => out.push_str(&format!(" maxOccurs=\"{most}\"")),
        None => out.push_str(" maxOccurs=\"unbounded\""),
    }
    out.push_str("/>\n");
}

/// An element of the API.
pub fn part(out: &mut String, part: &Part) {
    element(out, part.name, &kind(part.kind), part.least, part.most, part.nillable);
}

/// The XML Schema name of a type of the model.
fn kind(kind: &str) -> String {
    match kind {
        "" | "string" => "xsd:string".to_owned(),
        "b" => "xsd:boolean".to_owned(),
        "i" => "xsd:int".to_owned(),
        "d" => "xsd:double".to_owned(),
        "dt" => "xsd:dateTime".to_owned(),
        "any" => "xsd:anyType".to_owned(),
        "base64" => "xsd:base64Binary".to_owned(),
        "sObject" => "ens:sObject".to_owned(),
        other => format!("tns:{other}"),
    }
}

/// A complex type with a name, that may extend another.
pub fn complex(out: &mut String, name: &str, base: Option<&str>, inside: impl FnOnce(&mut String)) {
    let mut content = String::new();
    inside(&mut content);
    let sequence = match content.as_str() {
        "" => "<sequence/>".to_owned(),
        content => format!("<sequence>\n{content}</sequence>"),
    };
    out.push_str(&match base {
        None => format!("<complexType name=\"{name}\">\n{sequence}\n</complexType>\n"),
        Some(base) => format!(
            "<complexType name=\"{name}\">\n<complexContent>\n<extension base=\"{base}\">\n{sequence}\n</extension>\n\
             </complexContent>\n</complexType>\n"
        ),
    });
}

/// A complex type of the model.
pub fn of_model(out: &mut String, described: &Type, version: ApiVersion) {
    let base = described.base.map(|base| format!("tns:{base}"));
    complex(out, described.name, base.as_deref(), |out| described.parts(version).for_each(|p| part(out, p)));
}

/// A global element with a type of its own.
pub fn global<'a>(out: &mut String, name: &str, parts: impl Iterator<Item = &'a Part>) {
    out.push_str(&format!("<element name=\"{name}\">\n<complexType>\n<sequence>\n"));
    parts.for_each(|p| part(out, p));
    out.push_str("</sequence>\n</complexType>\n</element>\n");
}

/// A closed list of texts.
pub fn enumeration<'a>(out: &mut String, name: &str, base: &str, values: impl Iterator<Item = &'a str>) {
    out.push_str(&format!("<simpleType name=\"{name}\">\n<restriction base=\"{base}\">\n"));
    for value in values {
        out.push_str(&format!("<enumeration value=\"{value}\"/>\n"));
    }
    out.push_str("</restriction>\n</simpleType>\n");
}

/// An enumeration of the model.
pub fn of_enumeration(out: &mut String, described: &Enumeration, version: ApiVersion) {
    enumeration(out, described.name, "xsd:string", described.values(version));
}
