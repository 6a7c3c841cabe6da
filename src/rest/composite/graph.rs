//! `POST /composite/graph`: several lists of subrequests, each of which is done whole or not at all.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_graph.htm>

use std::collections::{HashMap, HashSet};

use super::reference::is_reference_id;
use super::subrequests::{self, Done, Subrequest, below_version, too_many_operations};
use crate::model::fault::{Fault, faults};
use crate::rest::exchange::{Exchange, RestResult};
use crate::rest::fault::RestFault;
use crate::rest::json_body::Bound;
use crate::rest::members::Members;
use crate::world::ApiVersion;

const FIRST: ApiVersion = ApiVersion::new(50);
const MOST_GRAPHS: usize = 75;
const BOUND: Bound =
    Bound { name: "graphs", most: MOST_GRAPHS, fault: |most| too_many_operations(most, "graphs") };
const MOST_NODES: usize = 500;
const MOST_KINDS: usize = 15;
const DEEPEST: usize = 15;
/// When more graphs than this have failed the rest is not tried.
const MOST_FAILURES: usize = 14;
const LONGEST_ID: usize = 39;

struct Graph {
    id: String,
    nodes: Vec<Subrequest>,
}

/// Runs the graphs of the body, in order.
pub fn run(exchange: &Exchange) -> RestResult {
    if exchange.version < FIRST {
        return Err(RestFault::not_found());
    }
    let mut body = Members::of_bounded_body(exchange, &[BOUND])?;
    let mut graphs = Vec::new();
    for item in body.list("graphs")? {
        let mut members = Members::of(item)?;
        let id = members.required_text("graphId")?;
        let nodes = subrequests::read(members.list("compositeRequest")?)?;
        graphs.push(Graph { id, nodes });
    }
    check(&graphs, exchange.version)?;
    let mut failures = 0;
    let mut done: Vec<(&str, Vec<Done>)> = Vec::with_capacity(graphs.len());
    for Graph { id, nodes } in &graphs {
        let results = match failures > MOST_FAILURES {
            true => {
                let halted = nodes
                    .iter()
                    .map(|node| subrequests::halted(exchange, &node.reference_id, too_many_failures()));
                halted.collect()
            }
            false => subrequests::perform(exchange, nodes, true, is_allowed)?,
        };
        failures += usize::from(!subrequests::succeeded(&results));
        done.push((id, results));
    }
    Ok(exchange.ok("graphs", |w| {
        w.items("graphs", |w| {
            for (id, results) in &done {
                w.group("graphs", |w| {
                    w.text("graphId", id);
                    w.group("graphResponse", |w| subrequests::write(w, results));
                    w.bool("isSuccessful", subrequests::succeeded(results));
                });
            }
        });
    }))
}

/// Records by id or external id, and new ones.
fn is_allowed(url: &str) -> bool {
    let below = below_version(url).and_then(|below| below.strip_prefix("sobjects/"));
    below.is_some_and(|below| matches!(below.split('/').count(), 1..=3))
}

fn check(graphs: &[Graph], version: ApiVersion) -> Result<(), Fault> {
    if graphs.iter().map(|graph| graph.nodes.len()).sum::<usize>() > MOST_NODES {
        return Err(too_many_operations(MOST_NODES, "nodes"));
    }
    let nodes = graphs.iter().flat_map(|graph| &graph.nodes);
    if nodes.map(kind).collect::<HashSet<_>>().len() > MOST_KINDS {
        return Err(too_many_operations(MOST_KINDS, "different nodes"));
    }
    let mut ids = HashSet::new();
    for Graph { id, nodes } in graphs {
        let fits = id.len() <= LONGEST_ID
            && id.starts_with(|c: char| c.is_ascii_alphanumeric())
            && !id.contains('.');
        if !fits {
            return Err(illegal_graph_id(id));
        }
        if !ids.insert(id) {
            return Err(duplicate_graph_id(id));
        }
        if depth(nodes) > DEEPEST {
            return Err(too_many_operations(DEEPEST, "levels of references"));
        }
        subrequests::check_ids(nodes, version)?;
    }
    Ok(())
}

/// Nodes differ by version, method and object.
fn kind(node: &Subrequest) -> (String, String) {
    let path = node.url.split('?').next().unwrap_or_default();
    let place: Vec<_> = path.split('/').take(6).map(str::to_ascii_lowercase).collect();
    (node.method.to_string(), place.join("/"))
}

/// How many nodes the longest chain of references has.
fn depth(nodes: &[Subrequest]) -> usize {
    let mut depths: HashMap<&str, usize> = HashMap::new();
    for node in nodes {
        let above = node.references().filter_map(|id| depths.get(id).copied()).max().unwrap_or_default();
        depths.insert(&node.reference_id, above + 1);
    }
    depths.values().copied().max().unwrap_or_default()
}

faults! {
    /// the id of a graph is none
    illegal_graph_id(id: &str) = INVALID_INPUT,
        "Provided graphId ('{id}') must start with a letter or a number, be shorter than 40 characters, and have no period ('.').",
        Assumed;

    /// two graphs have one id
    duplicate_graph_id(id: &str) = INVALID_INPUT, "Duplicate graphId provided in the request: {id}", Assumed;

    /// a graph is not run, as more than 14 before it have failed
    too_many_failures() = PROCESSING_HALTED,
        "Processing was halted because too many graphs of the request have failed.", Assumed;
}

impl Subrequest {
    /// The reference ids that this one's URL and body name.
    fn references(&self) -> impl Iterator<Item = &str> {
        self.texts().into_iter().flat_map(|text| {
            let named = text.split("@{").skip(1).filter_map(|after| after.split(['.', '[', '}']).next());
            named.filter(|id| is_reference_id(id))
        })
    }
}
