//! Whether endpoint, key and headers can be used.

use http::{HeaderName, header};
use url::Url;

use super::ApiClient;
use crate::auth_scheme::AuthScheme;
use crate::error::Error;
use crate::pipeline::{Credentials, DefaultHeaders};
use crate::request::Authentication;

/// The address of the service.
pub(super) fn endpoint<C: ApiClient>(given: Option<&str>) -> Result<Url, Error> {
    let given = given.ok_or_else(|| {
        Error::configuration(format!(
            "no endpoint; call `.endpoint(..)`, or set {} and use `from_env`",
            C::ENDPOINT_VARIABLE
        ))
    })?;
    let url = Url::parse(given.trim()).map_err(|error| {
        Error::configuration(
            "the endpoint is not an address; give one such as `https://my-endpoint/api/v2`",
        )
        .with_source(error)
    })?;
    let problem = if !matches!(url.scheme(), "http" | "https") {
        "the endpoint must begin with `https://` or `http://`"
    } else if url.query().is_some() || url.fragment().is_some() {
        "the endpoint must have no `?` and no `#`; add parameters to a call with `.with_extra_query(..)`"
    } else if !url.username().is_empty() || url.password().is_some() {
        "the endpoint must have no user name or password; the key goes into `.api_key(..)`"
    } else {
        return Ok(url);
    };
    Err(Error::configuration(problem))
}

/// The key, for requests to `endpoint`. Only a service with operations that need none does without.
pub(super) fn credentials<C: ApiClient>(
    scheme: Option<AuthScheme>,
    key: Option<&str>,
    endpoint: &Url,
) -> Result<Credentials, Error> {
    if let Some(AuthScheme::Header(name)) = &scheme
        && is_used(name)
    {
        let problem =
            format!("the client itself sets the header `{name}`, so it cannot hold the key");
        return Err(Error::configuration(problem));
    }
    let credentials = Credentials::new((scheme, C::AUTH_SCHEME), C::KEY_ADVICE, endpoint);
    let Some(key) = key else {
        return if needs_key::<C>() {
            Err(Error::configuration(format!(
                "no API key; {}",
                C::KEY_ADVICE
            )))
        } else {
            Ok(credentials)
        };
    };
    credentials.with_key(key).ok_or_else(|| {
        Error::configuration("the API key is empty, or has characters that a header cannot have; check where it is copied from")
    })
}

/// Whether every operation of a service needs a key.
pub(super) fn needs_key<C: ApiClient>() -> bool {
    let mut operations = C::OPERATIONS.iter();
    operations.all(|operation| operation.authentication != Authentication::None)
}

/// Whether the client sets a header for another purpose than the key.
fn is_used(name: &HeaderName) -> bool {
    const USED: &[HeaderName] = &[
        header::ACCEPT,
        header::ACCEPT_ENCODING,
        header::CONTENT_LENGTH,
        header::CONTENT_TYPE,
        header::HOST,
        header::USER_AGENT,
    ];
    USED.contains(name) || [header::CONNECTION, header::TRANSFER_ENCODING].contains(name)
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
        Error::configuration(format!(
            "`{name}` is a header that HTTP does not allow in its name or value, or that the client itself sets"
        ))
    })
}
