//! Budgets of clients, and what their calls spend.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use futures_util::FutureExt;
use imagine_sdk::transport::TransportErrorKind;
use imagine_sdk::{Budget, BudgetExceeded, ErrorKind, MediaClient, blocking};
use imagine_tests::{
    ENDPOINT, KEY, MockResponse, MockTransport, TestClient, assert_error_line, fixtures,
};
use serde_json::json;

fn with_budget(script: impl IntoIterator<Item = MockResponse>, budget: Budget) -> TestClient {
    TestClient::with_settings(script, |builder| builder.budget(budget).max_retries(0))
}

fn with_media_budget(script: impl IntoIterator<Item = MockResponse>, budget: Budget) -> TestClient {
    TestClient::with_media_settings(script, |builder| builder.budget(budget).max_retries(0))
}

fn generation() -> MockResponse {
    MockResponse::json(&json!({"generation_uuid": "g-1", "queue_length": 0}))
}

fn costs() -> MockResponse {
    MockResponse::json(&json!({"costs": {"text2img": 25, "video": 100, "unknown": null}}))
}

#[tokio::test]
async fn a_call_that_could_exceed_the_budget_is_rejected_with_the_numbers() {
    let test = with_budget(
        [MockResponse::reply("ok").usage(30, 70)],
        Budget::new().tokens(500),
    );
    test.client.chat("Hi").max_tokens(300).await.unwrap();
    let error = test.client.chat("Hi").max_tokens(450).await.unwrap_err();
    assert_error_line(&error, "chat");
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::BudgetExceeded, 0)
    );
    assert!(error.is_budget_exceeded() && error.is_limited_by_client());
    assert!(!error.is_outcome_unknown());
    let exceeded: &BudgetExceeded = error.get_ref().unwrap();
    assert_eq!(
        (exceeded.unit, exceeded.limit, exceeded.spent),
        ("tokens", 500.0, 100.0)
    );
    assert!(exceeded.needed > 450.0 && exceeded.reserved == 0.0);
    assert_eq!(test.requests().len(), 1);
}

#[tokio::test]
async fn calls_in_progress_reserve_what_they_could_spend() {
    let script = [MockResponse::hangs(), MockResponse::reply("ok").usage(1, 1)];
    let test = with_budget(script, Budget::new().tokens(500));
    let mut hanging = Box::pin(test.client.chat("Hi").max_tokens(400).send());
    assert!((&mut hanging).now_or_never().is_none());
    assert!(test.client.spent().reserved_tokens > 400);
    let error = test
        .client
        .clone()
        .chat("Hi")
        .max_tokens(300)
        .await
        .unwrap_err();
    assert!(error.is_budget_exceeded(), "{error}");
    // The service may execute it, so its estimate counts.
    drop(hanging);
    let spent = test.client.spent();
    assert_eq!(spent.reserved_tokens, 0);
    assert!(spent.tokens > 400 && spent.by_operation[0].estimated_tokens == spent.tokens);
}

#[tokio::test]
async fn a_call_that_was_not_executed_spends_nothing() {
    let script = [
        MockResponse::fails(TransportErrorKind::Connect),
        MockResponse::status(429),
        MockResponse::status(404),
    ];
    let test = with_budget(script, Budget::new().tokens(2000));
    for _ in 0..3 {
        test.client.chat("Hi").max_tokens(1500).await.unwrap_err();
    }
    let spent = test.client.spent();
    assert_eq!(
        (
            spent.tokens,
            spent.reserved_tokens,
            spent.by_operation.len()
        ),
        (0, 0, 0)
    );
}

#[tokio::test]
async fn spending_is_recorded_by_operation_and_model() {
    let embeddings = || MockResponse::bytes("application/json", fixtures::bytes("embeddings.json"));
    let chat = || MockResponse::reply("ok").usage(10, 5);
    let script = [chat(), chat(), chat(), embeddings()];
    let test = with_budget(script, Budget::new());
    test.client.chat("Hi").model("a").await.unwrap();
    test.client.chat("Hi").model("a").await.unwrap();
    test.client.chat("Hi").model("b").await.unwrap();
    test.client.embeddings(["x", "y"]).send().await.unwrap();
    let spent = test.client.spent();
    let rows = spent.by_operation.iter();
    let rows = rows.filter(|row| row.operation == "chat").map(|row| {
        let model = row.model.as_deref().unwrap();
        (
            model,
            row.requests,
            row.prompt_tokens,
            row.completion_tokens,
        )
    });
    assert_eq!(
        rows.collect::<Vec<_>>(),
        [("a", 2, 20, 10), ("b", 1, 10, 5)]
    );
    assert_eq!(spent.by_operation.len(), 3);
}

#[tokio::test]
async fn nothing_is_recorded_without_a_budget() {
    let test = TestClient::new([MockResponse::reply("ok").usage(10, 5)]);
    test.client.chat("Hi").await.unwrap();
    assert_eq!(test.client.spent(), imagine_sdk::Spent::default());
}

