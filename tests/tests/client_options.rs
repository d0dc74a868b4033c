//! Settings of a client: rotating keys, derived clients, default models and the retry policy.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use imagine_sdk::inference::{EmbeddingRequest, operations};
use imagine_sdk::{ApiKey, ApiKeyProvider, AuthScheme, CredentialsError, RetryPolicy, TimeoutKind};
use imagine_tests::{KEY, MockResponse, TestClient, assert_not_in_error, fixtures};
use serde_json::json;

fn pong() -> MockResponse {
    MockResponse::json(&json!({"message": "pong", "status": "ok"}))
}

fn unavailable() -> MockResponse {
    MockResponse::status(503)
}

fn response(name: &str) -> MockResponse {
    MockResponse::bytes("application/json", fixtures::bytes(name))
}

/// Issues `rotating-0`, `rotating-1` and so on.
#[derive(Debug, Default)]
struct Rotation(AtomicU32);

impl ApiKeyProvider for Rotation {
    fn api_key(&self) -> BoxFuture<'_, Result<ApiKey, CredentialsError>> {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        async move { Ok(ApiKey::from(format!("rotating-{number}"))) }.boxed()
    }
}

/// Fails, or never returns.
#[derive(Debug)]
enum Outage {
    Fails,
    Hangs,
}

impl ApiKeyProvider for Outage {
    fn api_key(&self) -> BoxFuture<'_, Result<ApiKey, CredentialsError>> {
        match self {
            Self::Fails => async { Err("the secret store is sealed".into()) }.boxed(),
            Self::Hangs => std::future::pending().boxed(),
        }
    }
}

#[tokio::test]
async fn each_attempt_sends_the_key_that_the_provider_issues() {
    let test = TestClient::with_settings([unavailable(), pong()], |builder| {
        builder.api_key_provider(Rotation::default())
    });
    test.client.ping().await.unwrap();
    let sent = test.requests();
    assert_eq!(sent[0].headers["authorization"], "Bearer rotating-0");
    assert_eq!(sent[1].headers["authorization"], "Bearer rotating-1");
}

