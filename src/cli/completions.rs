//! `fauxforce completions`

use clap::{Args, Command};
use clap_complete::Shell;

#[derive(Debug, Args)]
pub struct Completions {
    /// The shell: bash, elvish, fish, powershell, zsh
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    /// Prints a script for the shell, such as for `source <(fauxforce completions bash)`.
    ///
    /// # Errors
    /// Never; nobody reading it is no reason to fail.
    pub fn run(self, mut command: Command) -> Result<(), String> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "fauxforce", &mut script);
        let _ = std::io::Write::write_all(&mut std::io::stdout(), &script);
        Ok(())
    }
}
