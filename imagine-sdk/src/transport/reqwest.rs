//! The transport over reqwest. No other file names it but for those below this one.

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
/// A client that you do not give a transport has one of its own, made from the settings of its
/// [`ClientBuilder`](crate::ClientBuilder). This is for a reqwest client that you have already, or whose
/// settings are not among those:
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
/// TLS is that client's own as well. This SDK turns on no TLS of reqwest's that works by itself, so depend on
/// reqwest with one of its features `rustls` and `native-tls`.
///
/// What the SDK promises of redirects and of the time that a call takes holds only if that client does not do
/// the same things on its own: give it `redirect::Policy::none()`, and neither a timeout nor retries.
/// A client of reqwest's follows redirects unless it is told not to, and then hands the key of the audiovisual
/// API, which it does not know for one, to whichever host it is sent on to.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
}

impl ReqwestTransport {
    /// Sends through `client`, with its TLS, proxies and pool. The `reqwest` it is of is re-exported as
    /// [`imagine_sdk::reqwest`](crate::reqwest).
    pub fn from_client(client: reqwest::Client) -> Self {
        Self { client }
    }

    /// Builds the transport that comes with the SDK.
    ///
    /// # Errors
    ///
    /// With a sentence that says what could not be used: a certificate, the proxy, or the TLS set-up.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub(crate) fn new(settings: &TransportSettings) -> Result<Self, Unusable> {
        let builder = reqwest::Client::builder()
            .connect_timeout(settings.connect_timeout)
            .pool_idle_timeout(Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // What is sent again, and how often, is decided in one place. Without the limit of zero, reqwest would
            // copy every request to have it at hand.
            .retry(reqwest::retry::never().max_retries_per_request(0));
        let builder = proxy::set(builder, &settings.proxy)?;
        let client = tls::set(builder, settings)?.build();
        client.map(|client| Self { client }).map_err(|error| {
            (
                "the HTTP client could not be built".into(),
                Some(error.into()),
            )
        })
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
        let answering = self.client.execute(request);
        Box::pin(async move {
            match answering.await {
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

/// The address is left out of the error, because it may carry what the caller put into the query.
fn failure(error: reqwest::Error, otherwise: TransportErrorKind) -> TransportError {
    let kind = match otherwise {
        TransportErrorKind::ConnectionLost if error.is_builder() => TransportErrorKind::NotSent,
        TransportErrorKind::ConnectionLost if error.is_connect() && error.is_timeout() => {
            TransportErrorKind::ConnectTimeout
        }
        TransportErrorKind::ConnectionLost if error.is_connect() => TransportErrorKind::Connect,
        TransportErrorKind::ConnectionLost if causes(&error).any(is_refusal) => {
            TransportErrorKind::StreamRefused
        }
        TransportErrorKind::ConnectionLost if error.is_body() || causes(&error).any(is_of_file) => {
            TransportErrorKind::RequestBody
        }
        other => other,
    };
    TransportError::new(kind, error.without_url())
}

/// Reading the file of an upload failed: our body stream yields such errors marked as [`FileReadError`].
fn is_of_file(error: &(dyn StdError + 'static)) -> bool {
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    error.is::<crate::transport::FileReadError>()
        || wrapped.is_some_and(|inner| inner.is::<crate::transport::FileReadError>())
}

/// The server said that it did nothing with the request: it reset it as refused, or it goes away in good order and
/// did not get as far as this one (RFC 9113, 8.7).
fn is_refusal(error: &(dyn StdError + 'static)) -> bool {
    let Some(error) = error.downcast_ref::<h2::Error>() else {
        return false;
    };
    let is_reset = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
    let is_farewell = error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR);
    error.is_remote() && (is_reset || is_farewell)
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    let mut next = error.source();
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}
