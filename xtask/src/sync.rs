//! Brings the `generated` folders in line with the plan, or says where they are not.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use thiserror::Error;

use crate::artifact::Artifact;
use crate::error::Error;

/// What to do about a difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    Write,
    Check,
}

/// The files that are not what the specifications say.
#[derive(Debug, Error)]
#[error("{} of the generated files are not what the specifications say:{}\nRun `cargo xtask codegen` to mend this.", .0.len(), list(.0))]
pub(crate) struct Drift(pub(crate) Vec<Difference>);

/// One file that is not what the specifications say.
#[derive(Debug, PartialEq)]
pub(crate) enum Difference {
    Stale {
        path: PathBuf,
        line: usize,
        expected: String,
        found: String,
    },
    Missing {
        path: PathBuf,
    },
    Orphaned {
        path: PathBuf,
    },
}

/// Compares the plan with the files below `root`, and answers with the paths that were written or deleted.
pub(crate) fn sync(root: &Path, plan: &[Artifact], mode: Mode) -> Result<Vec<PathBuf>, Error> {
    let folders = folders(plan)?;
    let differences = differences(root, plan, &folders)?;
    if differences.is_empty() {
        return Ok(Vec::new());
    }
    if mode == Mode::Check {
        return Err(Drift(differences).into());
    }
    let planned: BTreeMap<&Path, &Artifact> = plan
        .iter()
        .map(|artifact| (artifact.path.as_path(), artifact))
        .collect();
    let paths: Vec<PathBuf> = differences
        .iter()
        .map(|difference| difference.path().to_owned())
        .collect();
    for path in &paths {
        mend(&root.join(path), planned.get(path.as_path()).copied())?;
    }
    Ok(paths)
}

/// The `generated` folders of the plan. Anything outside of them is refused before anything is written.
fn folders(plan: &[Artifact]) -> Result<BTreeSet<PathBuf>, Error> {
    plan.iter().map(|artifact| folder(&artifact.path)).collect()
}

fn folder(path: &Path) -> Result<PathBuf, Error> {
    let plain = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let generated = path
        .ancestors()
        .skip(1)
        .find(|folder| folder.file_name() == Some(OsStr::new("generated")));
    match generated {
        Some(folder) if plain => Ok(folder.to_owned()),
        _ => Err(Error::Outside {
            path: path.to_owned(),
        }),
    }
}

fn differences(
    root: &Path,
    plan: &[Artifact],
    folders: &BTreeSet<PathBuf>,
) -> Result<Vec<Difference>, Error> {
    let mut differences = Vec::new();
    for artifact in plan {
        differences.extend(compare(root, artifact)?);
    }
    let planned: BTreeSet<&Path> = plan
        .iter()
        .map(|artifact| artifact.path.as_path())
        .collect();
    for folder in folders {
        let files = files(root, folder)?
            .into_iter()
            .filter(|path| !planned.contains(path.as_path()));
        differences.extend(files.map(|path| Difference::Orphaned { path }));
    }
    Ok(differences)
}

fn compare(root: &Path, artifact: &Artifact) -> Result<Option<Difference>, Error> {
    let path = artifact.path.clone();
    let found = match fs::read(root.join(&path)) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Some(Difference::Missing { path }));
        }
        Err(source) => {
            return Err(Error::File {
                action: "read",
                path,
                source,
            });
        }
    };
    Ok((found != artifact.contents.as_bytes()).then(|| {
        let (line, expected, found) =
            first_difference(&artifact.contents, &String::from_utf8_lossy(&found));
        Difference::Stale {
            path,
            line,
            expected,
            found,
        }
    }))
}

/// The first line that differs, with both of its forms.
fn first_difference(expected: &str, found: &str) -> (usize, String, String) {
    let (mut expected, mut found) = (expected.split('\n'), found.split('\n'));
    let mut line = 1;
    loop {
        match (expected.next(), found.next()) {
            (Some(one), Some(other)) if one == other => line += 1,
            (one, other) => return (line, shown(one), shown(other)),
        }
    }
}

fn shown(line: Option<&str>) -> String {
    line.map_or_else(
        || "(the end of the file)".to_owned(),
        |line| line.escape_debug().to_string(),
    )
}

/// Every file in a folder, sorted. A folder that does not exist has none.
fn files(root: &Path, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |source| Error::File {
        action: "list",
        path: folder.to_owned(),
        source,
    };
    let entries = match fs::read_dir(root.join(folder)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let path = folder.join(entry.file_name());
        if entry.file_type().map_err(failed)?.is_dir() {
            found.extend(files(root, &path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn mend(path: &Path, planned: Option<&Artifact>) -> Result<(), Error> {
    let failed = |action| {
        move |source| Error::File {
            action,
            path: path.to_owned(),
            source,
        }
    };
    let Some(artifact) = planned else {
        return fs::remove_file(path).map_err(failed("delete"));
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed("create the folder of"))?;
    }
    fs::write(path, &artifact.contents).map_err(failed("write"))
}

impl Difference {
    fn path(&self) -> &Path {
        match self {
            Self::Stale { path, .. } | Self::Missing { path } | Self::Orphaned { path } => path,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path().display();
        match self {
            Self::Stale {
                line,
                expected,
                found,
                ..
            } => {
                write!(
                    f,
                    "stale: {path}, line {line}\n    expected: {expected}\n    found:    {found}"
                )
            }
            Self::Missing { .. } => write!(f, "missing: {path}"),
            Self::Orphaned { .. } => write!(f, "orphaned: {path}"),
        }
    }
}

fn list(differences: &[Difference]) -> String {
    differences
        .iter()
        .map(|difference| format!("\n  {difference}"))
        .collect()
}
