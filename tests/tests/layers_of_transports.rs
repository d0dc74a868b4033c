//! Layers around the built-in transport (A3).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use imagine_sdk::transport::{
    RequestBody, ResponseBody, Transport, TransportError, TransportErrorKind,
};
use imagine_sdk::{ApiClient, Client, ClientBuilder, Clock, Error, MediaClient};
use imagine_tests::{
    AfterResponse, ClosedPort, ConnectProxy, KEY, PauselessClock, RawServer, SecureServer, fixtures,
};
use tower::ServiceBuilder;
use tower::util::ServiceExt;

/// Records its name for each request and each response.
#[derive(Clone, Debug)]
struct Recording<T> {
    inner: T,
    name: &'static str,
    record: Arc<Mutex<Vec<String>>>,
}

impl<T: Transport> Transport for Recording<T> {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        let Self { name, record, .. } = self;
        record.lock().unwrap().push(format!("{name} sends"));
        let (name, record) = (*name, Arc::clone(record));
        let sending = self.inner.send(request);
        sending
            .inspect(move |_| record.lock().unwrap().push(format!("{name} receives")))
            .boxed()
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// An error of a layer that contains that of the transport.
#[derive(Debug)]
struct Wrapped(BoxError);

impl std::fmt::Display for Wrapped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the layer failed")
    }
}

impl std::error::Error for Wrapped {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}

/// No layer, and typical layers.
fn wrappers<C: ApiClient>() -> [fn(ClientBuilder<C>) -> ClientBuilder<C>; 4] {
    [
        |builder| builder,
        |builder| {
            builder.layer(|inner| Recording {
                inner,
                name: "a",
                record: Arc::default(),
            })
        },
        |builder| {
            let layer = ServiceBuilder::new().map_request(|mut request: http::Request<_>| {
                request
                    .headers_mut()
                    .insert("x-layer", "1".parse().unwrap());
                request
            });
            builder.tower_layer(layer.concurrency_limit(8))
        },
        |builder| {
            let layer =
                ServiceBuilder::new().map_err(|error: TransportError| Wrapped(error.into()));
            builder.tower_layer(layer)
        },
    ]
}

#[tokio::test]
async fn layers_keep_proxy_and_certificates() {
    for wrap in wrappers::<Client>() {
        let (server, proxy) = (SecureServer::start().await, ConnectProxy::start().await);
        let builder = Client::builder().endpoint(server.endpoint()).api_key(KEY);
        let builder = wrap(builder).add_root_certificate(server.certificate());
        let client = builder.proxy(proxy.url()).build().unwrap();
        assert_eq!(client.ping().await.unwrap().message, "pong");
        assert_eq!(proxy.targets().len(), 1);
    }
}

/// The first layer is the innermost, also for a client that is derived from another.
#[tokio::test]
async fn the_last_layer_sees_a_request_first() {
    let server = imagine_mock::MockServer::start().await.unwrap();
    let record = Arc::new(Mutex::new(Vec::new()));
    let recording = |name| {
        let record = Arc::clone(&record);
        move |inner| Recording {
            inner,
            name,
            record,
        }
    };
    let builder = Client::builder()
        .endpoint(server.inference_endpoint())
        .api_key(KEY);
    let builder = builder.layer(recording("inner")).layer(recording("outer"));
    let client = builder.no_proxy().build().unwrap();
    client.ping().await.unwrap();
    let order = [
        "outer sends",
        "inner sends",
        "inner receives",
        "outer receives",
    ];
    assert_eq!(*record.lock().unwrap(), order);
    record.lock().unwrap().clear();
    let derived = client
        .with_options(|builder| builder.layer(recording("derived")))
        .unwrap();
    derived.ping().await.unwrap();
    assert_eq!(
        record.lock().unwrap()[..2],
        ["derived sends", "outer sends"]
    );
    assert_eq!(record.lock().unwrap().len(), 6);
}

fn properties(error: &Error) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        error.kind(),
        error.timeout_kind(),
        error.is_outcome_unknown(),
        error.attempts(),
        error.to_string(),
    )
}

