//! What rustdoc knows about a crate, as JSON: the only form in which expanded macros can be read.
//!
//! That form is not stable, and each series of compilers writes its own. A stable compiler writes it when told
//! so by `RUSTC_BOOTSTRAP`. Were that set for all of cargo, it would build every dependency anew, so this
//! program stands in for rustdoc, and sets it for rustdoc alone.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde_json::Value;

use super::error::Error;

/// The format that `public-api`, as pinned, reads.
pub(crate) const FORMAT: u64 = 57;
/// A stable compiler that writes this format.
pub(crate) const COMPILER: &str = "1.95.0";

/// The variable that makes this program stand in for rustdoc; its value is the real one.
const STAND_IN: &str = "IMAGINE_XTASK_RUSTDOC";

/// Runs rustdoc in location of this program, where cargo was told to call it so.
pub(crate) fn stand_in() -> Option<ExitCode> {
    let rustdoc = env::var_os(STAND_IN)?;
    let status = Command::new(rustdoc)
        .args(env::args_os().skip(1))
        .env("RUSTC_BOOTSTRAP", "1")
        .status();
    Some(match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// Documents a package with all its features, and answers with the file, which is in the known format.
pub(super) fn document(root: &Path, package: &str) -> Result<PathBuf, Error> {
    let mut rustdoc = cargo(root);
    rustdoc
        .args([
            "rustdoc",
            "--quiet",
            "--lib",
            "--all-features",
            "--package",
            package,
        ])
        .args(["--", "-Z", "unstable-options", "--output-format", "json"])
        .env(STAND_IN, or("RUSTDOC", "rustdoc"))
        .env("RUSTDOC", env::current_exe().map_err(not_run("xtask"))?);
    output(rustdoc)?;
    let path = target(root)?.join(format!("doc/{}.json", package.replace('-', "_")));
    check_format(&path)?;
    Ok(path)
}

/// The directory that cargo builds in.
fn target(root: &Path) -> Result<PathBuf, Error> {
    let mut metadata = cargo(root);
    metadata.args(["metadata", "--no-deps", "--format-version", "1"]);
    let metadata = output(metadata)?;
    let metadata: Value = serde_json::from_slice(&metadata)
        .map_err(|error| Error::unreadable(Path::new("cargo metadata"), error))?;
    let target = metadata.get("target_directory").and_then(Value::as_str);
    Ok(target.unwrap_or("target").into())
}

fn check_format(path: &Path) -> Result<(), Error> {
    let json = fs::read(path).map_err(|error| Error::unreadable(path, error))?;
    let json: Value =
        serde_json::from_slice(&json).map_err(|error| Error::unreadable(path, error))?;
    match json.get("format_version").and_then(Value::as_u64) {
        Some(FORMAT) => Ok(()),
        found => Err(Error::OtherCompiler {
            compiler: compiler()?,
            found: found.map_or_else(|| "unknown".to_owned(), |found| found.to_string()),
        }),
    }
}

fn compiler() -> Result<String, Error> {
    let mut version = Command::new(or("RUSTC", "rustc"));
    version.arg("--version");
    Ok(String::from_utf8_lossy(&output(version)?).trim().to_owned())
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new(or("CARGO", "cargo"));
    command.current_dir(root);
    command
}

/// The program that a variable names.
fn or(variable: &str, program: &str) -> OsString {
    env::var_os(variable).unwrap_or_else(|| program.into())
}

/// Runs a program, which complains where the reader sees it.
fn output(mut command: Command) -> Result<Vec<u8>, Error> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.map_err(not_run(&name))?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(Error::Failed(format!("{command:?}"))),
    }
}

fn not_run(command: &str) -> impl Fn(io::Error) -> Error + '_ {
    move |source| Error::NotRun {
        command: command.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TempDir;

    fn checked(json: &str) -> Result<(), String> {
        let directory = TempDir::new();
        directory.write("a.json", json);
        check_format(&directory.path().join("a.json")).map_err(|error| error.to_string())
    }

    #[test]
    fn the_known_format_is_taken() {
        assert_eq!(
            checked(&format!("{{\"format_version\": {FORMAT}}}")),
            Ok(())
        );
    }

    #[test]
    fn another_compiler_is_named_with_what_to_do() {
        let message = checked("{\"format_version\": 99}").unwrap_err();
        assert!(message.starts_with("rustc "), "{message}");
        assert!(
            message.contains("in format 99, and the listings are read from format 57"),
            "{message}"
        );
        assert!(
            message.contains("run `cargo +1.95.0 xtask api`"),
            "{message}"
        );
    }
}
