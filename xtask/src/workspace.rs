//! The workspace: its directory, and the APIs that code is generated for.

use std::path::PathBuf;

/// Returns the directory of the workspace that this program was built in.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// An API with a specification.
#[derive(Debug, PartialEq)]
pub(crate) struct Api {
    /// The name of its modules.
    pub(crate) name: &'static str,
    /// True if its types exist without its feature because another API uses them too.
    pub(crate) shared: bool,
    /// The path of its specification, relative to the workspace.
    pub(crate) spec: &'static str,
}

/// Every API. Add a new API here.
pub(crate) const APIS: &[Api] = &[
    Api {
        name: "inference",
        shared: true,
        spec: "openapi/inference.yaml",
    },
    Api {
        name: "media",
        shared: false,
        spec: "openapi/media.yaml",
    },
];
