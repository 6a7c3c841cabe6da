//! `fauxforce explain`: what an error means, from the table of errors.

use std::io::{self, Write};

use clap::Args;
use fauxforce::error_entry::{Entry, Family, Fields};
use fauxforce::errors;

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
        if rows.is_empty() {
            let nearest = errors::nearest_codes(&what).join(", ");
            return Err(format!("no error has the code or the text {what:?}; codes like it: {nearest}"));
        }
        let told: Vec<_> = rows.into_iter().map(told).collect();
        let text = told.join("\n");
        io::stdout().write_all(text.as_bytes()).map_err(|error| error.to_string())
    }
}

fn told(row: &Entry) -> String {
    let mut text = match (row.family, row.number) {
        (Family::Provisioning, Some(number)) => {
            format!("ErrorCode={number}, ErrorDescription={}\n  constant {}\n", row.text, row.code)
        }
        (family, number) => {
            let code = if row.code.is_empty() { family.name() } else { row.code };
            let number = number.map(|number| format!(" (HTTP {number})")).unwrap_or_default();
            format!("{code}{number}\n")
        }
    };
    let mut line = |name: &str, words: &str| text += &format!("  {name:<8} {words}\n");
    line("when", row.when.trim());
    line("message", row.message().trim_end_matches('\n'));
    match row.fields {
        Fields::None if row.family == Family::Fault => line("fields", "none"),
        Fields::None => {}
        Fields::Names(names) => line("fields", &names.join(", ")),
        Fields::Described(words) => line("fields", words),
    }
    line("surface", row.family.surface());
    let source = if row.source.is_empty() { String::new() } else { format!(" ({})", row.source) };
    line("text", &format!("{}{source}", row.sure.in_words()));
    line("code in", &row.file.replace('\\', "/"));
    text
}
