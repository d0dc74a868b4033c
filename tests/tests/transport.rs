//! Custom transports: in memory, around tower services, and around existing clients.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::future::{BoxFuture, join_all};
use futures_util::{FutureExt, StreamExt};
use http::HeaderValue;
use imagine_mock::MockServer;
use imagine_sdk::testing::MockTransport;
use imagine_sdk::transport::{
    RequestBody, ReqwestTransport, ResponseBody, TowerTransport, Transport, TransportError,
    TransportErrorKind, TransportService,
};
use imagine_sdk::{Client, FilePart, MediaClient, reqwest};
use imagine_tests::{ENDPOINT, KEY, MockResponse, assert_error_line, fixtures};
use tokio::sync::Barrier;
use tower::limit::ConcurrencyLimitLayer;
use tower::util::service_fn;
use tower::{Service, ServiceBuilder, ServiceExt};

fn client(transport: impl Transport) -> Client {
    let builder = Client::builder().endpoint(ENDPOINT).api_key(KEY);
    builder.transport(transport).max_retries(0).build().unwrap()
}

fn pong() -> MockResponse {
    MockResponse::bytes("application/json", fixtures::bytes("ping.json"))
}

#[tokio::test]
async fn an_exhausted_script_fails_without_retries() {
    let transport = MockTransport::new([pong()]);
    let builder = Client::builder().endpoint(ENDPOINT).api_key(KEY);
    let client = builder.transport(transport.clone()).build().unwrap();
    client.ping().await.unwrap();
    let error = client.ping().await.unwrap_err();
    assert_error_line(&error, "ping");
    assert!(
        format!("{error:#}").contains("no response left for GET /apis/v2/ping"),
        "{error}"
    );
    assert_eq!(error.attempts(), 1);
    assert!(
        !error.is_connect() && !error.is_outcome_unknown(),
        "{error}"
    );
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn an_invalid_scripted_response_fails_the_request() {
    let bad = [
        MockResponse::status(1000),
        MockResponse::status(200).header("no header", "x"),
        MockResponse::status(200).header("x-header", "\n"),
        MockResponse::json(&f64::NAN).header("x-header", "a\nb"),
    ];
    for reply in bad {
        let shown = format!("{reply:?}");
        let error = client(MockTransport::new([reply]))
            .ping()
            .await
            .unwrap_err();
        assert!(
            error.to_string().contains("did not send"),
            "{shown}: {error}"
        );
    }
}

#[tokio::test]
async fn a_mock_transport_records_a_complete_file() {
    let transport = MockTransport::new([MockResponse::status(200)]);
    let speech = FilePart::bytes("speech.wav", "canary-speech");
    let call = client(transport.clone()).transcribe(speech);
    call.send_raw().await.unwrap();
    let [request] = &transport.requests()[..] else {
        panic!("one request");
    };
    let length = request.headers()["content-length"].to_str().unwrap();
    assert_eq!(length, request.body().len().to_string());
    let text = String::from_utf8_lossy(request.body());
    assert!(text.contains("canary-speech"), "{text}");
    assert!(request.headers()["authorization"].is_sensitive());
}

#[tokio::test]
async fn clients_can_share_a_transport() {
    let memory = MockTransport::from_fn(|_| MockResponse::status(200));
    let shared: Arc<dyn Transport> = Arc::new(memory.clone());
    client(Arc::clone(&shared)).ping().send_raw().await.unwrap();
    let media = MediaClient::builder().endpoint(ENDPOINT).api_key(KEY);
    let media = media.transport(shared).build().unwrap();
    media.costs().send_raw().await.unwrap();
    assert_eq!(memory.requests().len(), 2);
}

/// A service that adds a header.
#[derive(Clone)]
struct Gateway<S>(S);

impl<S, B> Service<http::Request<B>> for Gateway<S>
where
    S: Service<http::Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(
        &mut self,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, mut request: http::Request<B>) -> S::Future {
        let value = HeaderValue::from_static("red");
        request.headers_mut().insert("x-gateway", value);
        self.0.call(request)
    }
}

#[tokio::test]
async fn layers_receive_every_request() {
    let memory = MockTransport::from_fn(|_| pong());
    let service = Gateway(TransportService::new(memory.clone()));
    let client = client(TowerTransport::new(service));
    client.ping().await.unwrap();
    assert_eq!(memory.requests()[0].headers()["x-gateway"], "red");
}

#[tokio::test]
async fn a_tower_concurrency_limit_applies_across_calls() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let peak = Arc::clone(&most);
    // Each call waits until three are active.
    let three = Arc::new(Barrier::new(3));
    let service = service_fn(move |_: http::Request<RequestBody>| {
        let (now, most, three) = (Arc::clone(&now), Arc::clone(&most), Arc::clone(&three));
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            three.wait().await;
            now.fetch_sub(1, Ordering::SeqCst);
            let body = RequestBody::Bytes(fixtures::bytes("ping.json"));
            Ok::<_, std::io::Error>(http::Response::new(body))
        }
    });
    let limited = ServiceBuilder::new()
        .layer(ConcurrencyLimitLayer::new(3))
        .service(service);
    let client = client(TowerTransport::new(limited));
    let responses = join_all((0..21).map(|_| client.ping().send())).await;
    assert!(responses.iter().all(Result::is_ok));
    assert_eq!(peak.load(Ordering::SeqCst), 3);
}

/// Returns the error of a service that fails with this error.
async fn call_failing_service(error: impl Into<tower::BoxError>) -> imagine_sdk::Error {
    let error = Arc::new(std::sync::Mutex::new(Some(error.into())));
    let service = service_fn(move |_: http::Request<RequestBody>| {
        let error = error.lock().unwrap().take().unwrap();
        async { Err::<http::Response<RequestBody>, tower::BoxError>(error) }
    });
    let client = client(TowerTransport::new(service));
    client.ping().await.unwrap_err()
}

