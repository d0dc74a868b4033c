//! The transport over reqwest. Only this file and its submodules name reqwest.

mod failure;
#[cfg(all(feature = "__tls", not(feature = "__rustls")))]
mod native_tls;
#[cfg(feature = "__tls")]
mod no_proxy;
mod outgoing;
#[cfg(feature = "__tls")]
mod proxy;
#[cfg(feature = "__rustls")]
mod rustls;

use std::panic::AssertUnwindSafe;

use futures_util::future::{self, BoxFuture};
use futures_util::{FutureExt, TryStreamExt};
use url::Url;

use self::failure::failure;
#[cfg(all(feature = "__tls", not(feature = "__rustls")))]
use self::native_tls as tls;
#[cfg(feature = "__rustls")]
use self::rustls as tls;
use super::{
    NewConnection, ParsedUrl, RequestBody, RequestProgress, ResponseBody, Stage, Transport,
    TransportError, TransportErrorKind,
};
#[cfg(feature = "__tls")]
use super::{TransportSettings, Unusable};

/// The number of headers of a response over HTTP/1.1. Gateways add many.
#[cfg(feature = "__tls")]
const MAX_HEADERS: usize = 512;

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
/// TLS is that of your client. With the feature `rustls`, it needs no setup. With `rustls-ring` and
/// `rustls-no-provider`, install a default provider of the process before building it.
///
/// Disable redirects in that client with `redirect::Policy::none()`, and set neither a timeout nor retries. Otherwise
/// the SDK cannot guarantee its redirect policy and its timeouts. By default reqwest follows redirects, and sends the
/// API key of the media API to the host of the redirect, because it does not recognize that header as a credential.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    /// The same client without a pool, for requests that must not use a connection of the pool.
    unpooled: Option<reqwest::Client>,
}

impl ReqwestTransport {
    /// Creates a transport that sends requests through `client`, with its TLS, proxies and connection pool. Use the
    /// `reqwest` that [`imagine_sdk::reqwest`](crate::reqwest) re-exports.
    pub fn from_client(client: reqwest::Client) -> Self {
        Self {
            client,
            unpooled: None,
        }
    }

    /// Builds the default transport.
    ///
    /// # Errors
    ///
    /// Fails if a certificate, the proxy or the TLS configuration is invalid.
    #[cfg(feature = "__tls")]
    pub(crate) fn new(settings: &TransportSettings) -> Result<Self, Unusable> {
        let tls = tls::Tls::new(settings)?;
        let build = |builder: reqwest::ClientBuilder| {
            let built = builder.build();
            built.map_err(|error| ("cannot build the HTTP client".into(), Some(error.into())))
        };
        let (pooled, unpooled) = (builder(settings, &tls)?, builder(settings, &tls)?);
        Ok(Self {
            client: build(pooled)?,
            unpooled: Some(build(unpooled.pool_max_idle_per_host(0))?),
        })
    }
}

#[cfg(feature = "__tls")]
fn builder(
    settings: &TransportSettings,
    tls: &tls::Tls,
) -> Result<reqwest::ClientBuilder, Unusable> {
    let builder = reqwest::Client::builder()
        .connect_timeout(settings.connect_timeout)
        .pool_idle_timeout(settings.pool_idle_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // The pipeline decodes content codings. Other crates may enable the features of reqwest that decode.
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_max_headers(MAX_HEADERS)
        // The pipeline is the only place that retries. Without the limit of zero, reqwest would copy every request.
        .retry(reqwest::retry::never().max_retries_per_request(0));
    Ok(tls.set(proxy::set(builder, &settings.proxy)?))
}

impl Transport for ReqwestTransport {
    fn send(
        &self,
        mut request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        let parsed = request.extensions_mut().remove::<ParsedUrl>();
        if tokio::runtime::Handle::try_current().is_err() {
            return future::ready(Err(not_sent(NO_RUNTIME))).boxed();
        }
        let progress = request.extensions_mut().remove::<RequestProgress>();
        let own = progress.clone();
        let is_new = request.extensions_mut().remove::<NewConnection>().is_some();
        let client = self.unpooled.as_ref().filter(|_| is_new);
        let client = client.unwrap_or(&self.client);
        // A layer may have changed the URI.
        let parsed = parsed.filter(|ParsedUrl(url)| *request.uri() == *url.as_str());
        let request = request.map(|body| outgoing::body(body, progress));
        let request = match parsed {
            Some(ParsedUrl(url)) => Ok(with_url(url, request)),
            None => request.try_into(),
        };
        match request {
            Ok(request) => execute(client, request, own),
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

const NO_RUNTIME: &str =
    "the call is outside a tokio runtime; make it within one, or use the blocking client";

const NO_DRIVERS: &str = "the HTTP client panicked before it sent the request; build the tokio runtime with `enable_all`";

fn not_sent(problem: &'static str) -> TransportError {
    TransportError::new(TransportErrorKind::NotSent, problem)
}

fn execute(
    client: &reqwest::Client,
    request: reqwest::Request,
    progress: Option<RequestProgress>,
) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
    let response = client.execute(request);
    // A runtime without timers or I/O makes reqwest panic.
    let response = AssertUnwindSafe(response).catch_unwind();
    Box::pin(async move {
        match response.await {
            Ok(Ok(response)) => Ok(incoming(response)),
            Ok(Err(error)) => Err(failure(error, TransportErrorKind::ConnectionLost)),
            Err(_) => match progress.map(|progress| progress.abandon()) {
                Some(Stage::Started | Stage::Sent) => {
                    let kind = TransportErrorKind::ConnectionLost;
                    Err(TransportError::new(kind, "the HTTP client panicked"))
                }
                _ => Err(not_sent(NO_DRIVERS)),
            },
        }
    })
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
