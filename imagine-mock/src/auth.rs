//! The keys that the mock accepts, and the headers in which it reads them.

use std::fmt;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName};

use crate::api::Api;
use crate::contract::OperationSpec;
use crate::failure::Failure;

/// The headers in which the media API takes a key without a prefix.
const KEY: HeaderName = HeaderName::from_static("ch-api-key");
const SAMWISE: HeaderName = HeaderName::from_static("samwise");

/// The headers that carry keys, which must not be shown.
pub(crate) const SECRET: [HeaderName; 3] = [AUTHORIZATION, KEY, SAMWISE];

/// The keys that the mock accepts: one, or any that is not empty.
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

    /// Returns the key of a request, where the operation takes it. An operation that needs none has an empty one.
    pub(crate) fn check<'a>(
        &self,
        api: Api,
        operation: Option<&OperationSpec>,
        headers: &'a HeaderMap,
    ) -> Result<&'a str, Failure> {
        let authentication = operation.map_or("client", |operation| &operation.authentication);
        let (found, expected) = match (api, authentication) {
            (_, "none") => return Ok(""),
            (Api::Inference, _) => (bearer(headers), "Authorization"),
            (Api::Media, "authorization") => {
                (bearer(headers).or_else(|| bare(headers)), "Authorization")
            }
            (Api::Media, _) => (
                plain(headers, &KEY)
                    .or_else(|| plain(headers, &SAMWISE))
                    .or_else(|| bearer(headers))
                    .or_else(|| bare(headers)),
                "CH-API-KEY, samwise or Authorization",
            ),
        };
        let Some(key) = found else {
            let reason = format!("no {expected} header with a key found");
            return Err(Failure::unauthorized(&reason));
        };
        match &self.only {
            Some(only) if only != key => Err(Failure::unauthorized("the key is not known")),
            _ => Ok(key),
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

fn plain<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let key = headers.get(name)?.to_str().ok()?.trim();
    (!key.is_empty()).then_some(key)
}

/// A key without a prefix, which has no white space in it.
fn bare(headers: &HeaderMap) -> Option<&str> {
    plain(headers, &AUTHORIZATION).filter(|key| !key.contains(' '))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let key = key.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !key.is_empty()).then_some(key)
}
