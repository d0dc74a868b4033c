//! The APIs that code is generated for.

/// An API with a specification.
#[derive(Debug, PartialEq)]
pub(crate) struct Api {
    /// The name of its modules.
    pub(crate) name: &'static str,
    /// Whether its types are there without its feature, because another API speaks them too.
    pub(crate) shared: bool,
    /// Its specification, below the root of the workspace.
    pub(crate) spec: &'static str,
}

/// Every API. A new one is one more line here.
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
