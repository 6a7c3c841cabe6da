//! `fauxforce seed`: seeds are begun and checked.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use fauxforce::Server;
use fauxforce::seed::{ORG_SCHEMA, Seed};

#[derive(Debug, Args)]
pub struct SeedCommand {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Write a seed to begin with: the default one, or that of an identity product
    Init(Init),
    /// Tell all mistakes of a seed, each with file and line
    Check(Check),
    /// Print the JSON Schema of org.json
    Schema,
}

#[derive(Debug, Args)]
struct Init {
    /// The folder to make
    dir: PathBuf,

    /// The product that is to provision: community, entra, okta, onelogin, pingone, sailpoint
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
}

#[derive(Debug, Args)]
struct Check {
    /// The folder of the seed
    dir: PathBuf,
}

impl SeedCommand {
    /// Does what the subcommand says.
    ///
    /// # Errors
    /// One sentence for the user.
    pub fn run(self) -> Result<(), String> {
        match self.act {
            Act::Init(init) => init.run(),
            Act::Check(check) => check.run(),
            Act::Schema => {
                print!("{ORG_SCHEMA}");
                Ok(())
            }
        }
    }
}

impl Init {
    fn run(self) -> Result<(), String> {
        let presets = || Seed::presets().into_iter().collect::<Vec<_>>().join(", ");
        let files = Seed::preset(self.preset.as_deref());
        let files = files.ok_or_else(|| {
            let name = self.preset.unwrap_or_default();
            format!("there is no preset {name:?}; there are {}", presets())
        })?;
        let taken = fs::read_dir(&self.dir).is_ok_and(|mut entries| entries.next().is_some());
        if taken {
            return Err(format!("{} is not empty; name a folder that is new", self.dir.display()));
        }
        for (path, text) in &files {
            write(&self.dir.join(path), text)?;
        }
        println!(
            "{} files in {}; next:\n\n  fauxforce serve --seed {}",
            files.len(),
            self.dir.display(),
            self.dir.display()
        );
        Ok(())
    }
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("cannot write {}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}

impl Check {
    fn run(self) -> Result<(), String> {
        let mistakes = Server::builder().seed(&self.dir).seed_mistakes();
        if mistakes.is_empty() {
            println!("{}: no mistakes", self.dir.display());
            return Ok(());
        }
        for mistake in &mistakes {
            println!("{mistake}");
        }
        let count = mistakes.len();
        Err(format!("{count} mistake{}", if count == 1 { "" } else { "s" }))
    }
}
