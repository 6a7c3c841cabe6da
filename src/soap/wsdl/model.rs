//! The types, headers and operations of the partner and the enterprise API, and of the Metadata API, read from two tables
//! each.
//!
//! A line of `types.txt` (that of the Metadata API is with the components) is `Name [@first] [< Base] = element…`; one of `operations.txt` is
//! `name [@first] ( argument… ) Result | request headers | response headers | faults`. An element is
//! `name[:type][occurrence][@first]`: `?` may be missing, `*` any number, `+` at least one, `{0,100}`, `~` may be nil.
//! Without a type it is a string; `b i d dt` are boolean, int, double, dateTime. `@first` is the first API version that
//! is known to have it.
//!
//! Source: the partner WSDLs of versions 22, 27, 29, 38, 41, 47, 51 and 58, such as
//! <https://github.com/superfell/WSDL2ZKSforce>; the metadata WSDL of version 63,
//! <https://github.com/simple-salesforce/simple-salesforce>, and the documentation of calls and types for what came when:
//! <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_permissionset.htm>.

use std::sync::OnceLock;

use crate::world::ApiVersion;

/// An element of a type.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub name: &'static str,
    pub kind: &'static str,
    pub least: u32,
    /// `None` for any number.
    pub most: Option<u32>,
    pub nillable: bool,
    since: ApiVersion,
}

/// A complex type, or the content of a header.
#[derive(Debug)]
pub struct Type {
    pub name: &'static str,
    pub base: Option<&'static str>,
    parts: Vec<Part>,
    since: ApiVersion,
}

/// A closed list of texts.
#[derive(Debug)]
pub struct Enumeration {
    pub name: &'static str,
    values: Vec<(&'static str, ApiVersion)>,
    since: ApiVersion,
}

/// An operation.
#[derive(Debug)]
pub struct Signature {
    pub name: &'static str,
    arguments: Vec<Part>,
    pub result: Option<Part>,
    request_headers: Vec<&'static str>,
    response_headers: Vec<&'static str>,
    faults: Vec<&'static str>,
    since: ApiVersion,
}

/// All there is, in all versions.
#[derive(Debug, Default)]
pub struct Model {
    types: Vec<Type>,
    headers: Vec<Type>,
    enumerations: Vec<Enumeration>,
    operations: Vec<Signature>,
}

impl Part {
    pub fn is_list(&self) -> bool {
        self.most != Some(1)
    }

    fn read(token: &'static str) -> Part {
        let (token, since) = since(token);
        let end = token.find(['?', '*', '+', '~', '{']).unwrap_or(token.len());
        let (named, occurrence) = token.split_at_checked(end).unwrap_or((token, ""));
        let (name, kind) = named.split_once(':').unwrap_or((named, ""));
        let bounds = occurrence.strip_prefix("{0,").and_then(|rest| rest.split('}').next()?.parse().ok());
        let many = occurrence.contains(['*', '+']);
        Part {
            name,
            kind,
            least: u32::from(!occurrence.contains(['?', '*', '{'])),
            most: if many { None } else { Some(bounds.unwrap_or(1)) },
            nillable: occurrence.contains('~'),
            since,
        }
    }
}

impl Type {
    /// The elements that a version has, those of the base not among them.
    pub fn parts(&self, version: ApiVersion) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(move |part| part.since <= version)
    }
}

impl Enumeration {
    pub fn values(&self, version: ApiVersion) -> impl Iterator<Item = &'static str> {
        self.values.iter().filter(move |(_, since)| *since <= version).map(|(value, _)| *value)
    }
}

impl Signature {
    pub fn arguments(&self, version: ApiVersion) -> impl Iterator<Item = &Part> {
        self.arguments.iter().filter(move |part| part.since <= version)
    }

    /// Names of the headers of requests.
    pub fn request_headers(&self) -> impl Iterator<Item = &'static str> {
        self.request_headers.iter().filter_map(|short| header(short))
    }

    /// Names of the headers of responses.
    pub fn response_headers(&self) -> impl Iterator<Item = &'static str> {
        self.response_headers.iter().filter_map(|short| header(short))
    }

    /// Names of the declared faults.
    pub fn faults(&self) -> impl Iterator<Item = &'static str> {
        self.faults.iter().filter_map(|short| fault(short))
    }
}

