//! Tests in a separate process.

use std::process::Command;

/// Creates a command that runs an ignored test of the calling file in a separate process.
///
/// Other tests do not affect the environment, the memory or the open files of the process.
pub fn subprocess(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "--ignored", "--nocapture", test]);
    command
}
