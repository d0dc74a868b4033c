//! The APIs that code is generated for.

/// An API with a specification.
pub(crate) struct Api {
    /// The name of its modules.
    pub(crate) name: &'static str,
    /// Its specification, below the root of the workspace.
    pub(crate) spec: &'static str,
}

/// Every API. A new one is one more line here.
pub(crate) const APIS: &[Api] = &[
    Api {
        name: "inference",
        spec: "openapi/inference.yaml",
    },
    Api {
        name: "media",
        spec: "openapi/media.yaml",
    },
];
