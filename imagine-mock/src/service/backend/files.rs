//! The downloadable files that responses link to.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::Method;

use crate::latest::Latest;
use crate::media_file::MediaFile;

/// The directory of the files below either base path.
const DIRECTORY: &str = "/files/";

/// Returns whether a request downloads a file.
pub(crate) fn is_download(method: &Method, path: &str) -> bool {
    method == Method::GET && path.starts_with(DIRECTORY)
}

/// The latest files by name, each as a recipe that is rendered on download.
#[derive(Debug)]
pub(crate) struct Files {
    files: Mutex<Latest<(String, MediaFile)>>,
}

impl Files {
    pub(crate) fn new(limit: usize) -> Self {
        // The parameters of a file are small, so their number limits their size.
        let files = Mutex::new(Latest::new(limit, usize::MAX));
        Self { files }
    }

    /// Stores a file and returns its path below the base path.
    pub(crate) fn store(&self, name: &str, file: MediaFile) -> String {
        let name = format!("{name}.{}", file.extension());
        let path = format!("{DIRECTORY}{name}");
        self.lock().push((name, file), 0);
        path
    }

    /// Returns the file at a path below the base path.
    pub(crate) fn get(&self, path: &str) -> Option<MediaFile> {
        let requested = path.strip_prefix(DIRECTORY)?;
        let files = self.lock();
        let file = files.iter().find(|(name, _)| name == requested);
        file.map(|(_, file)| file.clone())
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Latest<(String, MediaFile)>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