impl Model {
    /// The model of the partner and the enterprise API, read once.
    pub fn get() -> &'static Model {
        static MODEL: OnceLock<Model> = OnceLock::new();
        MODEL.get_or_init(|| Model::read(include_str!("types.txt"), include_str!("operations.txt")))
    }

    /// The model of the Metadata API, read once.
    pub fn of_metadata() -> &'static Model {
        static MODEL: OnceLock<Model> = OnceLock::new();
        MODEL.get_or_init(|| {
            Model::read(include_str!("../../metadata/types.txt"), include_str!("metadata_operations.txt"))
        })
    }

    fn read(types: &'static str, operations: &'static str) -> Model {
        let mut model = Model::default();
        for line in types.lines() {
            let Some((head, tail)) = line.split_once('=') else { continue };
            let words: Vec<_> = head.split_ascii_whitespace().collect();
            let tokens = tail.split_ascii_whitespace();
            let since = first(&words);
            match words.as_slice() {
                ["enum", name, ..] => {
                    model.enumerations.push(Enumeration {
                        name,
                        values: tokens.map(self::since).collect(),
                        since,
                    });
                }
                ["header", name, ..] => {
                    let parts = tokens.map(Part::read).collect();
                    model.headers.push(Type { name, base: None, parts, since });
                }
                [name, rest @ ..] => {
                    let base =
                        rest.iter().position(|word| *word == "<").and_then(|at| rest.get(at + 1)).copied();
                    model.types.push(Type { name, base, parts: tokens.map(Part::read).collect(), since });
                }
                [] => {}
            }
        }
        model.operations = operations.lines().filter_map(signature).collect();
        model
    }

    pub fn types(&self, version: ApiVersion) -> impl Iterator<Item = &Type> {
        self.types.iter().filter(move |kind| kind.since <= version)
    }

    pub fn headers(&self, version: ApiVersion) -> impl Iterator<Item = &Type> {
        self.headers.iter().filter(move |kind| kind.since <= version)
    }

    pub fn enumerations(&self, version: ApiVersion) -> impl Iterator<Item = &Enumeration> {
        self.enumerations.iter().filter(move |kind| kind.since <= version)
    }

    pub fn operations(&self, version: ApiVersion) -> impl Iterator<Item = &Signature> {
        self.operations.iter().filter(move |operation| operation.since <= version)
    }

    /// A complex type.
    pub fn of_name(&self, name: &str) -> Option<&Type> {
        self.types.iter().find(|kind| kind.name == name)
    }

    /// An enumeration, if it is one of the model's own.
    pub fn enumeration(&self, name: &str) -> Option<&Enumeration> {
        self.enumerations.iter().find(|kind| kind.name == name)
    }
}

fn signature(line: &'static str) -> Option<Signature> {
    let mut columns = line.split('|');
    let mut lists = || columns.next().map(|column| column.split_ascii_whitespace().collect::<Vec<_>>());
    let head = lists()?;
    let (request_headers, response_headers, faults) = (lists()?, lists()?, lists()?);
    let open = head.iter().position(|word| *word == "(")?;
    let close = head.iter().position(|word| *word == ")")?;
    Some(Signature {
        name: head.first()?,
        arguments: head.get(open + 1..close)?.iter().map(|token| Part::read(token)).collect(),
        result: head.get(close + 1).map(|kind| Part { name: "result", ..result(kind) }),
        request_headers,
        response_headers,
        faults,
        since: first(head.get(..open)?),
    })
}

/// A result is written like an element, but for the name.
fn result(token: &'static str) -> Part {
    let part = Part::read(token);
    Part { kind: part.name, ..part }
}

fn since(token: &'static str) -> (&'static str, ApiVersion) {
    match token.split_once('@') {
        Some((token, version)) => (token, ApiVersion::new(version.parse().unwrap_or_default())),
        None => (token, ApiVersion::new(0)),
    }
}