#[tokio::test]
async fn errors_of_a_tower_service_keep_their_kind() {
    let error =
        call_failing_service(TransportError::new(TransportErrorKind::Connect, "no route")).await;
    assert!(
        error.is_connect() && format!("{error:#}").contains("no route"),
        "{error}"
    );
    let error = call_failing_service("canary").await;
    assert!(
        error.is_transport() && error.is_outcome_unknown(),
        "{error}"
    );
    assert!(format!("{error:#}").contains("canary"), "{error}");
}

#[tokio::test]
async fn a_tower_service_that_is_not_ready_sends_nothing() {
    #[derive(Clone)]
    struct Closed;
    impl Service<http::Request<RequestBody>> for Closed {
        type Response = http::Response<RequestBody>;
        type Error = std::io::Error;
        type Future = std::future::Ready<Result<Self::Response, Self::Error>>;
        fn poll_ready(
            &mut self,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Result<(), Self::Error>> {
            std::task::Poll::Ready(Err(std::io::Error::other("closed")))
        }
        fn call(&mut self, _: http::Request<RequestBody>) -> Self::Future {
            panic!("it is not ready")
        }
    }
    let error = client(TowerTransport::new(Closed))
        .ping()
        .await
        .unwrap_err();
    assert!(
        format!("{error:#}").contains("did not send the request: closed"),
        "{error}"
    );
}

/// Bodies are `http_body::Body`s on both sides of a service, and stay chunked.
#[tokio::test]
async fn a_stream_passes_through_a_tower_service_incrementally() {
    let parts = [
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n",
        "data: [DONE]\n\n",
    ];
    let memory =
        MockTransport::new([MockResponse::event_bytes(parts.map(Bytes::from)).then_hangs()]);
    let service = TransportService::new(memory).map_err(std::io::Error::other);
    let client = client(TowerTransport::new(service));
    let stream = client.chat("Hi").stream().await.unwrap();
    let events: Vec<_> = stream.map(Result::unwrap).collect().await;
    assert_eq!(events[0].text().unwrap(), "a");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reqwest_client_sends_requests() {
    let mock = MockServer::start().await.unwrap();
    // A custom client uses its own TLS provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let builder = Client::builder()
        .endpoint(mock.inference_endpoint())
        .api_key(KEY);
    let builder = builder.transport(ReqwestTransport::from_client(http));
    let client = builder.build().unwrap();
    assert_eq!(client.ping().await.unwrap().message, "pong");
    assert!(
        client
            .chat("Hi")
            .stream()
            .await
            .unwrap()
            .collect()
            .await
            .is_ok()
    );
}

/// A layer that sends every request to another URL, for example to a staging service.
#[derive(Debug)]
struct RewritingTransport {
    target: http::Uri,
    transport: ReqwestTransport,
}

impl Transport for RewritingTransport {
    fn send(
        &self,
        mut request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        *request.uri_mut() = self.target.clone();
        self.transport.send(request)
    }
}

/// State for the original URL must not affect the rewritten request.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_layer_can_rewrite_the_url() {
    let mock = MockServer::start().await.unwrap();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let elsewhere = RewritingTransport {
        target: format!("{}/ping?rewritten=yes", mock.inference_endpoint())
            .parse()
            .unwrap(),
        transport: ReqwestTransport::from_client(http),
    };
    let response = client(elsewhere).ping().await.unwrap();
    assert_eq!(response.message, "pong");
    let query = &mock.requests()[0].query;
    assert_eq!(query[..], [("rewritten".to_owned(), "yes".to_owned())]);
}

/// Not a panic of the HTTP client (F20).
#[test]
fn a_call_outside_a_complete_runtime_is_an_error() {
    let builder = || {
        Client::builder()
            .endpoint("http://127.0.0.1:1/v2")
            .api_key(KEY)
            .no_proxy()
    };
    let client = builder().build().unwrap();
    let error = client.ping().send().now_or_never().unwrap().unwrap_err();
    assert!(error.is_transport() && error.attempts() == 1, "{error:#}");
    assert!(
        format!("{error:#}").contains("outside a tokio runtime"),
        "{error:#}"
    );
    let without_drivers = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let error = without_drivers.block_on(client.ping().send()).unwrap_err();
    assert!(format!("{error:#}").contains("enable_all"), "{error:#}");
    assert!(!error.is_outcome_unknown(), "{error:#}");
}

/// Futures that contain a request twice, or unused space, grow with every layer, and each layer moves them.
#[tokio::test]
async fn futures_of_calls_are_small() {
    let client = client(MockTransport::new([]));
    let chat = client.chat("Hi");
    let builder = size_of_val(&chat);
    let sent = size_of_val(&chat.send());
    let awaited = size_of_val(&*client.chat("Hi").into_future());
    assert!(awaited <= 1024, "{awaited} bytes");
    assert!(sent <= builder + 1024, "{sent} bytes");
}

/// Requests that no transport could send are rejected before the transport is called.
#[tokio::test]
async fn rejects_a_url_that_is_too_long() {
    let client = client(MockTransport::new([]));
    let call = client.ping().with_extra_query("q", "x".repeat(70_000));
    let error = call.await.unwrap_err();
    assert_eq!(error.invalid_field(), Some("url"), "{error:?}");
    assert_eq!(error.attempts(), 0);
    assert!(error.to_string().contains("65534 bytes"), "{error}");
}
