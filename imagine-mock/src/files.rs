//! Files that answers link to.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use axum::http::Method;

use crate::simulate::Work;

/// The folder below either base in which the files lie.
const FOLDER: &str = "/files/";

/// Whether a request is for a file.
pub(crate) fn is_download(method: &Method, path: &str) -> bool {
    method == Method::GET && path.starts_with(FOLDER)
}

/// The latest files by name, each as what it takes to make it.
#[derive(Debug)]
pub(crate) struct Files {
    kept: Mutex<VecDeque<(String, Work)>>,
    /// The oldest are forgotten beyond this many, so that a mock can run for long.
    most: usize,
}

impl Files {
    pub(crate) fn new(most: usize) -> Self {
        let kept = Mutex::default();
        Self { kept, most }
    }

    /// Keeps a file and says its path below the base.
    pub(crate) fn keep(&self, name: &str, work: Work) -> String {
        let name = format!("{name}.{}", work.extension());
        let path = format!("{FOLDER}{name}");
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back((name, work));
        if kept.len() > self.most {
            kept.pop_front();
        }
        path
    }

    /// The file at a path below the base.
    pub(crate) fn at(&self, path: &str) -> Option<Work> {
        let wanted = path.strip_prefix(FOLDER)?;
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, work)| work.clone())
    }
}