#[tokio::test]
async fn the_prices_of_generations_are_fetched_once() {
    let script = [costs(), generation(), generation()];
    let test = with_media_budget(script, Budget::new().credits(60));
    test.media.text2img("a").await.unwrap();
    test.media.text2img("b").await.unwrap();
    let error = test.media.text2img("c").await.unwrap_err();
    let exceeded: &BudgetExceeded = error.get_ref().unwrap();
    assert_eq!(
        (exceeded.unit, exceeded.spent, exceeded.needed),
        ("credits", 50.0, 25.0)
    );
    let paths: Vec<_> = test
        .requests()
        .iter()
        .map(|request| request.path.clone())
        .collect();
    assert_eq!(paths.len(), 3);
    assert!(paths[0].ends_with("/images/costs"), "{paths:?}");
    let spent = test.media.spent();
    let row = spent
        .by_operation
        .iter()
        .find(|row| row.operation == "text2img");
    assert_eq!((spent.credits, row.unwrap().credits), (50.0, 50.0));
}

#[tokio::test]
async fn the_cost_of_a_response_replaces_the_price() {
    let charged = MockResponse::json(&json!({"generation_uuid": "g-1", "cost": 40}));
    let budget = Budget::new().credits(60).prices([("text2img", 25)]);
    let test = with_media_budget([charged], budget);
    test.media.text2img("a").await.unwrap();
    assert_eq!(test.media.spent().credits, 40.0);
    assert!(
        test.media
            .text2img("b")
            .await
            .unwrap_err()
            .is_budget_exceeded()
    );
}

#[tokio::test]
async fn a_generation_without_a_price_is_not_sent() {
    let test = with_media_budget([costs()], Budget::new().credits(60));
    let error = test.media.tts("Hello").await.unwrap_err();
    assert_error_line(&error, "tts");
    assert!(error.is_configuration(), "{error}");
    assert!(error.to_string().contains("Budget::prices"), "{error}");
}

#[tokio::test]
async fn an_error_of_the_price_list_fails_the_call() {
    let script = [MockResponse::status(404), costs(), generation()];
    let test = with_media_budget(script, Budget::new().credits(60));
    assert!(test.media.text2img("a").await.unwrap_err().is_not_found());
    // The next call fetches them again.
    test.media.text2img("a").await.unwrap();
}

#[tokio::test]
async fn derived_clients_share_an_equal_budget() {
    let script = [
        MockResponse::reply("ok").usage(30, 70),
        MockResponse::reply("ok"),
    ];
    let test = with_budget(script, Budget::new().tokens(500));
    let derived = test
        .client
        .with_options(|options| options.max_retries(1))
        .unwrap();
    derived.chat("Hi").max_tokens(10).await.unwrap();
    assert_eq!(test.client.spent().tokens, 100);
    let other = test
        .client
        .with_options(|options| options.budget(Budget::new().tokens(50)));
    assert_eq!(other.unwrap().spent().tokens, 0);
}

#[test]
fn invalid_budgets_are_rejected() {
    let build = |budget: Budget| {
        let builder = MediaClient::builder().endpoint(ENDPOINT).api_key(KEY);
        builder.budget(budget).build().unwrap_err()
    };
    for (budget, named) in [
        (Budget::new().tokens(0), "0 tokens"),
        (Budget::new().credits(0), "0 credits"),
        (Budget::new().credits(f64::NAN), "NaN credits"),
        (
            Budget::new().credits(1).prices([("video", -1)]),
            "`video` is -1",
        ),
    ] {
        let error = build(budget);
        assert!(error.is_configuration(), "{error}");
        assert!(error.to_string().contains(named), "{error}");
    }
}

/// The inference API has no prices, so a budget of both units counts its tokens, and credits where the caller sets them.
#[tokio::test]
async fn credits_of_the_inference_api_are_those_of_the_caller() {
    let budget = || Budget::new().tokens(1_000_000).credits(5);
    let reply = || MockResponse::reply("ok").usage(3, 4);
    let test = with_budget([reply()], budget());
    test.client.chat("Hi").await.unwrap();
    let spent = test.client.spent();
    assert_eq!((spent.tokens, spent.credits), (7, 0.0));

    let test = with_budget([reply(), reply()], budget().prices([("chat", 2)]));
    test.client.chat("Hi").await.unwrap();
    test.client.chat("Hi").await.unwrap();
    let error = test.client.chat("Hi").await.unwrap_err();
    let exceeded: &BudgetExceeded = error.get_ref().unwrap();
    assert_eq!((exceeded.unit, exceeded.spent), ("credits", 4.0));
    assert!(!error.to_string().contains("max_tokens"), "{error}");
}

#[test]
fn blocking_clients_have_budgets() {
    let transport = MockTransport::new(ENDPOINT, [MockResponse::reply("ok").usage(3, 4)]);
    let builder = blocking::Client::builder().endpoint(ENDPOINT).api_key(KEY);
    let builder = builder
        .transport(transport)
        .budget(Budget::new().tokens(100));
    let client = builder.build().unwrap();
    client.chat("Hi").max_tokens(20).send().unwrap();
    assert_eq!(client.spent().tokens, 7);
    let error = client.chat("Hi").max_tokens(99).send().unwrap_err();
    assert!(error.is_budget_exceeded(), "{error}");
}
