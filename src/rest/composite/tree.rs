//! `POST /composite/tree/X`: records with their children, all or none.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobject_tree.htm>

use std::collections::HashSet;
use std::sync::Arc;

use super::collections::errors;
use crate::dml::{Options, RecordInput};
use crate::message::StatusCode;
use crate::model::fault::{Fault, StatusCode as Code, faults};
use crate::model::id::Id;
use crate::model::schema::SObject;
use crate::model::value::{Input, Raw};
use crate::rest::encode::Writer;
use crate::rest::exchange::{Exchange, RestResult};
use crate::rest::fault::RestFault;
use crate::rest::json_body::Bound;
use crate::rest::members::Members;
use crate::store::StoreError;
use crate::world::ApiVersion;

const FIRST: ApiVersion = ApiVersion::new(34);
const MOST_RECORDS: usize = 200;
const BOUND: Bound = Bound { name: "records", most: MOST_RECORDS, fault: Fault::too_many_records };
const MOST_TYPES: usize = 5;
const MOST_LEVELS: usize = 5;

/// A record of the tree. Parents stand before their children.
struct Node {
    reference_id: String,
    level: usize,
    /// The place of its parent, and the field that refers to it.
    parent: Option<(usize, String)>,
    sent: RecordInput,
    id: Option<Id>,
}

/// Creates the records of the body.
pub fn create(exchange: &Exchange) -> RestResult {
    if exchange.version < FIRST {
        return Err(RestFault::not_found());
    }
    let object = exchange.object()?;
    let mut body = Members::of_bounded_body(exchange, &[BOUND])?;
    let records = body.list("records")?;
    let mut nodes = read(exchange, object, records)?;
    check(&nodes)?;
    let environment = exchange.environment();
    let options = Options { all_or_none: true, ..exchange.save_options() };
    let whole = exchange.context.org.transaction(&environment, || {
        for level in 1..=MOST_LEVELS {
            insert(exchange, &mut nodes, level, &options)?;
        }
        Ok(())
    });
    match whole {
        Ok(()) => {
            let mut response = exchange.ok("SObjectTreeResponse", |w| {
                w.bool("hasErrors", false);
                w.items("results", |w| {
                    for node in &nodes {
                        w.group("results", |w| {
                            w.text("referenceId", &node.reference_id);
                            w.optional_text("id", node.id.as_ref().map(Id::as_str));
                        });
                    }
                });
            });
            response.status = StatusCode::CREATED;
            Ok(response)
        }
        Err(Stop::Call(fault)) => Err(fault.into()),
        Err(Stop::Records(failed)) => Ok(refused(exchange, &failed)),
    }
}

/// Why the tree was not saved.
enum Stop {
    Call(Fault),
    /// By reference id.
    Records(Vec<(String, Vec<Fault>)>),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Call(error.into())
    }
}

