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

/// Starts logging.
///
/// # Errors
/// One sentence when the filter is none.
pub fn init(filter: &str, format: Format) -> Result<(), String> {
    let filter: Targets = filter.parse().map_err(|error| {
        format!("{filter:?} is no log filter ({error}); expected a level such as debug, or fauxforce=debug")
    })?;
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false);
    let registry = tracing_subscriber::registry().with(filter);
    match format {
        Format::Text => registry.with(lines).init(),
        Format::Json => registry.with(lines.json()).init(),
    }
    Ok(())
}
