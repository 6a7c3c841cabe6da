//! `fauxforce health`: for containers and scripts that wait for a server.

use clap::Args;

use super::control_client::ControlClient;

#[derive(Debug, Args)]
pub struct Health {
    #[command(flatten)]
    client: ControlClient,
}

impl Health {
    /// Prints what the server says of itself.
    ///
    /// # Errors
    /// One sentence when it does not answer.
    pub fn run(self) -> Result<(), String> {
        println!("{}", self.client.ask("GET", "health", None)?.trim_end());
        Ok(())
    }
}
