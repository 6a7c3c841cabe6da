//! What is told of jobs and batches, in XML or JSON.

use serde_json::{Map, Value as Json};

use crate::job::{Batch, BatchState, ContentType, Job, Jobs};
use crate::lexical;
use crate::message::{Request, header};
use crate::model::fault::Fault;
use crate::xml::escaped;

pub const NAMESPACE: &str = "http://www.force.com/2009/06/asyncapi/dataload";

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerFormat {
    Xml,
    Json,
}

impl AnswerFormat {
    /// The form that a request's headers name.
    pub fn named_by(request: &Request) -> Option<AnswerFormat> {
        let names = [header::CONTENT_TYPE, header::ACCEPT];
        names.into_iter().find_map(|name| AnswerFormat::of_media_type(request.header(name)?))
    }

    /// The form of a media type, whatever its parameters.
    pub fn of_media_type(media_type: &str) -> Option<AnswerFormat> {
        match media_type.split(';').next()?.trim().to_ascii_lowercase().as_str() {
            "application/json" => Some(AnswerFormat::Json),
            "application/xml" | "text/xml" => Some(AnswerFormat::Xml),
            _ => None,
        }
    }

    /// The form of an answer that nothing else decides.
    pub fn for_request(request: &Request) -> AnswerFormat {
        AnswerFormat::named_by(request).unwrap_or(AnswerFormat::Xml)
    }

    /// The form of answers about a job's batches, whatever the request says: tap-salesforce asks for those of a CSV job
    /// as `application/json` and reads XML. <https://github.com/singer-io/tap-salesforce>
    pub fn of(job: &Job) -> AnswerFormat {
        if job.content_type == ContentType::Json { AnswerFormat::Json } else { AnswerFormat::Xml }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            AnswerFormat::Xml => "application/xml",
            AnswerFormat::Json => "application/json",
        }
    }
}

/// A value of an answer.
enum Value {
    Text(String),
    /// XML leaves it out where it is absent.
    Optional(Option<String>),
    Count(u64),
    Version(u32),
    Time(i64),
}

type Members = Vec<(&'static str, Value)>;

/// A job's description.
pub fn job(jobs: &Jobs, job: &Job, form: AnswerFormat) -> Result<String, Fault> {
    let members = job_members(job, &jobs.batches(job)?);
    Ok(document("jobInfo", &members, form))
}

/// A batch's description.
pub fn batch(batch: &Batch, form: AnswerFormat) -> String {
    document("batchInfo", &batch_members(batch), form)
}

/// The descriptions of all batches of a job.
pub fn batches(batches: &[Batch], form: AnswerFormat) -> String {
    match form {
        AnswerFormat::Json => {
            let list: Vec<Json> = batches.iter().map(|batch| json(&batch_members(batch))).collect();
            serde_json::json!({ "batchInfo": list }).to_string()
        }
        AnswerFormat::Xml if batches.is_empty() => format!("{}\n />", opening("batchInfoList")),
        AnswerFormat::Xml => {
            let mut out = opening("batchInfoList") + ">\n";
            for batch in batches {
                out += " <batchInfo>\n";
                elements(&mut out, &batch_members(batch), "  ");
                out += " </batchInfo>\n";
            }
            out + "</batchInfoList>"
        }
    }
}

/// The ids of a query's results: one.
pub fn results(id: &str, form: AnswerFormat) -> String {
    match form {
        AnswerFormat::Json => serde_json::json!([id.get(..15).unwrap_or(id)]).to_string(),
        AnswerFormat::Xml => {
            format!("<result-list xmlns=\"{NAMESPACE}\"><result>{id}</result></result-list>")
        }
    }
}

fn opening(root: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><{root}\n   xmlns=\"{NAMESPACE}\"")
}

fn document(root: &str, members: &Members, form: AnswerFormat) -> String {
    match form {
        AnswerFormat::Json => json(members).to_string(),
        AnswerFormat::Xml => {
            let mut out = opening(root) + ">\n";
            elements(&mut out, members, " ");
            out + &format!("</{root}>")
        }
    }
}