/// Inserts the records of one level; their parents are there.
fn insert(exchange: &Exchange, nodes: &mut [Node], level: usize, options: &Options) -> Result<(), Stop> {
    let ids: Vec<Option<Id>> = nodes.iter().map(|node| node.id).collect();
    let places: Vec<usize> =
        nodes.iter().enumerate().filter(|(_, node)| node.level == level).map(|(place, _)| place).collect();
    let sent: Vec<RecordInput> = nodes
        .iter()
        .filter(|node| node.level == level)
        .map(|node| {
            let mut sent = node.sent.clone();
            let parent = node.parent.as_ref();
            let parent = parent.and_then(|(place, field)| Some((ids.get(*place).copied().flatten()?, field)));
            if let Some((id, field)) = parent {
                sent.fields.push((field.clone(), Input::from(id.as_str())));
            }
            sent
        })
        .collect();
    if sent.is_empty() {
        return Ok(());
    }
    let environment = exchange.environment();
    let outcomes = exchange.call(&environment, options).insert(&sent).map_err(Stop::Call)?;
    let mut failed = Vec::new();
    for (place, outcome) in places.into_iter().zip(outcomes) {
        let Some(node) = nodes.get_mut(place) else { continue };
        node.id = outcome.id.filter(|_| outcome.is_success());
        let own = |fault: &Fault| fault.code != Code::ALL_OR_NONE_OPERATION_ROLLED_BACK;
        if outcome.faults.iter().any(own) {
            failed.push((node.reference_id.clone(), outcome.faults));
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(Stop::Records(failed)) }
}

fn refused(exchange: &Exchange, failed: &[(String, Vec<Fault>)]) -> crate::message::Response {
    let mut response = exchange.ok("SObjectTreeResponse", |w: &mut Writer| {
        w.bool("hasErrors", true);
        w.items("results", |w| {
            for (reference_id, faults) in failed {
                w.group("results", |w| {
                    w.text("referenceId", reference_id);
                    errors(w, faults);
                });
            }
        });
    });
    response.status = StatusCode::BAD_REQUEST;
    response
}

/// Records of one list: their object, and whose children they are by which field.
struct Siblings {
    object: Arc<SObject>,
    parent: Option<(usize, String)>,
    records: Vec<Input>,
}

/// Reads the tree level by level, so that the results stand as the service has them: roots first.
fn read(exchange: &Exchange, object: Arc<SObject>, records: Vec<Input>) -> Result<Vec<Node>, Fault> {
    let mut nodes = Vec::new();
    let mut lists = vec![Siblings { object, parent: None, records }];
    for level in 1.. {
        if lists.is_empty() {
            break;
        }
        if level > MOST_LEVELS {
            return Err(tree_too_large(MOST_LEVELS, "at levels"));
        }
        let mut below = Vec::new();
        for Siblings { object, parent, records } in lists {
            for record in records {
                let (node, children) = node(exchange, record, &object, nodes.len())?;
                nodes.push(Node { level, parent: parent.clone(), ..node });
                below.extend(children);
            }
        }
        lists = below;
    }
    Ok(nodes)
}

/// One record of the tree, and the lists of its children.
fn node(
    exchange: &Exchange,
    record: Input,
    object: &Arc<SObject>,
    place: usize,
) -> Result<(Node, Vec<Siblings>), Fault> {
    let mut members = Members::of(record)?;
    let attributes = members.take("attributes").ok_or_else(no_reference_id)?;
    let mut attributes = Members::of(attributes)?;
    if let Some(named) = attributes.text("type")?
        && !named.eq_ignore_ascii_case(&object.name)
    {
        return Err(other_type_in_tree(&named, object));
    }
    let reference_id = attributes.text("referenceId")?.filter(|id| !id.is_empty());
    let reference_id = reference_id.ok_or_else(no_reference_id)?;
    let mut fields = Vec::new();
    let mut lists = Vec::new();
    for (name, input) in members.rest() {
        match (object.child_relationship(&name), input.raw) {
            (Some(child), Raw::Object(list)) => {
                let object = super::collections::object(exchange, &child.child)?;
                let parent = Some((place, child.field.to_string()));
                if let Some(Raw::Array(records)) =
                    list.into_iter().find(|(name, _)| name == "records").map(|(_, records)| records.raw)
                {
                    lists.push(Siblings { object, parent, records });
                }
            }
            (_, raw) => fields.push((name, Input { raw, ..input })),
        }
    }
    let sent = RecordInput { object: object.clone(), id: None, fields };
    Ok((Node { reference_id, level: 1, parent: None, sent, id: None }, lists))
}

fn check(nodes: &[Node]) -> Result<(), Fault> {
    if nodes.is_empty() {
        return Err(no_tree());
    }
    if nodes.len() > MOST_RECORDS {
        return Err(Fault::too_many_records(MOST_RECORDS));
    }
    let types: HashSet<&str> = nodes.iter().map(|node| node.sent.object.name.as_str()).collect();
    if types.len() > MOST_TYPES {
        return Err(tree_too_large(MOST_TYPES, "of types"));
    }
    let mut ids = HashSet::new();
    if nodes.iter().all(|node| ids.insert(node.reference_id.as_str())) {
        Ok(())
    } else {
        Err(duplicate_in_tree())
    }
}

faults! {
    /// a record of a tree has no reference id
    no_reference_id() = INVALID_INPUT, "Include a reference ID for each record in the request.",
        Seen "notes of an API client, there with status 403";

    /// two records of a tree have one reference id
    duplicate_in_tree() = INVALID_INPUT, "Duplicate ReferenceId provided in the request.", Quoted;

    /// a tree has no records
    no_tree() = INVALID_INPUT, "At least 1 record is required", Assumed;

    /// a tree has more levels than five, or records of more types
    tree_too_large(limit: usize, what: &str) = LIMIT_EXCEEDED,
        "The tree can’t contain records {what} more than {limit}.", Assumed;

    /// a record of a tree is of another object than its place
    other_type_in_tree(named: &str, object: &SObject) = INVALID_TYPE,
        "The attributes of the record say {named}, but the resource is of {wanted}" with (wanted = object.name), Assumed;
}
