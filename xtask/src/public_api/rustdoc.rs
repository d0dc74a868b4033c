//! Reads rustdoc's JSON, the only format that contains expanded macros.
//!
//! The format is unstable and differs between compiler releases. Stable compilers write it if `RUSTC_BOOTSTRAP` is set.
//! With the variable set for all of cargo, every dependency would be rebuilt, so this program replaces rustdoc and sets
//! the variable for rustdoc alone.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde_json::Value;

use super::error::{Error, FORMAT};

/// The variable that makes this program run rustdoc; its value is the path of rustdoc.
const RUSTDOC: &str = "IMAGINE_XTASK_RUSTDOC";

/// Runs rustdoc instead of this program if cargo called it as rustdoc.
pub(crate) fn stand_in() -> Option<ExitCode> {
    let rustdoc = env::var_os(RUSTDOC)?;
    let status = Command::new(rustdoc)
        .args(env::args_os().skip(1))
        .env("RUSTC_BOOTSTRAP", "1")
        .status();
    Some(match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// Documents a package with all features and returns the path of the JSON file, after checking its format.
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
        .env(RUSTDOC, or("RUSTDOC", "rustdoc"))
        .env("RUSTDOC", env::current_exe().map_err(not_run("xtask"))?);
    output(rustdoc)?;
    let path = target(root)?.join(format!("doc/{}.json", package.replace('-', "_")));
    check_format(&path)?;
    Ok(path)
}

/// Returns cargo's target directory.
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

/// Returns the program that a variable names, or the default.
fn or(variable: &str, program: &str) -> OsString {
    env::var_os(variable).unwrap_or_else(|| program.into())
}

/// Runs a program and returns its standard output. Its standard error is inherited.
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
    fn accepts_the_known_format() {
        assert_eq!(
            checked(&format!("{{\"format_version\": {FORMAT}}}")),
            Ok(())
        );
    }

    #[test]
    fn an_error_names_another_compiler_and_the_fix() {
        let message = checked("{\"format_version\": 99}").unwrap_err();
        assert!(message.starts_with("rustc "), "{message}");
        assert!(
            message.contains("of format 99, but the listings need format 57"),
            "{message}"
        );
        assert!(
            message.contains("run `cargo +1.95.0 xtask api`"),
            "{message}"
        );
    }
}
