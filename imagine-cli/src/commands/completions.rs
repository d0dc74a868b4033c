//! `imagine completions`.

use clap::{Args, ValueEnum};
use clap_complete::env::Shells;

use crate::failure::{Failure, Result};

/// The variable by which the scripts ask for completions.
pub(crate) const VARIABLE: &str = "COMPLETE";

/// Print the completion script for a shell.
///
/// The script runs this program for each completion, which offers the models of the service.
#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Target,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Target {
    Bash,
    Zsh,
    Fish,
    #[value(name = "powershell")]
    PowerShell,
}

impl Completions {
    pub(crate) fn run(&self) -> Result<()> {
        let name = match self.shell {
            Target::Bash => "bash",
            Target::Zsh => "zsh",
            Target::Fish => "fish",
            Target::PowerShell => "powershell",
        };
        let shells = Shells::builtins();
        let shell = shells.completer(name);
        let shell =
            shell.ok_or_else(|| Failure::usage(format!("there are no completions for {name}")))?;
        let mut script = Vec::new();
        shell.write_registration(VARIABLE, "imagine", "imagine", "imagine", &mut script)?;
        crate::output::bytes(&script)
    }
}
