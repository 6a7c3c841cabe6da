//! The log: to standard error, as text or as JSON lines.

use std::io::{self, IsTerminal};

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

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
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        format!("{filter:?} is no log filter ({error}); expected a level such as debug, or fauxforce=debug")
    })?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false);
    match format {
        Format::Text => subscriber.init(),
        Format::Json => subscriber.json().init(),
    }
    Ok(())
}