#[tokio::test]
async fn an_error_redacts_the_key_of_its_attempt() {
    let body = Bytes::from_static(br#"{"detail": "key rotating-0 has expired"}"#);
    let leak = MockResponse::status(401).chunks([body]);
    let test = TestClient::with_settings([leak], |builder| {
        builder.api_key_provider(Rotation::default())
    });
    let error = test.client.ping().await.unwrap_err();
    assert!(error.is_authentication(), "{error}");
    assert!(error.to_string().contains("has expired"), "{error}");
    assert_not_in_error(&error, "rotating-0");
}

#[tokio::test]
async fn a_call_fails_with_the_error_of_the_provider_before_anything_is_sent() {
    let test = TestClient::with_settings([], |builder| builder.api_key_provider(Outage::Fails));
    let error = test.client.ping().await.unwrap_err();
    assert!(error.is_configuration(), "{error}");
    let source = std::error::Error::source(&error).unwrap();
    assert!(source.to_string().contains("sealed"), "{source}");
    assert_eq!(error.attempts(), 0);
    assert!(test.requests().is_empty());
}

#[tokio::test]
async fn waiting_for_a_key_counts_towards_the_timeout_of_the_call() {
    let test = TestClient::with_settings([], |builder| builder.api_key_provider(Outage::Hangs));
    let call = test.client.ping().with_timeout(Duration::from_secs(9));
    let error = call.await.unwrap_err();
    assert_eq!(error.timeout_kind(), Some(TimeoutKind::Credentials));
    assert_eq!(test.clock.sleeps(), [Duration::from_secs(9)]);
    assert!(test.requests().is_empty());
}

#[tokio::test]
async fn a_derived_client_changes_only_the_settings_it_is_given() {
    let test = TestClient::with_settings([pong(), pong()], |builder| {
        builder.default_header("x-team", "search").max_retries(0)
    });
    let derived = test.client.with_options(|options| {
        options
            .auth_scheme(AuthScheme::ChApiKey)
            .user_agent_suffix("derived/1")
    });
    derived.unwrap().ping().await.unwrap();
    test.client.ping().await.unwrap();
    let [of_derived, of_origin] = &test.requests()[..] else {
        panic!("two requests");
    };
    assert_eq!(of_derived.headers["ch-api-key"], KEY);
    assert_eq!(of_origin.headers["authorization"], format!("Bearer {KEY}"));
    for request in [of_derived, of_origin] {
        assert_eq!(request.headers["x-team"], "search");
    }
    let user_agent = |request: &imagine_tests::SentRequest| {
        let value = request.headers["user-agent"].to_str().unwrap();
        value.ends_with("derived/1")
    };
    assert!(user_agent(of_derived) && !user_agent(of_origin));
}

#[tokio::test]
async fn a_derived_client_rejects_an_invalid_setting() {
    let test = TestClient::new([]);
    let derived = test
        .client
        .with_options(|options| options.default_header("authorization", "canary"));
    let error = derived.unwrap_err();
    assert!(error.is_configuration(), "{error}");
    assert_not_in_error(&error, "canary");
}

#[tokio::test]
async fn a_derived_client_shares_the_concurrency_limit() {
    let events = MockResponse::event_bytes([Bytes::from_static(b": ping\n\n")]).then_hangs();
    let test = TestClient::with_settings([events, pong()], |builder| {
        builder.max_concurrent_requests(1)
    });
    let patient = |options: imagine_sdk::ClientBuilder<_>| options.timeout(Duration::from_secs(5));
    let derived = test.client.with_options(patient).unwrap();
    let larger = derived.with_options(|options| options.max_concurrent_requests(2));
    let stream = test.client.chat("Hi").stream().await.unwrap();
    let error = derived.ping().await.unwrap_err();
    assert_eq!(error.timeout_kind(), Some(TimeoutKind::Queue));
    larger.unwrap().ping().await.unwrap();
    drop(stream);
}

#[tokio::test]
async fn a_derived_client_shares_the_retry_budget() {
    let policy = RetryPolicy::new().budget(1);
    let script = [
        unavailable(),
        unavailable(),
        unavailable(),
        unavailable(),
        pong(),
    ];
    let test = TestClient::with_settings(script, |builder| builder.retry_policy(policy));
    let derived = test
        .client
        .with_options(|options| options.timeout(Duration::from_secs(5)));
    let derived = derived.unwrap();
    assert_eq!(test.client.ping().await.unwrap_err().attempts(), 2);
    assert_eq!(derived.ping().await.unwrap_err().attempts(), 1);
    let refilled = derived.with_options(|options| options.retry_policy(RetryPolicy::new()));
    assert_eq!(refilled.unwrap().ping().await.unwrap().message, "pong");
}

#[tokio::test]
async fn calls_without_a_model_use_the_default_model_of_the_client() {
    let script = ["chat.json", "chat.json", "embeddings.json"].map(response);
    let test = TestClient::with_settings(script, |builder| {
        builder
            .default_model(&operations::CHAT, "my-chat")
            .default_model(&operations::EMBEDDINGS, "my-embeddings")
    });
    test.client.chat("Hi").await.unwrap();
    test.client.chat("Hi").model("another").await.unwrap();
    let request = EmbeddingRequest::new(["a", "b"]);
    let documented = serde_json::to_value(&request).unwrap()["model"].clone();
    test.client.call(request).await.unwrap();
    let models = test
        .requests()
        .into_iter()
        .map(|request| request.json()["model"].clone());
    let models: Vec<_> = models.collect();
    assert_eq!(models, [json!("my-chat"), json!("another"), documented]);
}

#[tokio::test]
async fn the_retry_policy_sets_attempts_and_pauses() {
    let policy = RetryPolicy::new()
        .max_retries(2)
        .initial_backoff(Duration::ZERO)
        .max_retry_after(Duration::from_secs(5));
    let asks = |seconds: &str| unavailable().header("retry-after", seconds);
    let script = [asks("4"), unavailable(), unavailable(), asks("6")];
    let test = TestClient::with_settings(script, |builder| builder.retry_policy(policy));
    let error = test.client.ping().await.unwrap_err();
    assert_eq!(error.attempts(), 3);
    // The requested pause is jittered, and the backoff of zero is no pause.
    let [pause] = test.clock.sleeps()[..] else {
        panic!("{:?}", test.clock.sleeps());
    };
    assert!((4.0..=5.0).contains(&pause.as_secs_f64()), "{pause:?}");
    let error = test.client.ping().await.unwrap_err();
    assert_eq!(
        (error.attempts(), error.retry_after()),
        (1, Some(Duration::from_secs(6)))
    );
}
