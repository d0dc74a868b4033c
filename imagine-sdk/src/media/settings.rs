//! The settings that only the media client has.

use http::Extensions;
use url::Url;

use super::wait::PollSupport;
use super::{Generation, MediaClient};
use crate::client::{ApiClient, ClientBuilder, Connection, Prepare};
use crate::error::{Error, InvalidField};
use crate::request;

/// The base URL of stored media, as set by the caller.
#[derive(Clone)]
struct MediaBaseUrl(String);

/// The base URL of stored media.
#[derive(Clone)]
struct MediaBase(Url);

impl<C: ApiClient<Api = MediaClient>> ClientBuilder<C> {
    /// Sets the base URL of stored media. Results that the service returns as paths are resolved against it.
    ///
    /// Default: the origin of the endpoint. The API key is sent to the origin of the endpoint only.
    pub fn media_base_url(self, url: impl Into<String>) -> Self {
        self.extension(MediaBaseUrl(url.into()))
    }

    /// Sets the maximum number of concurrent submissions, at least 1. Default: 1, because the service is reported to
    /// reject concurrent requests of an account with 429.
    ///
    /// This limits the requests that submit generations, not the generations in progress. Several generations can be
    /// waited for concurrently.
    pub fn max_concurrent_generations(self, requests: usize) -> Self {
        self.exclusive_requests(requests)
    }
}

impl Prepare for MediaClient {
    /// Validates the settings, and adds the state that the clones of a client share.
    fn prepare(extensions: &mut Extensions) -> Result<(), Error> {
        extensions.get_or_insert_with(PollSupport::default);
        if let Some(MediaBaseUrl(url)) = extensions.remove::<MediaBaseUrl>() {
            let url = Url::parse(url.trim()).map_err(|error| {
                let problem =
                    "the media base URL is not a URL; use a URL such as `https://media.example.com`";
                Error::configuration(problem).with_source(error)
            })?;
            if !matches!(url.scheme(), "http" | "https") || url.query().is_some() {
                let problem =
                    "the media base URL must start with `https://` or `http://`, and have no query";
                return Err(Error::configuration(problem));
            }
            extensions.insert(MediaBase(url));
        }
        Ok(())
    }
}

/// Resolves the location of a file: a URL, or a path below the base URL of stored media.
///
/// # Errors
///
/// Fails if the location is empty, or its scheme is not `https` or `http`.
pub(crate) fn resolve_url<M>(connection: &Connection<M>, location: &str) -> Result<Url, Error> {
    let invalid = |problem| Error::invalid_argument(InvalidField::new("source", problem));
    let location = location.trim();
    if location.is_empty() {
        return Err(invalid("is empty, must be the URL or the path of a file"));
    }
    let url = match Url::parse(location) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => base(connection)
            .join(location.trim_start_matches(['/', '\\']))
            .map_err(|error| invalid("is not a URL or a path").with_source(error))?,
        Err(error) => return Err(invalid("is not a URL or a path").with_source(error)),
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(invalid("must be an `https` or `http` URL"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("must have no user name or password"));
    }
    Ok(url)
}

/// Returns the base URL of stored media.
fn base<M>(connection: &Connection<M>) -> Url {
    match connection.extensions().get::<MediaBase>() {
        Some(MediaBase(url)) => request::with_trailing_slash(url),
        None => request::host_root(connection.endpoint()),
    }
}

/// Returns the URL of the result of a generation.
///
/// # Errors
///
/// Fails if the generation has no result, or its location cannot be resolved.
pub(crate) fn media_url<M>(connection: &Connection<M>, job: &Generation) -> Result<String, Error> {
    let location = job.url().ok_or_else(no_result)?;
    resolve_url(connection, location).map(String::from)
}

/// Returns the error for a generation without a result.
pub(super) fn no_result() -> Error {
    Error::invalid_output(
        "the generation has no result yet: neither `primary_media_url` nor `primary_image_path`; wait for it first",
    )
}
