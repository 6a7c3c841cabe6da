//! `fauxforce explain`: what an error means, from the table of errors.

use std::io::{self, Write};

use clap::Args;
use fauxforce::errors;
use fauxforce::flow::jit::Kind;
use fauxforce::org::fault::{Entry, Fields};

#[derive(Debug, Args)]
pub struct Explain {
    /// A status code such as DUPLICATE_USERNAME, or a message or a piece of one
    #[arg(required = true)]
    error: Vec<String>,
}

impl Explain {
    /// Prints the rows that are meant.
    ///
    /// # Errors
    /// One sentence for the user.
    pub fn run(self) -> Result<(), String> {
        let what = self.error.join(" ");
        let rows = errors::about(&what);
        let provisioning = errors::of_provisioning(&what);
        if rows.is_empty() && provisioning.is_empty() {
            let nearest = errors::nearest_codes(&what).join(", ");
            return Err(format!("no error has the code or the text {what:?}; codes like it: {nearest}"));
        }
        let told: Vec<_> =
            rows.into_iter().map(told).chain(provisioning.into_iter().map(told_in_url)).collect();
        let text = told.join("\n");
        io::stdout().write_all(text.as_bytes()).map_err(|error| error.to_string())
    }
}

fn told_in_url(kind: Kind) -> String {
    format!(
        "ErrorCode={}, ErrorDescription={}\n  when     Just-in-Time provisioning fails: {}\n  code in  src/flow/jit/\n",
        kind.code(),
        kind.description(),
        kind.constant(),
    )
}

fn told(row: &Entry) -> String {
    let fields = match row.fields {
        Fields::None => "none".to_owned(),
        Fields::Names(names) => names.join(", "),
        Fields::Described(words) => words.to_owned(),
    };
    let source = if row.source.is_empty() { String::new() } else { format!(" ({})", row.source) };
    format!(
        "{}\n  when     {}\n  message  {}\n  fields   {fields}\n  text     {}{source}\n  code in  {}\n",
        row.code,
        row.when.trim(),
        row.message().trim_end_matches('\n'),
        row.sure.in_words(),
        row.file.replace('\\', "/"),
    )
}
