//! `fauxforce saml`: an identity provider for those who have none.

use clap::{Args, Subcommand};

mod draft;
mod idp;
mod page;
mod post;
mod provider;
mod response;

#[derive(Debug, Args)]
pub struct Saml {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print or post a signed SAML Response
    Response(Box<response::Response>),
    /// Serve a login form that posts signed SAML Responses, until Ctrl-C
    Idp(idp::Idp),
}

impl Saml {
    /// Does what the subcommand says.
    ///
    /// # Errors
    /// One sentence for the user.
    pub fn run(self) -> Result<(), String> {
        match self.command {
            Command::Response(response) => response.run(),
            Command::Idp(idp) => idp.run(),
        }
    }
}
