//! The log: to standard error, as text or as JSON lines.

use std::io::{self, IsTerminal};

use clap::ValueEnum;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

/// Starts logging; gives the form that the lines have. The filter `json` means that form, and the usual lines.
///
/// # Errors
/// One sentence when the filter is none.
pub fn init(filter: &str, format: Format) -> Result<Format, String> {
    let (filter, format) = if filter == "json" { ("info", Format::Json) } else { (filter, format) };
    let targets: Targets = filter.parse().map_err(|error| {
        format!("{filter:?} is no log filter ({error}); expected a level such as debug, or fauxforce=debug")
    })?;
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let registry = tracing_subscriber::registry().with(targets);
    match format {
        Format::Text => {
            registry.with(lines.with_ansi(io::stderr().is_terminal()).with_target(false)).init();
        }
        Format::Json => {
            registry.with(lines.json()).init();
            // What a panic says is a line of the log, too.
            std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
        }
    }
    Ok(format)
}
