//! Authentication: the accepted keys and the headers that carry them.

use std::fmt;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName, StatusCode};

use crate::api::Api;
use crate::contract::OperationSpec;
use crate::profile::Profile;
use crate::response::ErrorResponse;

/// The headers that carry a key without a prefix in the media API.
const CH_API_KEY: HeaderName = HeaderName::from_static("ch-api-key");
const SAMWISE: HeaderName = HeaderName::from_static("samwise");

/// The headers that carry keys. `Debug` output must redact them.
pub(crate) const SECRET_HEADERS: [HeaderName; 3] = [AUTHORIZATION, CH_API_KEY, SAMWISE];

/// The accepted keys: a single one, or any nonempty one.
#[derive(Default)]
pub(crate) struct Keys {
    only: Option<String>,
    profile: Profile,
}

impl Keys {
    pub(crate) fn only(key: impl Into<String>) -> Self {
        Self {
            only: Some(key.into()),
            ..Self::default()
        }
    }

    /// Rejects unknown keys as the host of a profile does.
    pub(crate) fn of_profile(self, profile: Profile) -> Self {
        Self { profile, ..self }
    }

    /// Returns the key of a request from the headers that its operation accepts.
    ///
    /// For an operation without authentication the key is empty.
    pub(crate) fn check<'a>(
        &self,
        api: Api,
        operation: Option<&OperationSpec>,
        headers: &'a HeaderMap,
    ) -> Result<&'a str, ErrorResponse> {
        let authentication = operation.map_or("client", |operation| &operation.authentication);
        let (found, expected) = match (api, authentication) {
            (_, "none") => return Ok(""),
            (Api::Inference | Api::OpenAi, _) => (bearer_token(headers), "Authorization"),
            (Api::Media, "authorization") => (authorization_key(headers), "Authorization"),
            (Api::Media, _) => (
                header(headers, &CH_API_KEY)
                    .or_else(|| header(headers, &SAMWISE))
                    .or_else(|| authorization_key(headers)),
                "CH-API-KEY, samwise or Authorization",
            ),
        };
        let Some(key) = found else {
            let reason = format!("no key in {expected} header");
            return Err(ErrorResponse::unauthorized(&reason));
        };
        match &self.only {
            Some(only) if only != key => Err(self.unknown_key(api)),
            _ => Ok(key),
        }
    }

    fn unknown_key(&self, api: Api) -> ErrorResponse {
        match (self.profile, api) {
            (Profile::Documented, _) | (_, Api::Media) => {
                ErrorResponse::unauthorized("unknown key")
            }
            (Profile::Cirrascale, _) => {
                let message = "Invalid API key, no user found";
                ErrorResponse::new(StatusCode::INTERNAL_SERVER_ERROR, message)
            }
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

fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let key = headers.get(name)?.to_str().ok()?.trim();
    (!key.is_empty()).then_some(key)
}

/// Returns the key in `Authorization`, with or without the prefix `Bearer`.
fn authorization_key(headers: &HeaderMap) -> Option<&str> {
    bearer_token(headers)
        .or_else(|| header(headers, &AUTHORIZATION).filter(|key| !key.contains(' ')))
}

fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let key = key.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !key.is_empty()).then_some(key)
}
