//! Files that answers link to.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;

/// The oldest files are forgotten beyond this many, so that a mock can run for long.
const MOST_KEPT: usize = 256;

/// The folder below the base in which the files lie.
const FOLDER: &str = "/files/";

/// The latest files, by name.
#[derive(Debug, Default)]
pub(crate) struct Files(Mutex<VecDeque<(String, Bytes)>>);

impl Files {
    /// Keeps a file and says its path below the base.
    pub(crate) fn keep(&self, name: &str, file: Bytes) -> String {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == MOST_KEPT {
            kept.pop_front();
        }
        kept.push_back((name.to_owned(), file));
        format!("{FOLDER}{name}")
    }

    /// The file at a path below the base.
    pub(crate) fn at(&self, path: &str) -> Option<Bytes> {
        let wanted = path.strip_prefix(FOLDER)?;
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, file)| file.clone())
    }
}
