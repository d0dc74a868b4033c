//! Who may call the mock.

use std::fmt;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use crate::failure::Failure;

/// The keys that the mock takes: one, or any that is not empty.
#[derive(Default)]
pub(crate) struct Keys {
    only: Option<String>,
}

impl Keys {
    pub(crate) fn only(key: impl Into<String>) -> Self {
        Self {
            only: Some(key.into()),
        }
    }

    /// Lets a request through that carries a key of ours as a bearer token.
    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<(), Failure> {
        let Some(key) = bearer(headers) else {
            return Err(Failure::unauthorized(
                "no Authorization header with a key found",
            ));
        };
        match &self.only {
            Some(only) if only != key => Err(Failure::unauthorized("the key is not known")),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.only.is_some() {
            "one key"
        } else {
            "any key"
        })
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let key = key.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !key.is_empty()).then_some(key)
}
