//! The marks that the passes of normalization leave in a document, for later passes and for the emitters.

/// The component with the arguments, on an operation or a view.
pub(crate) const ARGUMENTS: &str = "x-lowered-arguments";

/// The wire name of a property, if it differs from the key.
pub(crate) const WIRE: &str = "x-lowered-wire";

/// The location of a parameter: `path` or `query`.
pub(crate) const LOCATION: &str = "x-lowered-location";

/// Marks a property of a sampling schema.
pub(crate) const FROM_SAMPLING: &str = "x-lowered-from-sampling";

/// The sampling schema that a merged object contains.
pub(crate) const SAMPLING: &str = "x-lowered-sampling";

/// The JSON pointer to the original location of a schema.
pub(crate) const ORIGIN: &str = "x-lowered-origin";
