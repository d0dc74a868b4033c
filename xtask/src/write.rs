//! Writes the planned files, or reports the ones that differ.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::artifact::Artifact;
use crate::drift::{Difference, Drift};
use crate::emit::operations_doc;
use crate::error::Error;
use crate::{compare, lock, lowering};

/// The generated files outside of `generated` directories, beside their sources.
const STANDALONE: [&str; 4] = [
    lock::FILE,
    lowering::FILE,
    compare::FILE,
    operations_doc::FILE,
];

/// The handling of differences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    Write,
    Check,
}

/// Compares the plan with the files below `root` and returns the paths that were written or deleted.
pub(crate) fn apply(root: &Path, plan: &[Artifact], mode: Mode) -> Result<Vec<PathBuf>, Error> {
    let directories = directories(plan)?;
    let differences = differences(root, plan, &directories)?;
    if differences.is_empty() {
        return Ok(Vec::new());
    }
    if mode == Mode::Check {
        return Err(Drift {
            causes: causes(root, plan),
            differences,
        }
        .into());
    }
    for difference in &differences {
        let planned = plan
            .iter()
            .find(|artifact| artifact.path == difference.path());
        update(&root.join(difference.path()), planned)?;
    }
    Ok(differences
        .iter()
        .map(|difference| difference.path().to_owned())
        .collect())
}

/// Returns the `generated` directories of the plan. Rejects other paths before anything is written.
fn directories(plan: &[Artifact]) -> Result<BTreeSet<PathBuf>, Error> {
    let paths = plan.iter().map(|artifact| artifact.path.as_path());
    paths
        .filter(|path| !STANDALONE.iter().any(|file| *path == Path::new(file)))
        .map(directory)
        .collect()
}

fn directory(path: &Path) -> Result<PathBuf, Error> {
    let plain = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let generated = path
        .ancestors()
        .skip(1)
        .find(|directory| directory.file_name() == Some(OsStr::new("generated")));
    match generated {
        Some(directory) if plain => Ok(directory.to_owned()),
        _ => Err(Error::Outside {
            path: path.to_owned(),
        }),
    }
}

/// Compares the lock of the last run with the current one.
fn causes(root: &Path, plan: &[Artifact]) -> Vec<String> {
    let planned = plan
        .iter()
        .find(|artifact| artifact.path == Path::new(lock::FILE));
    let found = fs::read_to_string(root.join(lock::FILE)).unwrap_or_default();
    planned.map_or_else(Vec::new, |now| lock::differences(&now.contents, &found))
}

fn differences(
    root: &Path,
    plan: &[Artifact],
    directories: &BTreeSet<PathBuf>,
) -> Result<Vec<Difference>, Error> {
    let mut differences = Vec::new();
    for artifact in plan {
        differences.extend(compare(root, artifact)?);
    }
    let planned: BTreeSet<&Path> = plan
        .iter()
        .map(|artifact| artifact.path.as_path())
        .collect();
    for directory in directories {
        let files = files(root, directory)?
            .into_iter()
            .filter(|path| !planned.contains(path.as_path()));
        differences.extend(files.map(|path| Difference::Orphaned { path }));
    }
    Ok(differences)
}

fn compare(root: &Path, artifact: &Artifact) -> Result<Option<Difference>, Error> {
    let path = artifact.path.clone();
    let found = match fs::read(root.join(&path)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Some(Difference::Missing { path }));
        }
        found => found.map_err(Error::file("read", &path))?,
    };
    let found = String::from_utf8_lossy(&found);
    Ok((found != artifact.contents).then(|| Difference::stale(path, &artifact.contents, &found)))
}

/// Lists the files in a directory, sorted. A missing directory is empty.
fn files(root: &Path, directory: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = Error::file("list", directory);
    let entries = match fs::read_dir(root.join(directory)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(&failed)?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(&failed)?;
        let path = directory.join(entry.file_name());
        if entry.file_type().map_err(&failed)?.is_dir() {
            found.extend(files(root, &path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn update(path: &Path, planned: Option<&Artifact>) -> Result<(), Error> {
    let Some(artifact) = planned else {
        return fs::remove_file(path).map_err(Error::file("delete", path));
    };
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(Error::file("create the directory of", path))?;
    }
    fs::write(path, &artifact.contents).map_err(Error::file("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TempDir;

    fn artifact(path: &str, contents: &str) -> Artifact {
        Artifact {
            path: path.into(),
            contents: contents.to_owned(),
        }
    }

    fn plan() -> Vec<Artifact> {
        vec![
            artifact("a/generated/mod.rs", "one\ntwo\nthree\n"),
            artifact("a/generated/b/c.rs", "c\n"),
        ]
    }

    #[test]
    fn a_second_run_writes_nothing() {
        let directory = TempDir::new();
        let written = apply(directory.path(), &plan(), Mode::Write).unwrap();
        assert_eq!(
            written,
            [
                Path::new("a/generated/mod.rs"),
                Path::new("a/generated/b/c.rs")
            ]
        );
        assert_eq!(directory.read("a/generated/b/c.rs"), "c\n");
        assert_eq!(
            apply(directory.path(), &plan(), Mode::Write).unwrap(),
            [""; 0].map(PathBuf::from)
        );
        apply(directory.path(), &plan(), Mode::Check).unwrap();
    }

    #[test]
    fn check_reports_all_differences_and_writes_nothing() {
        let directory = TempDir::new();
        directory.write("a/generated/mod.rs", "one\nthree\n");
        directory.write("a/generated/old/d.rs", "");
        directory.write("a/other.rs", "");
        let message = apply(directory.path(), &plan(), Mode::Check)
            .unwrap_err()
            .to_string();
        let expected = "3 generated files are stale:
  stale: a/generated/mod.rs, line 2
    expected: two
    found:    three
  missing: a/generated/b/c.rs
  orphaned: a/generated/old/d.rs
Run `cargo xtask codegen` to update the files.";
        assert_eq!(message, expected);
        assert_eq!(directory.read("a/generated/mod.rs"), "one\nthree\n");
    }

    #[test]
    fn write_fixes_all_differences_and_leaves_other_directories_alone() {
        let directory = TempDir::new();
        directory.write("a/generated/mod.rs", "one\r\n");
        directory.write("a/generated/old/d.rs", "");
        directory.write("a/other.rs", "");
        apply(directory.path(), &plan(), Mode::Write).unwrap();
        apply(directory.path(), &plan(), Mode::Check).unwrap();
        assert!(!directory.path().join("a/generated/old/d.rs").exists());
        assert!(directory.path().join("a/other.rs").exists());
    }

    #[test]
    fn writes_nothing_outside_of_generated_directories() {
        for path in [
            "a/src/lib.rs",
            "generated",
            "a/generated/../lib.rs",
            "/generated/lib.rs",
        ] {
            let directory = TempDir::new();
            let plan = [plan(), vec![artifact(path, "")]].concat();
            let error = apply(directory.path(), &plan, Mode::Write).unwrap_err();
            assert!(matches!(error, Error::Outside { .. }), "{path}: {error}");
            assert!(!directory.path().join("a").exists(), "{path}");
        }
    }
}
