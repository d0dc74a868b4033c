//! What errors say, and what they must not.

use std::error::Error as _;
use std::fmt::Write as _;

use imagine_sdk::Error;

use crate::KEY;

/// All that an error and its causes print.
pub fn full_error_text(error: &Error) -> String {
    let mut printed = format!("{error} {error:?} {error:#?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(printed, " {error} {error:?}").unwrap();
        cause = error.source();
    }
    printed
}

/// Nothing that an error or one of its causes prints contains `secret`.
#[track_caller]
pub fn assert_not_in_error(error: &Error, secret: &str) {
    let printed = full_error_text(error);
    assert!(!printed.contains(secret), "{secret} is in {printed}");
}

/// What every error of a call must be: one line that begins with the operation, without the key.
#[track_caller]
pub fn assert_error_line(error: &Error, operation: &str) {
    let text = error.to_string();
    assert!(text.starts_with(&format!("{operation}: ")), "{text}");
    assert!(!text.contains('\n'), "{text}");
    assert_eq!(error.operation(), Some(operation), "{text}");
    assert_not_in_error(error, KEY);
}
