//! Whether endpoint, key and headers can be used.

use url::Url;

use super::Service;
use crate::error::Error;
use crate::pipeline::{AuthScheme, Credentials, DefaultHeaders};

/// The address of the service.
pub(super) fn endpoint<C: Service>(given: Option<&str>) -> Result<Url, Error> {
    let given = given.ok_or_else(|| {
        Error::config(format!(
            "no endpoint; call `.endpoint(..)`, or set {} and use `from_env`",
            C::ENDPOINT_VARIABLE
        ))
    })?;
    let url = Url::parse(given.trim()).map_err(|error| {
        Error::config(
            "the endpoint is not an address; give one such as `https://my-endpoint/api/v2`",
        )
        .because(error)
    })?;
    let problem = if !matches!(url.scheme(), "http" | "https") {
        "the endpoint must begin with `https://` or `http://`"
    } else if url.query().is_some() || url.fragment().is_some() {
        "the endpoint must have no `?` and no `#`; add parameters to a call with `.extra_query(..)`"
    } else if !url.username().is_empty() || url.password().is_some() {
        "the endpoint must have no user name or password; the key goes into `.api_key(..)`"
    } else {
        return Ok(url);
    };
    Err(Error::config(problem))
}

/// The key, for requests to `endpoint`.
pub(super) fn credentials<C: Service>(
    scheme: AuthScheme,
    key: Option<&str>,
    endpoint: &Url,
) -> Result<Credentials, Error> {
    let key = key.ok_or_else(|| {
        Error::config(format!(
            "no API key; call `.api_key(..)`, or set {} and use `from_env`",
            C::KEY_VARIABLE
        ))
    })?;
    Credentials::new(scheme, key, endpoint).ok_or_else(|| {
        Error::config("the API key is empty, or has characters that a header cannot have; check where it is copied from")
    })
}

/// The headers of every request.
pub(super) fn headers(
    suffix: Option<&str>,
    own: &[(String, String)],
    credentials: &Credentials,
    endpoint: &Url,
) -> Result<DefaultHeaders, Error> {
    let own = own.iter().map(|(name, value)| (&**name, &**value));
    DefaultHeaders::new(suffix, own, credentials, endpoint).map_err(|name| {
        Error::config(format!(
            "`{name}` is a header that HTTP does not allow in its name or value, or that the client itself sets"
        ))
    })
}
