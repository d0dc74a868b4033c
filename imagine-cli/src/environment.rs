//! The only reads of environment variables.

use std::ffi::OsString;

/// Returns a variable that is set, Unicode and not empty.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one module that reads the environment"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name)
        .ok()
        .filter(|value| !value.trim().is_empty())
}

/// Returns the variables of a proxy that are set, with their values.
pub(crate) fn proxies() -> Vec<(&'static str, String)> {
    let names = [
        "HTTPS_PROXY",
        "https_proxy",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
        "NO_PROXY",
        "no_proxy",
    ];
    let set = names.into_iter();
    set.filter_map(|name| Some((name, variable(name)?)))
        .collect()
}

/// Returns the directory that a variable names.
pub(crate) fn directory(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
