//! The transport over reqwest. Only this file and its submodules name reqwest.

#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
mod native_tls;
mod outgoing;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod proxy;
#[cfg(feature = "rustls")]
mod rustls;

use std::error::Error as StdError;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
use std::time::Duration;

use futures_util::future::{self, BoxFuture};
use futures_util::{FutureExt, TryStreamExt};
use url::Url;

#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
use self::native_tls as tls;
#[cfg(feature = "rustls")]
use self::rustls as tls;
use super::{
    ParsedUrl, RequestBody, RequestProgress, ResponseBody, Transport, TransportError,
    TransportErrorKind,
};
#[cfg(any(feature = "rustls", feature = "native-tls"))]
use super::{TransportSettings, Unusable};

/// Sends requests over HTTP/1.1 and HTTP/2 with a [`reqwest::Client`].
///
/// A client without another transport builds one from the settings of its [`ClientBuilder`](crate::ClientBuilder). Use
/// `from_client` for an existing reqwest client, or for settings that the builder does not have:
///
#[cfg_attr(all(feature = "inference", feature = "rustls"), doc = "```no_run")]
#[cfg_attr(not(all(feature = "inference", feature = "rustls")), doc = "```ignore")]
/// use imagine_sdk::transport::ReqwestTransport;
/// use imagine_sdk::{Client, reqwest};
///
/// let http = reqwest::Client::builder()
///     .redirect(reqwest::redirect::Policy::none())
///     .local_address(std::net::IpAddr::from([10, 0, 0, 7]))
///     .build()?;
/// let client = Client::builder()
///     .endpoint("https://my-endpoint/api/v2")
///     .api_key("my-key")
///     .transport(ReqwestTransport::from_client(http))
///     .build()?;
/// # let _ = client;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// That client also configures TLS. This SDK enables no TLS feature of reqwest that works by itself, so depend on
/// reqwest with its feature `rustls` or `native-tls`.
///
/// Disable redirects in that client with `redirect::Policy::none()`, and set neither a timeout nor retries. Otherwise
/// the SDK cannot guarantee its redirect policy and its timeouts. By default reqwest follows redirects, and sends the
/// API key of the media API to the host of the redirect, because it does not recognize that header as a credential.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
}

impl ReqwestTransport {
    /// Creates a transport that sends requests through `client`, with its TLS, proxies and connection pool. Use the
    /// `reqwest` that [`imagine_sdk::reqwest`](crate::reqwest) re-exports.
    pub fn from_client(client: reqwest::Client) -> Self {
        Self { client }
    }

    /// Builds the default transport.
    ///
    /// # Errors
    ///
    /// Fails if a certificate, the proxy or the TLS configuration is invalid.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub(crate) fn new(settings: &TransportSettings) -> Result<Self, Unusable> {
        let builder = reqwest::Client::builder()
            .connect_timeout(settings.connect_timeout)
            .pool_idle_timeout(Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // The pipeline is the only place that retries. Without the limit of zero, reqwest would copy every request.
            .retry(reqwest::retry::never().max_retries_per_request(0));
        let builder = proxy::set(builder, &settings.proxy)?;
        let client = tls::set(builder, settings)?.build();
        client
            .map(|client| Self { client })
            .map_err(|error| ("cannot build the HTTP client".into(), Some(error.into())))
    }
}

impl Transport for ReqwestTransport {
    fn send(
        &self,
        mut request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        let parsed = request.extensions_mut().remove::<ParsedUrl>();
        let progress = request.extensions_mut().remove::<RequestProgress>();
        // A layer may have changed the URI.
        let parsed = parsed.filter(|ParsedUrl(url)| *request.uri() == *url.as_str());
        let request = request.map(|body| outgoing::body(body, progress));
        let request = match parsed {
            Some(ParsedUrl(url)) => Ok(with_url(url, request)),
            None => request.try_into(),
        };
        match request {
            Ok(request) => self.execute(request),
            Err(error) => {
                let error = failure(error, TransportErrorKind::NotSent);
                future::ready(Err(error)).boxed()
            }
        }
    }
}

fn with_url(url: Url, request: http::Request<reqwest::Body>) -> reqwest::Request {
    let (head, body) = request.into_parts();
    let mut request = reqwest::Request::new(head.method, url);
    *request.headers_mut() = head.headers;
    *request.body_mut() = Some(body);
    request
}

impl ReqwestTransport {
    fn execute(
        &self,
        request: reqwest::Request,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        let response = self.client.execute(request);
        Box::pin(async move {
            match response.await {
                Ok(response) => Ok(incoming(response)),
                Err(error) => Err(failure(error, TransportErrorKind::ConnectionLost)),
            }
        })
    }
}

fn incoming(mut response: reqwest::Response) -> http::Response<ResponseBody> {
    let mut head = http::Response::new(());
    *head.status_mut() = response.status();
    *head.headers_mut() = std::mem::take(response.headers_mut());
    let body = response
        .bytes_stream()
        .map_err(|error| failure(error, TransportErrorKind::ResponseBody));
    head.map(|()| ResponseBody::new(body))
}

/// Converts an error and removes its URL, whose query may contain the caller's data.
fn failure(error: reqwest::Error, otherwise: TransportErrorKind) -> TransportError {
    let kind = match otherwise {
        TransportErrorKind::ConnectionLost if error.is_builder() => TransportErrorKind::NotSent,
        TransportErrorKind::ConnectionLost if error.is_connect() && error.is_timeout() => {
            TransportErrorKind::ConnectTimeout
        }
        TransportErrorKind::ConnectionLost if error.is_connect() => TransportErrorKind::Connect,
        TransportErrorKind::ConnectionLost if causes(&error).any(is_unprocessed) => {
            TransportErrorKind::StreamRefused
        }
        TransportErrorKind::ConnectionLost
            if error.is_body() || causes(&error).any(is_file_read) =>
        {
            TransportErrorKind::RequestBody
        }
        other => other,
    };
    TransportError::new(kind, error.without_url())
}

/// Returns true if reading the file of an upload failed. Such errors contain a [`FileReadError`].
fn is_file_read(error: &(dyn StdError + 'static)) -> bool {
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    error.is::<crate::transport::FileReadError>()
        || wrapped.is_some_and(|inner| inner.is::<crate::transport::FileReadError>())
}

/// Returns true if the server did not process the request: it reset the stream as refused, or sent GOAWAY for a
/// graceful shutdown before this stream (RFC 9113, 8.7).
fn is_unprocessed(error: &(dyn StdError + 'static)) -> bool {
    let Some(error) = error.downcast_ref::<h2::Error>() else {
        return false;
    };
    let is_reset = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
    let is_graceful_shutdown = error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR);
    error.is_remote() && (is_reset || is_graceful_shutdown)
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    let mut next = error.source();
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}
