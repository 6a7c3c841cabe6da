//! What header blocks name has to be there: an assignment rule, a package, a language. Blocks of other operations are
//! not looked at: clients send every block they have with every call.
//!
//! Sources: <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_header_assignmentruleheader.htm>,
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_header_packageversionheader.htm>,
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_header_localeoptions.htm>

use super::call::Call;
use super::element::Element;
use super::wsdl::model::Model;
use crate::dml::call_context;
use crate::model::fault::{Fault, faults};
use crate::org::Org;
use crate::world::RequestContext;

/// The fields of User whose entries are the languages and locales that there are.
const LANGUAGES: [&str; 2] = ["LanguageLocaleKey", "LocaleSidKey"];

/// Checks the blocks that the operation declares.
pub fn check(call: &Call, context: &RequestContext) -> Result<(), Fault> {
    let called = call.envelope.operation.name;
    let mut known = Model::get().operations(call.version);
    let Some(signature) = known.find(|signature| signature.name == called) else { return Ok(()) };
    for name in signature.request_headers() {
        let Some(header) = call.envelope.header(name) else { continue };
        match name {
            "AssignmentRuleHeader" => assignment_rule(call, context.org, header)?,
            "PackageVersionHeader" => packages(context.org, header)?,
            "LocaleOptions" => language(context.org, header)?,
            _ => {}
        }
    }
    Ok(())
}

fn assignment_rule(call: &Call, org: &Org, header: &Element) -> Result<(), Fault> {
    let Some(rule) = said(header, "assignmentRuleId") else { return Ok(()) };
    let records = call.envelope.operation.children.iter();
    let records = records.map(|record| record.child("masterRecord").unwrap_or(record));
    let objects = records.filter_map(|record| record.text_of("type").map(str::trim).or(record.local_type()));
    call_context::assignment_rule(org, rule, objects)
}

fn packages(org: &Org, header: &Element) -> Result<(), Fault> {
    header.all("packageVersions").try_for_each(|package| {
        let text = |name| said(package, name).unwrap_or_default();
        let numbers = [text("majorNumber"), text("minorNumber")];
        call_context::package_version(org, text("namespace"), numbers)
    })
}

fn language(org: &Org, header: &Element) -> Result<(), Fault> {
    let Some(wanted) = said(header, "language") else { return Ok(()) };
    let name = wanted.replace('-', "_");
    let users = org.standard("User")?;
    let lists = LANGUAGES.iter().filter_map(|field| users.field(field)?.picklist.as_ref());
    let mut known = lists.flat_map(|list| list.iter().map(|entry| entry.value.as_str()));
    // A language without a country stands for all of it.
    let is_it = |entry: &str| {
        entry.eq_ignore_ascii_case(&name)
            || entry.split('_').next().is_some_and(|language| language.eq_ignore_ascii_case(&name))
    };
    if known.any(is_it) { Ok(()) } else { Err(no_language(wanted)) }
}

/// The text of a child that has one.
fn said<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    element.text_of(name).map(str::trim).filter(|text| !text.is_empty())
}

faults! {
    /// `LocaleOptions` names a language that there is not; the words are ours
    no_language(language: &str) = INVALID_LOCALE_LANGUAGE, "invalid locale language: {language}", Assumed;
}
