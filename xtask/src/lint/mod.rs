//! `cargo xtask spec lint`: what is wrong with a specification, by named rules.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::api::APIS;
use crate::error::Error;
use crate::outcome::{Outcome, say};
use crate::spec::{Document, hints};

/// Checks the files, or every specification below `root`.
pub(crate) fn run(root: &Path, files: &[PathBuf], out: &mut impl Write) -> Result<Outcome, Error> {
    let mut outcome = Outcome::Good;
    for file in names(files) {
        let document = Document::load(&root.join(&file), &file)?;
        if let Err(fault) = hints::check(&document.value) {
            say(out, format_args!("{}", document.locate(fault)));
            outcome = Outcome::Bad;
        }
    }
    Ok(outcome)
}

fn names(files: &[PathBuf]) -> Vec<String> {
    if files.is_empty() {
        return APIS.iter().map(|api| api.spec.to_owned()).collect();
    }
    files
        .iter()
        .map(|file| file.display().to_string())
        .collect()
}
