//! Wrappers and layers around a transport do not change errors.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::fmt::Debug;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{self, BoxFuture};
use imagine_sdk::transport::{
    RequestBody, ReqwestTransport, ResponseBody, TowerTransport, Transport, TransportError,
    TransportService,
};
use imagine_sdk::{Error, ErrorKind, FilePart, MediaClient, TimeoutKind, reqwest};
use imagine_tests::{AfterResponse, ClosedPort, KEY, RawServer, SignalClock, StallingServer};
use reqwest::dns::{Name, Resolve, Resolving};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tower::ServiceBuilder;
use tower::limit::ConcurrencyLimitLayer;

/// Typical wrappers. The first one is the unwrapped transport.
const WRAPPERS: [fn(ReqwestTransport) -> Arc<dyn Transport>; 4] = [
    |transport| Arc::new(transport),
    |transport| Arc::new(Logging(transport)),
    |transport| {
        let layered = ServiceBuilder::new()
            .layer(ConcurrencyLimitLayer::new(8))
            .map_request(|request: http::Request<RequestBody>| {
                let (mut head, body) = request.into_parts();
                head.headers.insert("x-layer", "1".parse().unwrap());
                http::Request::from_parts(head, body)
            })
            .service(TransportService::new(transport));
        Arc::new(TowerTransport::new(layered))
    },
    |transport| Arc::new(Arc::new(Arc::new(transport) as Arc<dyn Transport>)),
];

#[derive(Debug)]
struct Logging(ReqwestTransport);

impl Transport for Logging {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        tracing::debug!(uri = %request.uri(), "sending");
        let sending = self.0.send(request);
        sending
            .inspect(|result| tracing::debug!(?result, "received"))
            .boxed()
    }
}

/// Returns all properties that callers use to handle an error.
fn error_properties(error: &Error) -> impl Debug + PartialEq + use<> {
    (
        error.kind(),
        error.timeout_kind(),
        error.is_connect(),
        error.is_timeout(),
        error.is_outcome_unknown(),
        error.attempts(),
        error.to_string(),
    )
}

/// Runs the call with each wrapper, compares the errors, and returns the unwrapped one.
async fn call_with_wrappers(call: impl AsyncFn(ReqwestTransport, Wrapper) -> Error) -> Error {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut errors = Vec::new();
    for wrapper in WRAPPERS {
        let builder = reqwest::Client::builder().dns_resolver(NeverResolves);
        let http = builder.no_proxy().build().unwrap();
        errors.push(call(ReqwestTransport::from_client(http), wrapper).await);
    }
    let unwrapped = errors.remove(0);
    for error in errors {
        assert_eq!(error_properties(&error), error_properties(&unwrapped));
    }
    unwrapped
}

type Wrapper = fn(ReqwestTransport) -> Arc<dyn Transport>;

#[derive(Debug)]
struct NeverResolves;

impl Resolve for NeverResolves {
    fn resolve(&self, _: Name) -> Resolving {
        future::pending().boxed()
    }
}

fn client(endpoint: &str, transport: Arc<dyn Transport>, clock: &SignalClock) -> MediaClient {
    let builder = MediaClient::builder().endpoint(endpoint).api_key(KEY);
    let builder = builder.transport(transport).clock(clock.clone());
    builder.max_retries(0).build().unwrap()
}

/// Returns the error of a call whose timeout passes when the server has received `text`.
async fn call_with_timeout(
    text: &'static [u8],
    transport: Arc<dyn Transport>,
    call: impl AsyncFn(&MediaClient) -> Error,
) -> Error {
    let has_arrived = move |received: &[u8]| received.windows(text.len()).any(|part| part == text);
    let server = StallingServer::start(has_arrived).await;
    let endpoint = format!("http://{}/v2", server.address);
    let error = call(&client(&endpoint, transport, &server.clock)).await;
    server.stop().await;
    error
}

async fn generate(client: &MediaClient) -> Error {
    client.text2img("A cat").await.unwrap_err()
}

#[tokio::test]
async fn reports_a_timeout_while_connecting() {
    let error = call_with_wrappers(async |transport, wrap| {
        let clock = SignalClock::default();
        let client = client("http://service.test/v2", wrap(transport), &clock);
        let call = client.text2img("A cat").send();
        clock.signal().notify_one();
        call.await.unwrap_err()
    });
    let error = error.await;
    assert_eq!(error.timeout_kind(), Some(TimeoutKind::Connect), "{error}");
    assert!(!error.is_outcome_unknown(), "{error}");
}

#[tokio::test]
async fn reports_a_rejected_connection() {
    let closed = ClosedPort::new();
    let error = call_with_wrappers(async |transport, wrap| {
        generate(&client(
            &closed.endpoint(),
            wrap(transport),
            &SignalClock::default(),
        ))
        .await
    });
    let error = error.await;
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert!(!error.is_outcome_unknown(), "{error}");
}

#[tokio::test]
async fn reports_a_timeout_before_the_first_byte() {
    let error = call_with_wrappers(async |transport, wrap| {
        call_with_timeout(b"A cat", wrap(transport), generate).await
    });
    let error = error.await;
    let kind = Some(TimeoutKind::FirstByte);
    assert_eq!(error.timeout_kind(), kind, "{error}");
    assert!(error.is_outcome_unknown(), "{error}");
}

#[tokio::test]
async fn reports_a_timeout_while_reading_the_request_body() {
    let upload = async |client: &MediaClient| {
        let (started, _open) = tokio::io::duplex(64);
        let file = std::io::Cursor::new(b"started".to_vec()).chain(started);
        let file = FilePart::reader("a.wav", file, 1000);
        client.voice_clone().sample(file).await.unwrap_err()
    };
    let error = call_with_wrappers(async |transport, wrap| {
        call_with_timeout(b"started", wrap(transport), upload).await
    });
    let error = error.await;
    let kind = Some(TimeoutKind::RequestBody);
    assert_eq!(error.timeout_kind(), kind, "{error}");
    assert!(!error.is_outcome_unknown(), "{error}");
}

#[tokio::test]
async fn reports_a_file_that_cannot_be_read() {
    let error = call_with_wrappers(async |transport, wrap| {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/v2", listener.local_addr().unwrap());
        let client = client(&endpoint, wrap(transport), &SignalClock::default());
        let file = FilePart::reader("a.wav", &b"short"[..], 1000);
        client.voice_clone().sample(file).await.unwrap_err()
    });
    let error = error.await;
    assert_eq!(error.kind(), ErrorKind::FileRead, "{error}");
    assert!(!error.is_outcome_unknown(), "{error}");
}

#[tokio::test]
async fn reports_a_connection_that_closes_without_a_response() {
    let error = call_with_wrappers(async |transport, wrap| {
        let server = RawServer::start("", AfterResponse::Close).await;
        let endpoint = server.endpoint();
        generate(&client(&endpoint, wrap(transport), &SignalClock::default())).await
    });
    let error = error.await;
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    assert!(error.is_outcome_unknown(), "{error}");
}

#[tokio::test]
async fn reports_a_truncated_response() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    let error = call_with_wrappers(async |transport, wrap| {
        let server = RawServer::start(head, AfterResponse::Close).await;
        let endpoint = server.endpoint();
        generate(&client(&endpoint, wrap(transport), &SignalClock::default())).await
    });
    let error = error.await;
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    assert!(error.is_outcome_unknown(), "{error}");
}
