//! Files that answers link to.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::simulate::Work;

/// The oldest files are forgotten beyond this many, so that a mock can run for long.
const MOST_KEPT: usize = 10_000;

/// The folder below either base in which the files lie.
const FOLDER: &str = "/files/";

/// The latest files by name, each as what it takes to make it.
#[derive(Debug, Default)]
pub(crate) struct Files(Mutex<VecDeque<(String, Work)>>);

impl Files {
    /// Keeps a file and says its path below the base.
    pub(crate) fn keep(&self, name: &str, work: Work) -> String {
        let name = format!("{name}.{}", work.extension());
        let path = format!("{FOLDER}{name}");
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == MOST_KEPT {
            kept.pop_front();
        }
        kept.push_back((name, work));
        path
    }

    /// The file at a path below the base.
    pub(crate) fn at(&self, path: &str) -> Option<Work> {
        let wanted = path.strip_prefix(FOLDER)?;
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, work)| work.clone())
    }
}
