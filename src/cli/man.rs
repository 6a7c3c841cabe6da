//! `fauxforce man`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_mangen::Man as Page;

#[derive(Debug, Args)]
pub struct Man {
    /// Write the pages of all subcommands into this folder, instead of printing the first
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Man {
    /// Prints or writes pages in the form of `man`.
    ///
    /// # Errors
    /// One sentence when the folder cannot be written.
    pub fn run(self, command: Command) -> Result<(), String> {
        let command = command.disable_help_subcommand(true);
        match &self.dir {
            Some(folder) => write(folder, command),
            None => {
                let page = page(command)?;
                // That nobody reads it is no reason to fail.
                let _ = std::io::stdout().write_all(&page);
                Ok(())
            }
        }
    }
}

/// Writes the page of a command and those of its subcommands: `fauxforce.1`, `fauxforce-serve.1`, …
fn write(folder: &Path, command: Command) -> Result<(), String> {
    let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    written.map_err(|error| format!("cannot write {}: {error}", folder.display()))
}

fn page(command: Command) -> Result<Vec<u8>, String> {
    let mut page = Vec::new();
    Page::new(command).render(&mut page).map_err(|error| format!("cannot write the page: {error}"))?;
    Ok(page)
}