fn elements(out: &mut String, members: &Members, indent: &str) {
    for (name, value) in members {
        let text = match value {
            Value::Text(text) | Value::Optional(Some(text)) => escaped(text).into_owned(),
            Value::Optional(None) => continue,
            Value::Count(count) => count.to_string(),
            Value::Version(version) => format!("{version}.0"),
            Value::Time(time) => instant(*time, "Z"),
        };
        *out += &format!("{indent}<{name}>{text}</{name}>\n");
    }
}

/// In alphabetical order, absent members as null.
fn json(members: &Members) -> Json {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    let values = sorted.into_iter().map(|(name, value)| {
        let value = match value {
            Value::Text(text) | Value::Optional(Some(text)) => Json::from(text.as_str()),
            Value::Optional(None) => Json::Null,
            Value::Count(count) => Json::from(*count),
            Value::Version(version) => Json::from(f64::from(*version)),
            Value::Time(time) => Json::from(instant(*time, "+0000")),
        };
        ((*name).to_owned(), value)
    });
    Json::Object(values.collect::<Map<_, _>>())
}

/// To the second, as the service keeps them.
fn instant(time: i64, zone: &str) -> String {
    let mut out = Vec::new();
    lexical::datetime(&mut out, time / 1000 * 1000);
    String::from_utf8(out).unwrap_or_default() + zone
}

fn job_members(job: &Job, batches: &[Batch]) -> Members {
    let count = |states: &[BatchState]| {
        Value::Count(batches.iter().filter(|batch| states.contains(&batch.state)).count() as u64)
    };
    let sum = |of: fn(&Batch) -> u64| Value::Count(batches.iter().map(of).sum());
    let active = |batch: &Batch| u64::try_from(batch.active_time()).unwrap_or_default();
    let mut members = vec![
        ("id", Value::Text(job.id.clone())),
        ("operation", Value::Text(job.operation.as_str().to_owned())),
        ("object", Value::Text(job.object.clone())),
        ("createdById", Value::Text(job.user.clone())),
        ("createdDate", Value::Time(job.created)),
        ("systemModstamp", Value::Time(job.modified)),
        ("state", Value::Text(job.state.as_str().to_owned())),
        ("externalIdFieldName", Value::Optional(job.external_id_field.clone())),
        ("concurrencyMode", Value::Text(job.concurrency.clone())),
        ("contentType", Value::Text(job.content_type.as_str().to_owned())),
        ("numberBatchesQueued", count(&[BatchState::Waiting, BatchState::Queued])),
        ("numberBatchesInProgress", count(&[BatchState::InProgress])),
        ("numberBatchesCompleted", count(&[BatchState::Completed])),
        ("numberBatchesFailed", count(&[BatchState::Failed])),
        ("numberBatchesTotal", Value::Count(batches.len() as u64)),
        ("numberRecordsProcessed", sum(|batch| batch.processed)),
        ("numberRetries", Value::Count(0)),
        ("apiVersion", Value::Version(job.api_version)),
        ("assignmentRuleId", Value::Optional(job.assignment_rule.clone())),
        ("numberRecordsFailed", sum(|batch| batch.failed)),
    ];
    members.push(("totalProcessingTime", sum(active)));
    members.push(("apiActiveProcessingTime", sum(active)));
    members.push(("apexProcessingTime", Value::Count(0)));
    members
}

fn batch_members(batch: &Batch) -> Members {
    let active = u64::try_from(batch.active_time()).unwrap_or_default();
    vec![
        ("id", Value::Text(batch.id.clone())),
        ("jobId", Value::Text(batch.job.clone())),
        ("state", Value::Text(batch.state.as_str().to_owned())),
        ("stateMessage", Value::Optional(batch.message.clone())),
        ("createdDate", Value::Time(batch.created)),
        ("systemModstamp", Value::Time(batch.modified)),
        ("numberRecordsProcessed", Value::Count(batch.processed)),
        ("numberRecordsFailed", Value::Count(batch.failed)),
        ("totalProcessingTime", Value::Count(active)),
        ("apiActiveProcessingTime", Value::Count(active)),
        ("apexProcessingTime", Value::Count(0)),
    ]
}
