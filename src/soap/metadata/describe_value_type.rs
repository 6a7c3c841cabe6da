//! `describeValueType()`: the elements of a component, from the same table as the WSDL.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_describeValueTypeResult.htm>

use super::super::address::Api;
use super::super::fault::SoapFault;
use super::super::writer::Writer;
use super::super::wsdl::model::{Model, Part, Type};
use super::{kind, unknown_type};
use crate::deployment::admit;
use crate::metadata::ComponentType;
use crate::soap::call::Call;
use crate::world::{ApiVersion, RequestContext};

/// The first version that tells what can be done with components.
const FIRST_WITH_ABILITIES: ApiVersion = ApiVersion::new(36);

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    admit(context)?;
    let arguments = &call.envelope.operation;
    arguments.takes(&["type"])?;
    let asked = arguments.text_of("type").unwrap_or_default().trim();
    let namespace = format!("{{{}}}", Api::Metadata.namespace());
    let name = asked.strip_prefix(&namespace).ok_or_else(|| unknown_type(asked))?;
    let model = Model::of_metadata();
    let described = match model.of_name(name) {
        Some(described) => described,
        None => return Err(kind(call, name).map_or_else(Into::into, |_| unknown_type(name).into())),
    };
    let component = ComponentType::named(name);
    let writer = Fields { model, version: call.version };
    answer.nest("describeValueTypeResponse", |answer| {
        answer.nest("result", |answer| {
            if call.version >= FIRST_WITH_ABILITIES {
                answer.flag("apiCreatable", component.is_some());
                answer.flag("apiDeletable", component.is_some_and(ComponentType::can_be_deleted));
                answer.flag("apiReadable", component.is_some());
                answer.flag("apiUpdatable", component.is_some());
                if component.is_some_and(|kind| kind.part_of_object().is_some()) {
                    answer.nest("parentField", parent);
                }
            }
            writer.write(answer, "valueTypeFields", described, &mut vec![described.name]);
        });
    });
    Ok(())
}

/// The object in the name of its part.
fn parent(answer: &mut Writer) {
    answer.text("foreignKeyDomain", ComponentType::CustomObject.name());
    answer.flag("isForeignKey", true);
    answer.flag("isNameField", false);
    answer.int("minOccurs", 0);
    answer.empty("name");
    answer.text("soapType", "string");
    answer.flag("valueRequired", true);
}

struct Fields {
    model: &'static Model,
    version: ApiVersion,
}

impl Fields {
    /// The elements of a type, those of its base first. `path` has the types that it stands in: some hold themselves.
    fn write(
        &self,
        answer: &mut Writer,
        element: &'static str,
        described: &'static Type,
        path: &mut Vec<&'static str>,
    ) {
        let base = described.base.and_then(|base| self.model.of_name(base));
        let parts = base.into_iter().chain([described]).flat_map(|kind| kind.parts(self.version));
        for part in parts {
            answer.nest(element, |answer| self.field(answer, part, path));
        }
    }

    fn field(&self, answer: &mut Writer, part: &'static Part, path: &mut Vec<&'static str>) {
        if let Some(inner) = self.model.of_name(part.kind).filter(|inner| !path.contains(&inner.name)) {
            path.push(inner.name);
            self.write(answer, "fields", inner, path);
            path.pop();
        }
        let domain = domain(part.name);
        if let Some(domain) = domain {
            answer.text("foreignKeyDomain", domain);
        }
        answer.flag("isForeignKey", domain.is_some());
        answer.flag("isNameField", part.name == "fullName");
        answer.int("minOccurs", i64::from(part.least));
        answer.text("name", part.name);
        for value in self.model.enumeration(part.kind).iter().flat_map(|list| list.values(self.version)) {
            answer.nest("picklistValues", |answer| {
                answer.flag("active", true);
                answer.flag("defaultValue", false);
                answer.text("label", value);
                answer.text("value", value);
            });
        }
        answer.text("soapType", soap_type(part.kind));
        answer.flag("valueRequired", part.least > 0);
    }
}

fn soap_type(kind: &'static str) -> &'static str {
    match kind {
        "" => "string",
        "b" => "boolean",
        "i" => "int",
        "d" => "double",
        "dt" => "dateTime",
        "base64" => "base64Binary",
        other => other,
    }
}

/// What an element names, where it names a component or a record.
fn domain(element: &str) -> Option<&'static str> {
    Some(match element {
        "object" | "referenceTo" => "CustomObject",
        "field" | "summarizedField" | "summaryForeignKey" => "CustomField",
        "recordType" => "RecordType",
        "profile" | "selfRegProfile" | "guestProfile" => "Profile",
        "permissionSet" => "PermissionSet",
        "license" | "userLicense" => "UserLicense",
        "siteAdmin" | "executionUserId" => "User",
        "samlJitHandlerId" | "apexClass" => "ApexClass",
        "site" => "CustomSite",
        "picassoSite" => "SiteDotCom",
        "apexPage" => "ApexPage",
        _ if element.ends_with("Page") && !element.starts_with("allow") => "ApexPage",
        _ if element.ends_with("Template") && element != "template" => "EmailTemplate",
        _ => return None,
    })
}
