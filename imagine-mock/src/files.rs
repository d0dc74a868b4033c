//! The downloadable files that responses link to.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use axum::http::Method;

use crate::service::MediaFile;

/// The directory of the files below either base path.
const DIRECTORY: &str = "/files/";

/// Returns whether a request downloads a file.
pub(crate) fn is_download(method: &Method, path: &str) -> bool {
    method == Method::GET && path.starts_with(DIRECTORY)
}

/// The latest files by name, each as a recipe that is rendered on download.
#[derive(Debug)]
pub(crate) struct Files {
    files: Mutex<VecDeque<(String, MediaFile)>>,
    /// The limit beyond which the oldest files are dropped. It bounds the memory of a long run.
    limit: usize,
}

impl Files {
    pub(crate) fn new(limit: usize) -> Self {
        let files = Mutex::default();
        Self { files, limit }
    }

    /// Stores a file and returns its path below the base path.
    pub(crate) fn store(&self, name: &str, file: MediaFile) -> String {
        let name = format!("{name}.{}", file.extension());
        let path = format!("{DIRECTORY}{name}");
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.push_back((name, file));
        if files.len() > self.limit {
            files.pop_front();
        }
        path
    }

    /// Returns the file at a path below the base path.
    pub(crate) fn get(&self, path: &str) -> Option<MediaFile> {
        let requested = path.strip_prefix(DIRECTORY)?;
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files
            .iter()
            .find(|(name, _)| name == requested)
            .map(|(_, file)| file.clone())
    }
}
