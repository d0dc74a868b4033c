//! Who may call the mock.

use std::fmt;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName};

use crate::api::Api;
use crate::failure::Failure;

/// The header in which the media API takes a key as it is.
const KEY: HeaderName = HeaderName::from_static("ch-api-key");

/// The headers that carry keys, which must not be shown.
pub(crate) const SECRET: [HeaderName; 2] = [AUTHORIZATION, KEY];

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

    /// Lets a request through that carries a key of ours in a way that the API knows.
    pub(crate) fn check(&self, api: Api, headers: &HeaderMap) -> Result<(), Failure> {
        let (found, expected) = match api {
            Api::Inference => (bearer(headers), "Authorization"),
            Api::Media => (
                plain(headers).or_else(|| bearer(headers)),
                "CH-API-KEY or Authorization",
            ),
        };
        let Some(key) = found else {
            let reason = format!("no {expected} header with a key found");
            return Err(Failure::unauthorized(&reason));
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

fn plain(headers: &HeaderMap) -> Option<&str> {
    let key = headers.get(KEY)?.to_str().ok()?.trim();
    (!key.is_empty()).then_some(key)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let key = key.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !key.is_empty()).then_some(key)
}
