//! The only reader of the environment.

/// The value of a variable that may be missing.
///
/// # Errors
///
/// As [`required`], but for a variable that is not set.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one module that reads the environment"
)]
pub(super) fn optional(name: &str, meaning: &str) -> Result<Option<String>, String> {
    match std::env::var(name) {
        Err(std::env::VarError::NotPresent) => Ok(None),
        _ => required(name, meaning).map(Some),
    }
}

/// The value of a variable that must be set.
///
/// # Errors
///
/// When it is not set, is empty, or is not Unicode. The text names it and says what belongs into it,
/// but not what is in it.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the environment"
)]
pub(super) fn required(name: &str, meaning: &str) -> Result<String, String> {
    let problem = match std::env::var(name) {
        Ok(value) if !value.trim().is_empty() => return Ok(value),
        Ok(_) => "is empty",
        Err(std::env::VarError::NotPresent) => "is not set",
        Err(std::env::VarError::NotUnicode(_)) => "is not Unicode",
    };
    Err(format!("{name} {problem}; it holds {meaning}"))
}
