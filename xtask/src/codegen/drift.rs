//! Differences between the generated files and the plan.

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// The stale files.
#[derive(Debug, Error)]
#[error("{} stale:{}\nRun `cargo xtask codegen` to update the files.", files(.differences.len()), list(.differences))]
pub(crate) struct Drift {
    pub(crate) differences: Vec<Difference>,
}

/// A file that is not up to date.
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

impl Difference {
    /// Creates the difference of a file with other contents.
    pub(crate) fn stale(path: PathBuf, expected: &str, found: &str) -> Self {
        let (line, expected, found) = first_difference(expected, found);
        Self::Stale {
            path,
            line,
            expected,
            found,
        }
    }

    /// Returns the change that fixes the difference.
    pub(super) fn fix(&self) -> &'static str {
        match self {
            Self::Stale { .. } | Self::Missing { .. } => "wrote",
            Self::Orphaned { .. } => "deleted",
        }
    }

    /// Returns the path of the file.
    pub(crate) fn path(&self) -> &Path {
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

/// Returns the first line that differs, with both versions.
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
    match line {
        Some(line) => line.replace('\r', "\\r"),
        None => "(the end of the file)".to_owned(),
    }
}

fn list(lines: &[impl fmt::Display]) -> String {
    lines.iter().map(|line| format!("\n  {line}")).collect()
}

fn files(count: usize) -> String {
    match count {
        1 => "1 generated file is".to_owned(),
        _ => format!("{count} generated files are"),
    }
}
