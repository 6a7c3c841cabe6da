//! `createMetadata()`, `updateMetadata()`, `upsertMetadata()`, `deleteMetadata()`.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_createMetadata.htm>

use super::super::element::Element;
use super::super::fault::SoapFault;
use super::super::writer::Writer;
use super::{MOST_COMPONENTS, errors, kind, mixed_types, node, not_too_many};
use crate::deployment::admit;
use crate::dml;
use crate::metadata::component::{How, Outcome};
use crate::metadata::elements::Misplaced;
use crate::metadata::tree::NAMESPACE;
use crate::metadata::{ComponentType, Node, component, elements};
use crate::model::fault::Fault;
use crate::soap::call::Call;
use crate::world::{ApiVersion, RequestContext};

/// Until then one failure undid all; since, only where the header asks for it.
const FIRST_WITH_PARTIAL_SAVES: ApiVersion = ApiVersion::new(34);

pub fn create(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    save(call, context, answer, How::Create, "createMetadataResponse")
}

pub fn update(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    save(call, context, answer, How::Update, "updateMetadataResponse")
}

pub fn upsert(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    save(call, context, answer, How::Upsert, "upsertMetadataResponse")
}

pub fn delete(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    admit(context)?;
    let arguments = &call.envelope.operation;
    arguments.takes(&["type", "fullNames"])?;
    let kind = kind(call, arguments.text_of("type").unwrap_or_default().trim())?;
    let names: Vec<_> = arguments.all("fullNames").map(|name| name.text.trim().to_owned()).collect();
    not_too_many(names.len(), MOST_COMPONENTS)?;
    let outcomes = run(call, context, |pipeline| component::delete(pipeline, kind, &names))?;
    write(answer, call, "deleteMetadataResponse", &outcomes, false);
    Ok(())
}

fn save(
    call: &Call,
    context: &RequestContext,
    answer: &mut Writer,
    how: How,
    response: &str,
) -> Result<(), SoapFault> {
    admit(context)?;
    let sent = &call.envelope.operation.children;
    not_too_many(sent.len(), MOST_COMPONENTS)?;
    let outcomes = match kind_of_all(call, sent)? {
        Some(kind) => {
            let nodes: Vec<Node> = sent.iter().map(node).collect();
            nodes.iter().try_for_each(|node| elements::check(kind.name(), node)).map_err(misplaced)?;
            run(call, context, |pipeline| component::save(pipeline, how, kind, &nodes))?
        }
        None => Vec::new(),
    };
    write(answer, call, response, &outcomes, how == How::Upsert);
    Ok(())
}

fn misplaced(misplaced: Misplaced) -> SoapFault {
    match misplaced.how {
        elements::How::Unknown => SoapFault::misplaced(NAMESPACE, &misplaced.element),
        elements::How::Duplicated => SoapFault::duplicated(&misplaced.text()),
    }
}

/// The one type of the components; `None` when there are none.
fn kind_of_all(call: &Call, sent: &[Element]) -> Result<Option<ComponentType>, SoapFault> {
    let mut kinds = sent.iter().map(|element| kind(call, element.local_type().unwrap_or_default()));
    let Some(first) = kinds.next().transpose()? else { return Ok(None) };
    for other in kinds {
        if other? != first {
            return Err(mixed_types().into());
        }
    }
    Ok(Some(first))
}

pub(super) fn run(
    call: &Call,
    context: &RequestContext,
    work: impl FnOnce(dml::Call) -> Result<Vec<Outcome>, Fault>,
) -> Result<Vec<Outcome>, Fault> {
    let mut options = call.save_options();
    let named = call.envelope.header("AllOrNoneHeader").is_some();
    options.all_or_none |= !named && call.version < FIRST_WITH_PARTIAL_SAVES;
    let environment = context.environment();
    work(dml::Call {
        org: context.org,
        environment: &environment,
        runner: &context.runner,
        options: &options,
        rules: &crate::rules::BOOK,
    })
}

pub(super) fn write(
    answer: &mut Writer,
    call: &Call,
    response: &str,
    outcomes: &[Outcome],
    tells_created: bool,
) {
    answer.nest(response, |answer| {
        for outcome in outcomes {
            answer.nest("result", |answer| {
                if tells_created {
                    answer.flag("created", outcome.created);
                }
                errors(answer, call, outcome.fault.as_ref());
                answer.text("fullName", &outcome.full_name);
                answer.flag("success", outcome.fault.is_none());
            });
        }
    });
}
