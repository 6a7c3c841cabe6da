//! The command line: one file per subcommand.

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

mod banner;
mod clock;
mod control_client;
mod explain;
mod log;
mod ready_file;
mod saml;
mod serve;
mod world;

/// What went wrong was the caller's doing: a flag, a file, a port.
const MISTAKE: u8 = 2;

#[derive(Debug, Parser)]
#[command(
    name = "fauxforce",
    version,
    about = "A Salesforce org on localhost",
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve an org until Ctrl-C or SIGTERM
    Serve(serve::Serve),
    /// Say what an error means: its code or its message
    Explain(explain::Explain),
    /// Fork, reset and end worlds of a running server
    World(world::WorldCommand),
    /// Read or change the time of a world of a running server
    Clock(clock::ClockCommand),
    /// Be an identity provider: make SAML Responses, good and bad
    Saml(saml::Saml),
}

/// Runs the command that the arguments name; prints the help when they name none.
pub fn run() -> ExitCode {
    let outcome = match Cli::parse().command {
        Some(Command::Serve(serve)) => serve.run(),
        Some(Command::Explain(explain)) => explain.run(),
        Some(Command::World(world)) => world.run(),
        Some(Command::Clock(clock)) => clock.run(),
        Some(Command::Saml(saml)) => saml.run(),
        None => Cli::command().print_help().map_err(|error| error.to_string()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("error: {sentence}");
            ExitCode::from(MISTAKE)
        }
    }
}
