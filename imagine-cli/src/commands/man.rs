//! `imagine man`.

use std::path::PathBuf;

use clap::{Args, Command};

use crate::failure::{Failure, Result};

/// Write the man pages of all commands.
#[derive(Args, Debug)]
pub(crate) struct Man {
    /// The directory, which must exist.
    directory: PathBuf,
}

impl Man {
    pub(crate) fn run(&self, command: Command) -> Result<()> {
        clap_mangen::generate_to(command, &self.directory)
            .map_err(|error| Failure::file(&self.directory, error))
    }
}
