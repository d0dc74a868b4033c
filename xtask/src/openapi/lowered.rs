//! The marks that the passes of normalization leave in a document, for later passes and for the emitters.

/// The component with the arguments, on an operation or a view.
pub(crate) const ARGUMENTS: &str = "x-lowered-arguments";

/// The wire name of a property, if it differs from the key.
pub(crate) const WIRE: &str = "x-lowered-wire";

/// The name of the Rust field, if typify would give it another.
pub(crate) const IDENT: &str = "x-lowered-ident";

/// The location of a parameter: `path`, `query`, `header` or `cookie`.
pub(crate) const LOCATION: &str = "x-lowered-location";

/// The encoding of a list or an object outside of a JSON body, by the names of the derive.
pub(crate) const STYLE: &str = "x-lowered-style";

/// Marks a property of a sampling schema.
pub(crate) const FROM_SAMPLING: &str = "x-lowered-from-sampling";

/// The sampling schema that a merged object contains.
pub(crate) const SAMPLING: &str = "x-lowered-sampling";

/// The JSON pointer to the original location of a schema.
pub(crate) const ORIGIN: &str = "x-lowered-origin";

/// A variant of a union: its Rust `name`, the `tag` of the union, and the values of the tag, `tags`.
pub(crate) const VARIANT: &str = "x-lowered-variant";
