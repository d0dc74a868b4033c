//! Loads versions of a specification from files, directories and git revisions.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::apis::{self, Api};
use crate::error::Error;
use crate::openapi::Document;
use crate::openapi::json;
use crate::openapi::lower::{lowered, null};

/// Two versions of a document.
#[derive(Debug)]
pub(crate) struct Pair {
    /// The name of the document.
    pub(crate) name: String,
    pub(crate) old: Value,
    pub(crate) new: Value,
}

/// The documents that an argument names.
#[derive(Debug)]
enum Version {
    One(Value),
    /// A document for each API that has one.
    All(Vec<Option<Value>>),
}

/// Loads both versions of the documents that two arguments name.
pub(super) fn pairs(root: &Path, old: &str, new: &str) -> Result<Vec<Pair>, Error> {
    let pair = |name: &str, old, new| Pair {
        name: name.to_owned(),
        old,
        new,
    };
    let apis = apis::load(root)?;
    match (read(root, old, &apis)?, read(root, new, &apis)?) {
        (Version::One(before), Version::One(after)) => Ok(vec![pair(&stem(new), before, after)]),
        (Version::All(before), Version::All(after)) => Ok(apis
            .iter()
            .zip(before.into_iter().zip(after))
            .filter_map(|(api, (before, after))| {
                let old = before.clone().or_else(|| without_operations(&after))?;
                let new = after.or_else(|| without_operations(&before))?;
                Some(pair(&api.name, old, new))
            })
            .collect()),
        _ => Err(Error::Unlike(old.to_owned(), new.to_owned())),
    }
}

fn load(path: &Path, file: &str) -> Result<Value, Error> {
    let text = fs::read_to_string(path).map_err(Error::file("read", path))?;
    parse(file, &text)
}

pub(super) fn parse(file: &str, text: &str) -> Result<Value, Error> {
    let document = Document::comparable(file, text)?;
    let mut value = lowered(&document.value).into_owned();
    null::null_variants(&mut value);
    // The version is compared too.
    if let Some(version) = document.value.get("openapi") {
        json::set(&mut value, "openapi", version.clone());
    }
    Ok(value)
}

/// Loads a version: a file is one document, a directory contains all of `openapi/`, `REVISION:FILE` is a file of a
/// revision, and everything else is a revision.
fn read(root: &Path, argument: &str, apis: &[Api]) -> Result<Version, Error> {
    let path = PathBuf::from(argument);
    if path.is_file() {
        return load(&path, argument).map(Version::One);
    }
    if path.is_dir() {
        return each(apis, |api| {
            load(&path.join(&api.document), &api.document).map(Some)
        });
    }
    if argument.contains(':') {
        return parse(argument, &show(root, argument)?).map(Version::One);
    }
    check_revision(root, argument)?;
    each(apis, |api| at_revision(root, argument, api))
}

/// Returns the substitute for an absent document: one without operations.
fn without_operations(doc: &Option<Value>) -> Option<Value> {
    let mut doc = doc.clone()?;
    doc.as_object_mut()?.remove("paths");
    Some(doc)
}

fn each(
    apis: &[Api],
    load: impl FnMut(&Api) -> Result<Option<Value>, Error>,
) -> Result<Version, Error> {
    apis.iter()
        .map(load)
        .collect::<Result<_, _>>()
        .map(Version::All)
}

/// Loads the specification of an API at a revision, if it exists there.
fn at_revision(root: &Path, revision: &str, api: &Api) -> Result<Option<Value>, Error> {
    let listed = git(
        root,
        &["ls-tree", "--name-only", revision, "--", &api.document],
    )?;
    if listed.trim().is_empty() {
        return Ok(None);
    }
    let file = format!("{revision}:./{}", api.document);
    parse(&file, &show(root, &file)?).map(Some)
}

fn check_revision(root: &Path, revision: &str) -> Result<(), Error> {
    let commit = format!("{revision}^{{commit}}");
    git(
        root,
        &[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &commit,
        ],
    )
    .map(drop)
    .map_err(|_| Error::Git {
        object: format!("`{revision}`"),
        response: "not a file, a directory or a revision".to_owned(),
    })
}

fn show(root: &Path, object: &str) -> Result<String, Error> {
    git(root, &["show", "--end-of-options", object])
}

fn git(root: &Path, arguments: &[&str]) -> Result<String, Error> {
    let failed = |response: String| Error::Git {
        object: format!("`{}`", arguments.last().unwrap_or(&"")),
        response,
    };
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        let response = String::from_utf8_lossy(&output.stderr);
        return Err(failed(response.trim().to_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Returns a file's name without directories and extension.
fn stem(argument: &str) -> String {
    let file = argument.rsplit([':', '/']).next().unwrap_or(argument);
    file.split('.').next().unwrap_or(file).to_owned()
}
