//! `cargo xtask api`: writes the public API of the published crates, one item per line, so that reviews show its
//! changes.

mod change;
mod error;
#[cfg(test)]
mod exhaustive;
pub(crate) mod rustdoc;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use change::Change;
pub(crate) use error::Error;

use crate::error::Error as TaskError;
use crate::outcome::{self, Mode, Outcome};

/// The published packages.
const PACKAGES: [&str; 3] = ["imagine-macros", "imagine-mock", "imagine-sdk"];

/// Writes the listings below `root`, or checks that they are up to date.
pub(crate) fn run(root: &Path, mode: Mode, out: &mut impl Write) -> Result<Outcome, TaskError> {
    let mut changes = Vec::new();
    for package in PACKAGES {
        let (path, items) = (path(package), items(root, package)?);
        let written = read(&root.join(&path))?;
        let change = Change::between(path, &written, &lines(&items));
        outcome::print_line(out, format_args!("{package}: {} public items", items.len()));
        if let (Mode::Write, Some(change)) = (mode, &change) {
            write(&root.join(&change.path), &items)?;
        }
        changes.extend(change);
    }
    match mode {
        Mode::Check if !changes.is_empty() => Err(Error::Changed(changes).into()),
        _ => Ok(Outcome::Good),
    }
}

fn path(package: &str) -> PathBuf {
    Path::new("api").join(format!("{package}.txt"))
}

/// Lists the public items of a package, without blanket and auto trait implementations.
fn items(root: &Path, package: &str) -> Result<Vec<String>, Error> {
    let json = rustdoc::document(root, package)?;
    let api = public_api::Builder::from_rustdoc_json(&json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()
        .map_err(|error| Error::unreadable(&json, error))?;
    // The library's order keeps the items of a type together.
    let mut items: Vec<String> = api.items().map(ToString::to_string).collect();
    items.dedup();
    Ok(items)
}

/// Reads a listing; a missing file is empty.
fn read(path: &Path) -> Result<String, TaskError> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        text => text.map_err(TaskError::file("read", path)),
    }
}

fn write(path: &Path, items: &[String]) -> Result<(), TaskError> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(TaskError::file("create the directory of", path))?;
    }
    fs::write(path, lines(items)).map_err(TaskError::file("write", path))
}

fn lines(items: &[String]) -> String {
    items.iter().map(|item| format!("{item}\n")).collect()
}
