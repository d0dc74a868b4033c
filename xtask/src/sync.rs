//! Brings the `generated` folders in line with the plan, or says where they are not.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::artifact::Artifact;
use crate::drift::{Difference, Drift};
use crate::error::Error;
use crate::{compare, lock, lowering};

/// The generated files that are in no `generated` folder: they stand beside what they are about.
const ALONE: [&str; 3] = [lock::FILE, lowering::FILE, compare::FILE];

/// What to do about a difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    Write,
    Check,
}

/// Compares the plan with the files below `root`, and answers with the paths that were written or deleted.
pub(crate) fn sync(root: &Path, plan: &[Artifact], mode: Mode) -> Result<Vec<PathBuf>, Error> {
    let folders = folders(plan)?;
    let differences = differences(root, plan, &folders)?;
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
        mend(&root.join(difference.path()), planned)?;
    }
    Ok(differences
        .iter()
        .map(|difference| difference.path().to_owned())
        .collect())
}

/// The `generated` folders of the plan. Anything outside of them is refused before anything is written.
fn folders(plan: &[Artifact]) -> Result<BTreeSet<PathBuf>, Error> {
    let paths = plan.iter().map(|artifact| artifact.path.as_path());
    paths
        .filter(|path| !ALONE.iter().any(|alone| *path == Path::new(alone)))
        .map(folder)
        .collect()
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

/// Why there may be differences: what the lock says of the last time, against what it says now.
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
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Some(Difference::Missing { path }));
        }
        found => found.map_err(Error::file("read", &path))?,
    };
    let found = String::from_utf8_lossy(&found);
    Ok((found != artifact.contents).then(|| Difference::stale(path, &artifact.contents, &found)))
}

/// Every file in a folder, sorted. A folder that does not exist has none.
fn files(root: &Path, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = Error::file("list", folder);
    let entries = match fs::read_dir(root.join(folder)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(&failed)?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(&failed)?;
        let path = folder.join(entry.file_name());
        if entry.file_type().map_err(&failed)?.is_dir() {
            found.extend(files(root, &path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn mend(path: &Path, planned: Option<&Artifact>) -> Result<(), Error> {
    let Some(artifact) = planned else {
        return fs::remove_file(path).map_err(Error::file("delete", path));
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::file("create the folder of", path))?;
    }
    fs::write(path, &artifact.contents).map_err(Error::file("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Folder;

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
    fn writing_twice_writes_nothing_the_second_time() {
        let folder = Folder::new();
        let written = sync(folder.path(), &plan(), Mode::Write).unwrap();
        assert_eq!(
            written,
            [
                Path::new("a/generated/mod.rs"),
                Path::new("a/generated/b/c.rs")
            ]
        );
        assert_eq!(folder.read("a/generated/b/c.rs"), "c\n");
        assert_eq!(
            sync(folder.path(), &plan(), Mode::Write).unwrap(),
            [""; 0].map(PathBuf::from)
        );
        sync(folder.path(), &plan(), Mode::Check).unwrap();
    }

    #[test]
    fn the_check_tells_all_differences_and_mends_none() {
        let folder = Folder::new();
        folder.write("a/generated/mod.rs", "one\nthree\n");
        folder.write("a/generated/old/d.rs", "");
        folder.write("a/other.rs", "");
        let message = sync(folder.path(), &plan(), Mode::Check)
            .unwrap_err()
            .to_string();
        let expected = "3 of the generated files are not what the specifications say:
  stale: a/generated/mod.rs, line 2
    expected: two
    found:    three
  missing: a/generated/b/c.rs
  orphaned: a/generated/old/d.rs
Run `cargo xtask codegen` to mend this.";
        assert_eq!(message, expected);
        assert_eq!(folder.read("a/generated/mod.rs"), "one\nthree\n");
    }

    #[test]
    fn writing_mends_all_differences_and_leaves_other_folders_alone() {
        let folder = Folder::new();
        folder.write("a/generated/mod.rs", "one\r\n");
        folder.write("a/generated/old/d.rs", "");
        folder.write("a/other.rs", "");
        sync(folder.path(), &plan(), Mode::Write).unwrap();
        sync(folder.path(), &plan(), Mode::Check).unwrap();
        assert!(!folder.path().join("a/generated/old/d.rs").exists());
        assert!(folder.path().join("a/other.rs").exists());
    }

    #[test]
    fn nothing_is_written_outside_of_generated_folders() {
        for path in [
            "a/src/lib.rs",
            "generated",
            "a/generated/../lib.rs",
            "/generated/lib.rs",
        ] {
            let folder = Folder::new();
            let plan = [plan(), vec![artifact(path, "")]].concat();
            let error = sync(folder.path(), &plan, Mode::Write).unwrap_err();
            assert!(matches!(error, Error::Outside { .. }), "{path}: {error}");
            assert!(!folder.path().join("a").exists(), "{path}");
        }
    }
}
