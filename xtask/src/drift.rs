//! Differences between the generated files and the plan, told so that the reader can help them.

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// The files that are not what the specifications say.
#[derive(Debug, Error)]
#[error("{} of the generated files are not what the specifications say:{}{}\nRun `cargo xtask codegen` to help this.", .differences.len(), list(.causes), list(.differences))]
pub(crate) struct Drift {
    /// What is known of why.
    pub(crate) causes: Vec<String>,
    pub(crate) differences: Vec<Difference>,
}

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

impl Difference {
    /// A file whose contents differ.
    pub(crate) fn stale(path: PathBuf, expected: &str, found: &str) -> Self {
        let (line, expected, found) = first_difference(expected, found);
        Self::Stale {
            path,
            line,
            expected,
            found,
        }
    }

    /// The file that differs.
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
    match line {
        Some(line) => line.replace('\r', "\\r"),
        None => "(the end of the file)".to_owned(),
    }
}

fn list(lines: &[impl fmt::Display]) -> String {
    lines.iter().map(|line| format!("\n  {line}")).collect()
}