/// Errors mean the same through every layer, and so do retries.
#[tokio::test]
async fn layers_keep_the_meaning_of_errors() {
    let closed = ClosedPort::new();
    let secure = SecureServer::start().await;
    let cases = [
        (closed.endpoint(), None),
        (secure.endpoint(), None),
        (String::new(), Some("")),
        (String::new(), Some("SSH-2.0\r\n")),
        (
            String::new(),
            Some(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
            ),
        ),
    ];
    for (endpoint, response) in cases {
        let mut errors = Vec::new();
        for wrap in wrappers::<MediaClient>() {
            let server = RawServer::start(response.unwrap_or_default(), AfterResponse::Close).await;
            let endpoint = response.map_or(endpoint.clone(), |_| server.endpoint());
            let builder = MediaClient::builder().endpoint(&endpoint).api_key(KEY);
            let client = wrap(builder)
                .no_proxy()
                .clock(PauselessClock)
                .build()
                .unwrap();
            let error = client.text2img("A cat").await.unwrap_err();
            errors.push(error);
        }
        let first = properties(&errors[0]);
        for error in &errors[1..] {
            assert_eq!(properties(error), first, "{endpoint} {response:?}");
        }
    }
}

/// A layer that rejects a request is known not to have sent it, so the outcome is known (A3).
#[tokio::test]
async fn a_rejection_by_a_layer_is_not_sent() {
    let reject = ServiceBuilder::new()
        .map_err(|error: BoxError| error)
        .filter(|request: http::Request<RequestBody>| {
            drop(request);
            Err::<http::Request<RequestBody>, _>("over the limit")
        });
    let builder = MediaClient::builder()
        .endpoint("http://127.0.0.1:1/v2")
        .api_key(KEY);
    let plain = builder.no_proxy().build().unwrap();
    let derived = plain.with_options(|builder| builder.tower_layer(reject.clone()));
    let builder = MediaClient::builder().endpoint("http://127.0.0.1:1/v2");
    let client = builder.api_key(KEY).no_proxy().tower_layer(reject).build();
    for client in [client, derived] {
        let error = client.unwrap().text2img("A cat").await.unwrap_err();
        let transport = error.get_ref::<TransportError>().unwrap();
        assert_eq!(transport.kind, TransportErrorKind::NotSent, "{error:#}");
        assert!(
            !error.is_outcome_unknown() && error.attempts() == 1,
            "{error:#}"
        );
        assert!(format!("{error:#}").contains("over the limit"), "{error:#}");
    }
}

/// A clock on which everything passes immediately except for the timeout of a call.
#[derive(Debug)]
struct OnlyCallsLast;

impl Clock for OnlyCallsLast {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn time_of_day(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        match span < Duration::from_secs(30) {
            true => std::future::ready(()).boxed(),
            false => std::future::pending().boxed(),
        }
    }
}

/// The wait for a connection starts when the layer calls the transport.
#[tokio::test]
async fn the_wait_for_a_connection_is_limited_behind_a_layer_that_waits() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    // The system accepts the connection, but nothing responds to its TLS handshake.
    let endpoint = format!("https://{}/v2", listener.local_addr().unwrap());
    let late = ServiceBuilder::new().filter_async(|request: http::Request<RequestBody>| async {
        tokio::task::yield_now().await;
        Ok::<_, BoxError>(request)
    });
    let builder = Client::builder().endpoint(endpoint).api_key(KEY).no_proxy();
    let builder = builder.clock(OnlyCallsLast).max_retries(1);
    let client = builder.tower_layer(late).build().unwrap();
    let error = client.ping().await.unwrap_err();
    assert!(
        format!("{error:#}").contains("the request waited for"),
        "{error:#}"
    );
}

/// A layer fails after the server has received the request.
#[tokio::test]
async fn a_layer_that_fails_after_sending_leaves_the_outcome_unknown() {
    let server = RawServer::start(
        [
            &b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n"[..],
            &fixtures::bytes("media/generation.json"),
        ]
        .concat(),
        AfterResponse::Close,
    )
    .await;
    let fail = tower::layer::layer_fn(|inner: imagine_sdk::transport::TransportService<_>| {
        inner.and_then(|_| async {
            Err::<http::Response<ResponseBody>, BoxError>("too late".into())
        })
    });
    let builder = MediaClient::builder()
        .endpoint(server.endpoint())
        .api_key(KEY);
    let client = builder.no_proxy().tower_layer(fail).build().unwrap();
    let error = client.text2img("A cat").await.unwrap_err();
    assert!(
        error.is_outcome_unknown() && error.attempts() == 1,
        "{error:#}"
    );
}
