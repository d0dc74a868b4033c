//! Complete text of errors.

use std::error::Error as _;
use std::fmt::Write as _;

use imagine_sdk::Error;

use crate::KEY;

/// Returns `Display` and `Debug` of an error and its causes.
pub fn full_error_text(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(text, " {error} {error:?}").unwrap();
        cause = error.source();
    }
    text
}

/// Asserts that neither an error nor its causes print `secret`.
#[track_caller]
pub fn assert_not_in_error(error: &Error, secret: &str) {
    let text = full_error_text(error);
    assert!(!text.contains(secret), "{secret} is in {text}");
}

/// Asserts that the message is one line, starts with the operation, and does not contain the key.
#[track_caller]
pub fn assert_error_line(error: &Error, operation: &str) {
    let text = error.to_string();
    assert!(text.starts_with(&format!("{operation}: ")), "{text}");
    assert!(!text.contains('\n'), "{text}");
    assert_eq!(error.operation(), Some(operation), "{text}");
    assert_not_in_error(error, KEY);
}
