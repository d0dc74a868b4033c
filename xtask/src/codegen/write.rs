//! Writes the planned files, or reports the ones that differ.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::drift::{Difference, Drift};
use crate::artifact::{Artifact, MARK};
use crate::error::Error;
use crate::outcome::{Mode, Outcome};

/// The number of bytes in which a generated file names its generator.
const MARK_WITHIN: usize = 256;

/// Compares the plan with the files below `root` and returns the differences, which are fixed. The files of `beside`
/// are outside of `generated` directories.
pub(super) fn apply(
    root: &Path,
    plan: &[Artifact],
    beside: &[&str],
    mode: Mode,
) -> Result<Vec<Difference>, Error> {
    let directories = directories(plan, beside)?;
    let differences = differences(root, plan, &directories)?;
    if mode == Mode::Check && !differences.is_empty() {
        return Err(Error::Task(Outcome::Bad, Box::new(Drift { differences })));
    }
    for difference in &differences {
        let planned = plan
            .iter()
            .find(|artifact| artifact.path == difference.path());
        update(&root.join(difference.path()), planned)?;
    }
    Ok(differences)
}

/// Returns the `generated` directories of the plan. Rejects other paths before anything is written.
fn directories(plan: &[Artifact], beside: &[&str]) -> Result<BTreeSet<PathBuf>, Error> {
    let paths = plan.iter().map(|artifact| artifact.path.as_path());
    paths
        .filter(|path| !beside.iter().any(|file| *path == Path::new(file)))
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
        let files = files(root, directory)?.into_iter();
        let orphans = files
            .filter(|path| !planned.contains(path.as_path()) && is_generated(&root.join(path)));
        differences.extend(orphans.map(|path| Difference::Orphaned { path }));
    }
    Ok(differences)
}

/// Returns true if codegen wrote the file, to which its first lines testify.
fn is_generated(path: &Path) -> bool {
    let contents = fs::read(path).unwrap_or_default();
    let head = contents.get(..contents.len().min(MARK_WITHIN));
    head.is_some_and(|head| String::from_utf8_lossy(head).contains(MARK))
}

fn compare(root: &Path, artifact: &Artifact) -> Result<Option<Difference>, Error> {
    let path = artifact.path.clone();
    let found = match fs::read(root.join(&path)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Some(Difference::Missing { path }));
        }
        found => found.map_err(Error::file("read", &path))?,
    };
    // A checkout may convert the ends of lines.
    let found = String::from_utf8_lossy(&found).replace("\r\n", "\n");
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
        let kind = entry.file_type().map_err(&failed)?;
        if kind.is_dir() {
            found.extend(files(root, &path)?);
        } else if kind.is_file() {
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
    // A failed write must not leave half a file.
    let temporary = path.with_extension("tmp");
    let written =
        fs::write(&temporary, &artifact.contents).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The first error is the one to report.
        let _: io::Result<()> = fs::remove_file(&temporary);
    }
    written.map_err(Error::file("write", path))
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

    fn apply(root: &Path, mode: Mode) -> Result<Vec<Difference>, Error> {
        super::apply(root, &plan(), &[], mode)
    }

    #[test]
    fn a_second_run_writes_nothing() {
        let directory = TempDir::new();
        let written = apply(directory.path(), Mode::Write).unwrap();
        let written: Vec<&Path> = written.iter().map(Difference::path).collect();
        let expected = [
            Path::new("a/generated/mod.rs"),
            Path::new("a/generated/b/c.rs"),
        ];
        assert_eq!(written, expected);
        assert_eq!(directory.read("a/generated/b/c.rs"), "c\n");
        assert_eq!(apply(directory.path(), Mode::Write).unwrap(), []);
        apply(directory.path(), Mode::Check).unwrap();
    }

    #[test]
    fn check_reports_all_differences_and_writes_nothing() {
        let directory = TempDir::new();
        directory.write("a/generated/mod.rs", "one\nthree\n");
        directory.write("a/generated/old/d.rs", MARK);
        directory.write("a/other.rs", MARK);
        let message = apply(directory.path(), Mode::Check)
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
    fn write_deletes_only_generated_files_and_leaves_no_temporary_ones() {
        let directory = TempDir::new();
        directory.write("a/generated/mod.rs", "one\n");
        directory.write("a/generated/old/d.rs", MARK);
        directory.write("a/generated/notes.txt", "Notes.");
        directory.write("a/other.rs", MARK);
        apply(directory.path(), Mode::Write).unwrap();
        apply(directory.path(), Mode::Check).unwrap();
        let exists = |path: &str| directory.path().join(path).exists();
        assert!(!exists("a/generated/old/d.rs"));
        assert!(exists("a/generated/notes.txt") && exists("a/other.rs"));
        assert!(!exists("a/generated/mod.tmp"));
    }

    #[test]
    fn the_ends_of_lines_do_not_matter() {
        let directory = TempDir::new();
        for Artifact { path, contents } in plan() {
            directory.write(path.to_str().unwrap(), &contents.replace('\n', "\r\n"));
        }
        apply(directory.path(), Mode::Check).unwrap();
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
            let error =
                super::apply(directory.path(), &plan, &["a/b.md"], Mode::Write).unwrap_err();
            assert!(matches!(error, Error::Outside { .. }), "{path}: {error}");
            assert!(!directory.path().join("a").exists(), "{path}");
        }
    }
}
