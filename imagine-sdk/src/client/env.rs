//! The only reader of the environment.

/// Returns the value of a variable, or nothing if it is not set.
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

/// Returns the value of a variable.
///
/// # Errors
///
/// When it is not set, empty, or not Unicode. The message contains its name and meaning, and not its value.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one module that reads the environment"
)]
pub(super) fn required(name: &str, meaning: &str) -> Result<String, String> {
    let problem = match std::env::var(name) {
        Ok(value) if !value.trim().is_empty() => return Ok(value),
        Ok(_) => "is empty",
        Err(std::env::VarError::NotPresent) => "is not set",
        Err(std::env::VarError::NotUnicode(_)) => "is not Unicode",
    };
    Err(format!("{name} {problem}; set it to {meaning}"))
}
