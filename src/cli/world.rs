//! `fauxforce world`: worlds of a running server, from a shell.

use clap::{Args, Subcommand};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::control_client::ControlClient;

#[derive(Debug, Args)]
pub struct WorldCommand {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Copy a world; prints what a client needs to use the copy, as JSON
    Fork(Fork),
    /// List the worlds, as JSON
    List(Asked),
    /// Describe a world, as JSON
    Show(Named),
    /// End a world
    End(Named),
    /// Make the world again what it was when it was made
    Reset(Asked),
    /// Keep the state of the world as it is now, under a name
    Checkpoint(Named),
    /// Make the world again what it was at a checkpoint
    Restore(Named),
}

#[derive(Debug, Args)]
struct Asked {
    #[command(flatten)]
    client: ControlClient,
}

#[derive(Debug, Args)]
struct Named {
    /// Of the world, or of the checkpoint
    name: String,

    #[command(flatten)]
    client: ControlClient,
}

#[derive(Debug, Args)]
struct Fork {
    /// Name of the copy; without one it gets the next free one of w1, w2, …
    name: Option<String>,

    /// A world, or a checkpoint of the world, to copy instead of the world as it is now
    #[arg(long, value_name = "NAME")]
    from: Option<String>,

    /// The port that the copy gets; without it, a free one
    #[arg(long, value_name = "PORT", conflicts_with = "no_port")]
    port: Option<u16>,

    /// No port: the copy is reached by its host name, the header or the proxy
    #[arg(long)]
    no_port: bool,

    /// End the copy when nobody has used it for so long
    #[arg(long, value_name = "SECONDS")]
    ttl: Option<u64>,

    #[command(flatten)]
    client: ControlClient,
}

impl WorldCommand {
    /// Does it, and prints what the server has to say.
    ///
    /// # Errors
    /// One sentence for the user.
    pub fn run(self) -> Result<(), String> {
        let said = match self.act {
            Act::Fork(fork) => fork.client.ask("POST", "worlds", Some(&fork.wish())),
            Act::List(Asked { client }) => client.ask("GET", "worlds", None),
            Act::Show(Named { name, client }) => {
                client.ask("GET", &format!("worlds/{}", segment(&name)), None)
            }
            Act::End(Named { name, client }) => {
                client.ask("DELETE", &format!("worlds/{}", segment(&name)), None)
            }
            Act::Reset(Asked { client }) => client.ask("POST", "reset", None),
            Act::Checkpoint(Named { name, client }) => {
                client.ask("PUT", &format!("checkpoints/{}", segment(&name)), None)
            }
            Act::Restore(Named { name, client }) => {
                client.ask("POST", &format!("checkpoints/{}/restore", segment(&name)), None)
            }
        };
        print!("{}", said?);
        Ok(())
    }
}

impl Fork {
    /// The body of the request.
    fn wish(&self) -> Value {
        let port = match (self.no_port, self.port) {
            (true, _) => json!(false),
            (false, Some(port)) => json!(port),
            (false, None) => json!(true),
        };
        let keys = [
            ("name", self.name.as_ref().map(|name| json!(name))),
            ("from", self.from.as_ref().map(|from| json!(from))),
            ("port", Some(port)),
            ("ttl", self.ttl.map(|ttl| json!(ttl))),
        ];
        let keys = keys.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
        Value::Object(keys.collect::<Map<_, _>>())
    }
}

/// A name as a segment of a path.
fn segment(name: &str) -> String {
    utf8_percent_encode(name, NON_ALPHANUMERIC).to_string()
}
