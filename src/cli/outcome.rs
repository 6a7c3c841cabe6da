//! `fauxforce outcome`: what provisioning has led to, printed, compared with a file or written to it.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use similar::TextDiff;

use super::control_client::ControlClient;

/// The outcome is another than that of the file.
const DIFFERENT: u8 = 1;

#[derive(Debug, Args)]
pub struct OutcomeCommand {
    /// Tell what has become of the world since this checkpoint; without it, since it was made
    #[arg(long, value_name = "CHECKPOINT", default_value = "start")]
    since: String,

    /// Tell records of these objects only
    #[arg(long, value_name = "OBJECT,…", value_delimiter = ',')]
    objects: Vec<String>,

    /// Compare it with this file; prints the difference, and fails with exit code 1 if there is one
    #[arg(long, value_name = "FILE", conflicts_with = "bless")]
    check: Option<PathBuf>,

    /// Write it to this file
    #[arg(long, value_name = "FILE")]
    bless: Option<PathBuf>,

    #[command(flatten)]
    client: ControlClient,
}

impl OutcomeCommand {
    /// Does it.
    ///
    /// # Errors
    /// One sentence for the user.
    pub fn run(self) -> Result<ExitCode, String> {
        let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let objects: Vec<String> = self.objects.iter().map(|object| escaped(object)).collect();
        let path = format!("outcome?since={}&objects={}", escaped(&self.since), objects.join(","));
        let outcome = self.client.ask("GET", &path, None)?;
        let failed = |file: &PathBuf, error: std::io::Error| format!("{}: {error}", file.display());
        if let Some(file) = &self.bless {
            fs::write(file, outcome).map_err(|error| failed(file, error))?;
            return Ok(ExitCode::SUCCESS);
        }
        let Some(file) = &self.check else {
            print!("{outcome}");
            return Ok(ExitCode::SUCCESS);
        };
        let expected = fs::read_to_string(file)
            .map_err(|error| format!("{}; --bless {} makes it", failed(file, error), file.display()))?;
        if expected == outcome {
            return Ok(ExitCode::SUCCESS);
        }
        let difference = TextDiff::from_lines(&expected, &outcome);
        let name = file.display().to_string();
        print!("{}", difference.unified_diff().header(&name, "the world"));
        Ok(ExitCode::from(DIFFERENT))
    }
}
