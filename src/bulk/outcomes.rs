//! What became of the records of a batch, in the form of the batch.

use super::info::NAMESPACE;
use crate::job::results;
use crate::job::{Batch, Jobs};
use crate::model::fault::Fault;
use crate::xml::escaped;

/// `"Id","Success","Created","Error"`
pub fn csv(jobs: &Jobs, batch: &Batch) -> Result<Vec<u8>, Fault> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut out = "\"Id\",\"Success\",\"Created\",\"Error\"\n".to_owned();
    results::outcomes(jobs, batch, |told| {
        let success = told.errors.is_empty();
        let id = told.id.filter(|_| success).unwrap_or_default();
        let error: Vec<&str> = told.errors.iter().map(|error| error.line.as_str()).collect();
        let values = [id, success.to_string(), told.created.to_string(), error.join(";")];
        out += &values.map(|value| quoted(&value)).join(",");
        out.push('\n');
        Ok(())
    })?;
    Ok(out.into_bytes())
}

/// `<results><result>…</result>…</results>`
pub fn xml(jobs: &Jobs, batch: &Batch) -> Result<Vec<u8>, Fault> {
    let mut out = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><results xmlns=\"{NAMESPACE}\">");
    results::outcomes(jobs, batch, |told| {
        let success = told.errors.is_empty();
        out += "<result>";
        for error in &told.errors {
            out += "<errors>";
            for field in &error.fields {
                out += &format!("<fields>{}</fields>", escaped(field));
            }
            let (message, code) = (escaped(&error.message), &error.code);
            out += &format!("<message>{message}</message><statusCode>{code}</statusCode></errors>");
        }
        if let Some(id) = told.id.filter(|_| success) {
            out += &format!("<id>{id}</id>");
        }
        out += &format!("<success>{success}</success><created>{}</created></result>", told.created);
        Ok(())
    })?;
    out += "</results>";
    Ok(out.into_bytes())
}

/// `[{"success":…,"created":…,"id":…,"errors":[…]}]`
pub fn json(jobs: &Jobs, batch: &Batch) -> Result<Vec<u8>, Fault> {
    let mut all = Vec::new();
    results::outcomes(jobs, batch, |told| {
        let success = told.errors.is_empty();
        let errors = told.errors.iter().map(|error| {
            serde_json::json!({
                "message": error.message,
                "fields": error.fields,
                "statusCode": error.code,
                "extendedErrorDetails": null,
            })
        });
        let errors: Vec<_> = errors.collect();
        let id = told.id.filter(|_| success);
        all.push(
            serde_json::json!({ "success": success, "created": told.created, "id": id, "errors": errors }),
        );
        Ok(())
    })?;
    Ok(serde_json::Value::from(all).to_string().into_bytes())
}
