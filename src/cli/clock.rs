//! `fauxforce clock`: the time of a world of a running server.

use clap::Args;
use serde_json::{Map, Value, json};

use super::control_client::ControlClient;

#[derive(Debug, Args)]
pub struct ClockCommand {
    /// Set the clock, such as to 2026-03-01T00:00:00Z
    #[arg(long, value_name = "TIME")]
    now: Option<String>,

    /// Move it, such as by 90s, 15m, 36h, 7d or P1M; a negative duration moves it back
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true)]
    advance: Option<String>,

    /// Stop it
    #[arg(long, conflicts_with = "run")]
    freeze: bool,

    /// Let it run on from the time that it shows
    #[arg(long, conflicts_with = "step")]
    run: bool,

    /// Stop it, and move it so far with each call that writes something
    #[arg(long, value_name = "DURATION")]
    step: Option<String>,

    #[command(flatten)]
    client: ControlClient,
}

impl ClockCommand {
    /// Prints the clock, as JSON, after what is to become of it.
    ///
    /// # Errors
    /// One sentence for the user.
    pub fn run(self) -> Result<(), String> {
        let frozen = (self.freeze || self.run).then_some(json!(self.freeze));
        let keys = [
            ("now", self.now.map(Value::String)),
            ("advance", self.advance.map(Value::String)),
            ("frozen", frozen),
            ("step", self.step.map(Value::String)),
        ];
        let keys = keys.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
        let change: Map<_, _> = keys.collect();
        let said = match change.is_empty() {
            true => self.client.ask("GET", "clock", None),
            false => self.client.ask("PUT", "clock", Some(&Value::Object(change))),
        };
        print!("{}", said?);
        Ok(())
    }
}
