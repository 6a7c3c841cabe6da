//! The command line: one file per subcommand.

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

mod banner;
mod clock;
mod completions;
mod control_client;
mod env;
mod explain;
mod health;
mod log;
mod man;
mod outcome;
mod ready_file;
mod saml;
mod seed;
mod serve;
mod shell_word;
mod trust;
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
    /// Begin and check seeds: what an org contains when it starts
    Seed(seed::SeedCommand),
    /// Fork, reset and end worlds of a running server
    World(world::WorldCommand),
    /// Read or change the time of a world of a running server
    Clock(clock::ClockCommand),
    /// Print what provisioning has led to in a world of a running server, or compare it with a file
    Outcome(outcome::OutcomeCommand),
    /// Be an identity provider: make SAML Responses, good and bad
    Saml(saml::Saml),
    /// Print what clients of a running server need in their environment, to export
    Env(env::Env),
    /// Ask a running server whether it answers; fails when it does not
    Health(health::Health),
    /// Say what makes this machine trust the certificate authority, or do it
    Trust(trust::Trust),
    /// Print what completes this command in a shell
    Completions(completions::Completions),
    /// Print the manual page, or write those of all subcommands
    Man(man::Man),
}

/// Runs the command that the arguments name; prints the help when they name none.
pub fn run() -> ExitCode {
    let outcome = match Cli::parse().command {
        Some(Command::Outcome(outcome)) => return ended(outcome.run()),
        Some(Command::Serve(serve)) => serve.run(),
        Some(Command::Explain(explain)) => explain.run(),
        Some(Command::Seed(seed)) => seed.run(),
        Some(Command::World(world)) => world.run(),
        Some(Command::Clock(clock)) => clock.run(),
        Some(Command::Saml(saml)) => saml.run(),
        Some(Command::Env(env)) => env.run(),
        Some(Command::Health(health)) => health.run(),
        Some(Command::Trust(trust)) => trust.run(),
        Some(Command::Completions(completions)) => completions.run(Cli::command()),
        Some(Command::Man(man)) => man.run(Cli::command()),
        None => Cli::command().print_help().map_err(|error| error.to_string()),
    };
    ended(outcome.map(|()| ExitCode::SUCCESS))
}

/// The exit code of a command that has run; what went wrong is printed.
fn ended(outcome: Result<ExitCode, String>) -> ExitCode {
    match outcome {
        Ok(code) => code,
        Err(sentence) => {
            // It is empty if it is in the log.
            if !sentence.is_empty() {
                eprintln!("error: {sentence}");
            }
            ExitCode::from(MISTAKE)
        }
    }
}
