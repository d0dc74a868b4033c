//! The events of retries. The file has one test: a test in another thread could register the event without a
//! subscriber.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::sync::{Arc, Mutex};

use imagine_sdk::transport::TransportErrorKind;
use imagine_tests::{MockResponse, TestClient, Trace, fixtures};

/// One event at level `INFO` and one call of the caller's function for each retry (A13).
#[tokio::test]
async fn each_retry_is_reported() {
    let reported = Arc::new(Mutex::new(Vec::new()));
    let report = Arc::clone(&reported);
    let script = [
        MockResponse::status(503).header("retry-after", "1"),
        MockResponse::fails(TransportErrorKind::Connect),
        MockResponse::bytes("application/json", fixtures::bytes("ping.json")),
    ];
    let test = TestClient::with_settings(script, |builder| {
        builder.on_retry(move |retry| {
            let line = format!("{} {} {}", retry.operation, retry.attempts, retry.error);
            report.lock().unwrap().push((line, retry.pause));
        })
    });
    let trace = Trace::default();
    let guard = tracing::subscriber::set_default(trace.subscriber());
    test.client.ping().await.unwrap();
    drop(guard);
    let reported = reported.lock().unwrap();
    let pauses: Vec<_> = reported.iter().map(|(_, pause)| *pause).collect();
    assert_eq!(pauses, test.clock.sleeps());
    assert!(reported[0].0.starts_with("ping 1 ping: ") && reported[0].0.contains("503"));
    assert!(
        reported[1].0.starts_with("ping 2 ping: cannot connect"),
        "{reported:?}"
    );
    let events = trace.events();
    let events: Vec<_> = events
        .iter()
        .filter(|event| event.level == tracing::Level::INFO)
        .map(|event| {
            let field = |name: &str| event.fields[name].clone();
            ["operation", "attempts", "reason"].map(field).join(" ")
        })
        .collect();
    assert_eq!(events, ["ping 1 503", "ping 2 connect"]);
}