fn first(words: &[&'static str]) -> ApiVersion {
    words.iter().find(|word| word.starts_with('@')).map_or(ApiVersion::new(0), |word| since(word).1)
}

fn header(short: &str) -> Option<&'static str> {
    Some(match short {
        "Se" => "SessionHeader",
        "Co" => "CallOptions",
        "Pv" => "PackageVersionHeader",
        "Lo" => "LocaleOptions",
        "Ar" => "AssignmentRuleHeader",
        "Mr" => "MruHeader",
        "Tr" => "AllowFieldTruncationHeader",
        "Ft" => "DisableFeedTrackingHeader",
        "St" => "StreamingEnabledHeader",
        "An" => "AllOrNoneHeader",
        "Du" => "DuplicateRuleHeader",
        "Db" => "DebuggingHeader",
        "Em" => "EmailHeader",
        "Oc" => "OwnerChangeOptions",
        "Qo" => "QueryOptions",
        "Ut" => "UserTerritoryDeleteHeader",
        "Ls" => "LoginScopeHeader",
        "Li" => "LimitInfoHeader",
        "Di" => "DebuggingInfo",
        _ => return None,
    })
}

fn fault(short: &str) -> Option<&'static str> {
    Some(match short {
        "Login" => "LoginFault",
        "Unexp" => "UnexpectedErrorFault",
        "Id" => "InvalidIdFault",
        "SObject" => "InvalidSObjectFault",
        "Field" => "InvalidFieldFault",
        "MalQuery" => "MalformedQueryFault",
        "MalSearch" => "MalformedSearchFault",
        "QLocator" => "InvalidQueryLocatorFault",
        "NewPwd" => "InvalidNewPasswordFault",
        "OldPwd" => "InvalidOldPasswordFault",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soap::{Api, emulated};

    #[test]
    fn every_operation_that_is_emulated_has_a_signature() {
        for (model, api) in [(Model::get(), Api::Partner), (Model::of_metadata(), Api::Metadata)] {
            let known: Vec<_> =
                model.operations(ApiVersion::NEWEST).map(|signature| signature.name).collect();
            let emulated: Vec<_> = emulated(api).collect();
            for name in &emulated {
                assert!(known.contains(name), "{name} has no signature");
            }
            for name in known {
                assert!(emulated.contains(&name), "{name} is not emulated");
            }
        }
    }

    #[test]
    fn every_name_means_something() {
        means_something(Model::get());
        means_something(Model::of_metadata());
    }

    fn means_something(model: &Model) {
        let simple = [
            "",
            "b",
            "i",
            "d",
            "dt",
            "any",
            "base64",
            "string",
            "ID",
            "QueryLocator",
            "sObject",
            "StatusCode",
        ];
        let known = |kind: &str| {
            simple.contains(&kind) || model.of_name(kind).is_some() || model.enumeration(kind).is_some()
        };
        let of_types = model.types.iter().chain(&model.headers).flat_map(|kind| &kind.parts);
        let of_operations = model.operations.iter().flat_map(|o| o.arguments.iter().chain(&o.result));
        for part in of_types.chain(of_operations) {
            assert!(known(part.kind), "{} has no type {}", part.name, part.kind);
        }
        for operation in &model.operations {
            for short in operation.request_headers.iter().chain(&operation.response_headers) {
                assert!(
                    header(short).is_some_and(|name| model.headers.iter().any(|h| h.name == name)),
                    "{short}"
                );
            }
            assert!(operation.faults.iter().all(|short| fault(short).is_some()), "{}", operation.name);
        }
    }

    #[test]
    fn an_element_is_read() {
        let part = Part::read("layoutName:ID*~@38");
        assert_eq!((part.name, part.kind, part.least, part.most), ("layoutName", "ID", 0, None));
        assert!(part.nillable && part.since == ApiVersion::new(38));
        let part = Part::read("toAddresses{0,100}~");
        assert_eq!((part.name, part.kind, part.least, part.most), ("toAddresses", "", 0, Some(100)));
    }
}
