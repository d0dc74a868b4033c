//! The only reader of the environment.

#[cfg(feature = "__tls")]
use crate::transport::ProxyVariables;

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

/// Adds to the problem of a variable the first of its aliases that is set.
pub(super) fn with_alias(problem: String, aliases: &[&str]) -> String {
    let is_set = |name: &&&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match aliases.iter().find(is_set) {
        Some(name) => format!("{problem}; {name} is set, but this client does not read it"),
        None => problem,
    }
}

/// Returns the variables that configure proxies. Names in capitals precede those in small letters.
///
/// # Errors
///
/// When a variable is not Unicode. The message contains its name.
#[cfg(feature = "__tls")]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one module that reads the environment"
)]
pub(super) fn proxies() -> Result<ProxyVariables, String> {
    let read = |names: [&'static str; 2]| {
        for name in names {
            match std::env::var(name) {
                Ok(value) if !value.trim().is_empty() => return Ok(Some((name, value))),
                Err(std::env::VarError::NotUnicode(_)) => {
                    return Err(format!("the environment variable {name} is not Unicode"));
                }
                _ => {}
            }
        }
        Ok(None)
    };
    // In a CGI program, HTTP_PROXY is the header `proxy` of the request.
    let is_cgi = std::env::var("REQUEST_METHOD").is_ok();
    let http = read(if is_cgi {
        ["http_proxy"; 2]
    } else {
        ["HTTP_PROXY", "http_proxy"]
    })?;
    let no_proxy = read(["NO_PROXY", "no_proxy"])?;
    Ok(ProxyVariables {
        http,
        https: read(["HTTPS_PROXY", "https_proxy"])?,
        all: read(["ALL_PROXY", "all_proxy"])?,
        no_proxy: no_proxy.map(|(_, hosts)| hosts).unwrap_or_default(),
    })
}
