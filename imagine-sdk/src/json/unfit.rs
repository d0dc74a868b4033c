//! Values that do not fit the types of their fields.
//!
//! The field is left unset, and the JSON text of the value is kept under its name among the unknown fields. A response
//! is rejected only if a required field is missing then.
//!
//! The reader hands the text of a value that does not fit to the innermost field that can keep it: the decoders that
//! `#[derive(Response)]` generates ask for it with [`take`]. They are generic over the deserializer, whose errors
//! contain no texts.

use std::cell::RefCell;

thread_local! {
    /// The text of the value that did not fit, until a field keeps it.
    static TEXT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Hands over the text of the value that has just failed to decode, in place of that of a value within.
#[cold]
pub(super) fn hand_over(text: &str) {
    TEXT.set(Some(text.to_owned()));
}

/// Returns the text of the value that has just failed to decode. `None` if the deserializer does not hold texts.
#[cold]
pub(super) fn take() -> Option<String> {
    TEXT.take()
}
