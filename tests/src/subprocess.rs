//! A test in a process of its own.

use std::process::Command;

/// Runs an ignored test of the calling file in a process of its own, where nothing else changes what it
/// looks at. Give the command an environment if it needs one, and ask for its output.
pub fn subprocess(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "--ignored", "--nocapture", test]);
    command
}
