//! The directory of the workspace.

use std::path::PathBuf;

/// Returns the directory of the workspace that this program was built in.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
