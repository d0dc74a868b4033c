//! Runs over many inputs, with scripted responses.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::{FutureExt, StreamExt, stream};
use imagine_sdk::bulk::{Progress, RowError, from_stream};
use imagine_sdk::transport::TransportErrorKind;
use imagine_sdk::{Budget, ErrorKind, RateLimits};
use imagine_tests::{MockResponse, SentRequest, TestClient};
use serde_json::{Value, json};

/// Returns the inputs of an embedding request.
fn inputs(request: &SentRequest) -> Vec<String> {
    serde_json::from_value(request.json()["input"].clone()).unwrap()
}

/// Responds with a vector for each input: its number and its length.
fn embed(request: &SentRequest) -> MockResponse {
    let vectors = inputs(request).into_iter().enumerate();
    let vectors = vectors.map(|(index, text)| json!({"index": index, "embedding": vector(&text)}));
    MockResponse::json(&json!({"data": vectors.collect::<Vec<_>>()}))
}

fn vector(text: &str) -> [f32; 2] {
    let number = text.trim_start_matches(|character: char| !character.is_ascii_digit());
    [number.parse().unwrap_or(-1.0), text.len() as f32]
}

fn texts(count: usize) -> impl Iterator<Item = String> + Clone + Send + 'static {
    (0..count).map(|number| format!("text {number}"))
}

/// Checks that each text has its vector, in order.
#[track_caller]
fn assert_vectors(texts: impl Iterator<Item = String>, rows: &[Result<Vec<f32>, RowError>]) {
    let texts: Vec<_> = texts.collect();
    assert_eq!(texts.len(), rows.len());
    for (text, row) in texts.iter().zip(rows) {
        assert_eq!(row.as_deref().unwrap(), vector(text), "{text}");
    }
}

/// The sizes of the requests so far.
fn sizes(test: &TestClient) -> Vec<usize> {
    let requests = test.requests();
    requests
        .iter()
        .map(|request| inputs(request).len())
        .collect()
}

#[tokio::test]
async fn rows_keep_their_order_and_their_index() {
    let test = TestClient::from_fn(embed);
    let run = test.client.embed_all(texts(100)).batch(8).concurrency(4);
    let mut rows = run.stream().await.unwrap();
    for (index, text) in texts(100).enumerate() {
        let row = rows.next().await.unwrap();
        assert_eq!(row.index, index as u64);
        assert_eq!(row.result.unwrap(), vector(&text));
    }
    assert!(rows.next().await.is_none());
    assert_eq!(sizes(&test).iter().sum::<usize>(), 100);
    assert!(sizes(&test).iter().all(|size| *size <= 8));
}

#[tokio::test]
async fn inputs_are_read_no_further_ahead_than_documented() {
    let read = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&read);
    let endless = (0_u64..).inspect(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
    });
    let test = TestClient::from_fn(embed);
    let endless = endless.map(|number| number.to_string());
    let run = test.client.embed_all(endless).batch(4).concurrency(2);
    let mut rows = run.stream().await.unwrap();
    for returned in 1..=500 {
        rows.next().await.unwrap().result.unwrap();
        let ahead = read.load(Ordering::Relaxed) - returned;
        assert!(ahead <= 4 * 4 * 2, "{ahead}");
    }
}

#[tokio::test]
async fn streams_are_inputs_and_a_slow_one_is_not_waited_for() {
    let test = TestClient::from_fn(embed);
    let source = stream::iter(["text 0", "text 1"]).chain(stream::pending());
    let mut rows = test
        .client
        .embed_all(from_stream(source))
        .stream()
        .await
        .unwrap();
    for text in texts(2) {
        assert_eq!(rows.next().await.unwrap().result.unwrap(), vector(&text));
    }
    assert!(rows.next().now_or_never().is_none());
}

#[tokio::test]
async fn a_batch_is_halved_when_the_service_rejects_its_size_and_grows_back() {
    let rejections = [
        (413, "Payload Too Large"),
        (422, "Too many inputs: 16"),
        (400, "batch size 16 > maximum allowed batch size 8"),
    ];
    for (status, message) in rejections {
        let test = TestClient::from_fn(move |request| match inputs(request).len() {
            0..=4 => embed(request),
            _ => MockResponse::status(status).message(message),
        });
        let rows = test
            .client
            .embed_all(texts(400))
            .batch(16)
            .concurrency(1)
            .await
            .unwrap();
        assert_vectors(texts(400), &rows);
        let sizes = sizes(&test);
        assert_eq!(sizes[..4], [16, 8, 4, 4]);
        assert!(
            sizes[4..].contains(&6),
            "it tries larger batches again: {sizes:?}"
        );
        assert!(sizes.len() < 150, "{sizes:?}");
    }
}

#[tokio::test]
async fn a_batch_is_halved_after_a_timeout() {
    let test = TestClient::from_fn(|request| match inputs(request).len() {
        0..=2 => embed(request),
        _ => MockResponse::hangs(),
    });
    let rows = test
        .client
        .embed_all(texts(20))
        .batch(8)
        .concurrency(1)
        .await
        .unwrap();
    assert_vectors(texts(20), &rows);
    assert_eq!(sizes(&test)[..4], [8, 4, 2, 2]);
}

#[tokio::test]
async fn a_rejected_row_fails_alone_and_is_named() {
    let test =
        TestClient::from_fn(
            |request| match inputs(request).contains(&"text 5".to_owned()) {
                true => MockResponse::status(422).message("the input cannot be tokenized"),
                false => embed(request),
            },
        );
    let rows = test
        .client
        .embed_all(texts(16))
        .batch(8)
        .concurrency(2)
        .await
        .unwrap();
    let failed: Vec<_> = rows.iter().filter_map(|row| row.as_ref().err()).collect();
    let [error] = failed[..] else {
        panic!("{failed:?}")
    };
    assert_eq!(error.index(), 5);
    let text = error.to_string();
    assert!(
        text.starts_with("row 5: embeddings: ") && text.contains("tokenized"),
        "{text}"
    );
    // Batches of the full size are sent after that.
    assert_eq!(sizes(&test).iter().filter(|size| **size == 8).count(), 2);
}

#[tokio::test]
async fn malformed_and_incomplete_responses_are_retried() {
    let script = Mutex::new(vec![
        MockResponse::json(&json!({"data": [{"index": 0, "embedding": [1.0, 2.0]}]})),
        MockResponse::bytes("text/html", "<html>"),
        MockResponse::json(&json!({})),
        MockResponse::fails(TransportErrorKind::ResponseBody),
    ]);
    let test = TestClient::from_fn(move |request| {
        let malformed = script.lock().unwrap().pop();
        malformed.unwrap_or_else(|| embed(request))
    });
    let rows = test.client.embed_all(texts(2)).await.unwrap();
    assert_vectors(texts(2), &rows);
}

#[tokio::test]
async fn a_row_that_breaks_the_service_fails_alone() {
    let test =
        TestClient::from_fn(
            |request| match inputs(request).contains(&"text 3".to_owned()) {
                true => MockResponse::status(500),
                false => embed(request),
            },
        );
    let rows = test
        .client
        .embed_all(texts(64))
        .batch(4)
        .concurrency(2)
        .await
        .unwrap();
    let failed: Vec<_> = rows.iter().filter_map(|row| row.as_ref().err()).collect();
    assert_eq!(
        failed.iter().map(|error| error.index()).collect::<Vec<_>>(),
        [3]
    );
    assert_eq!(failed[0].error().kind(), ErrorKind::Server);
}

#[tokio::test]
async fn an_outage_does_not_multiply_the_requests() {
    let test = TestClient::from_fn(|_| MockResponse::status(502));
    let client = test
        .client
        .with_options(|options| options.max_retries(0))
        .unwrap();
    let rows = client.embed_all(texts(64)).batch(64).await.unwrap();
    assert!(rows.iter().all(Result::is_err));
    // 9 of the batch, and 2 of each half.
    assert_eq!(test.requests().len(), 13);
}

#[tokio::test]
async fn equal_inputs_are_sent_once() {
    let test = TestClient::from_fn(embed);
    let counts = Arc::new(Mutex::new(Progress::default()));
    let latest = Arc::clone(&counts);
    let repeated = texts(40)
        .flat_map(|text| [text.clone(), text])
        .chain(texts(40));
    let run = test
        .client
        .embed_all(repeated.clone())
        .batch(4)
        .concurrency(2);
    let run = run.on_progress(move |progress| *latest.lock().unwrap() = *progress);
    let rows = run.await.unwrap();
    assert_vectors(repeated.clone(), &rows);
    assert_eq!(sizes(&test).iter().sum::<usize>(), 40);
    let counts = *counts.lock().unwrap();
    assert_eq!((counts.failed, counts.requests), (0, 10));

    let test = TestClient::from_fn(embed);
    let rows = test
        .client
        .embed_all(repeated.clone())
        .deduplicate(0)
        .await
        .unwrap();
    assert_vectors(repeated, &rows);
    assert_eq!(sizes(&test).iter().sum::<usize>(), 120);
}

#[tokio::test]
async fn the_rows_of_a_failed_input_fail_together() {
    let test = TestClient::from_fn(|_| MockResponse::status(422));
    let rows = test.client.embed_all(["a", "a"]).await.unwrap();
    let failed = rows
        .iter()
        .filter_map(|row| Some(row.as_ref().err()?.index()));
    assert_eq!(failed.collect::<Vec<_>>(), [0, 1]);
    assert_eq!(test.requests().len(), 1);
}

#[tokio::test]
async fn a_row_without_text_fails_and_is_not_sent() {
    let test = TestClient::from_fn(embed);
    let rows = [Some("text 0"), None, Some(" \n"), Some("text 3")];
    let rows = test.client.embed_all(rows).await.unwrap();
    assert_eq!(inputs(&test.single_request()), ["text 0", "text 3"]);
    let error = rows[1].as_ref().unwrap_err();
    assert_eq!(
        error.to_string(),
        "row 1: embeddings: `input` is empty; nothing was sent for it"
    );
    assert!(rows[2].is_err() && rows[3].is_ok());
}

#[tokio::test]
async fn a_vector_with_other_dimensions_fails_its_row() {
    let test = TestClient::from_fn(|request| {
        let vectors = inputs(request)
            .into_iter()
            .enumerate()
            .map(|(index, text)| {
                let embedding = match &*text {
                    "text 3" => json!([1.0, 2.0, 3.0]),
                    "text 4" => json!([1e300, 2.0]),
                    "text 5" => json!([]),
                    _ => json!(vector(&text)),
                };
                json!({"index": index, "embedding": embedding})
            });
        MockResponse::json(&json!({"data": vectors.collect::<Vec<_>>()}))
    });
    let rows = test.client.embed_all(texts(8)).await.unwrap();
    let failed: Vec<_> = rows.iter().filter_map(|row| row.as_ref().err()).collect();
    let texts: Vec<_> = failed.iter().map(ToString::to_string).collect();
    assert_eq!(failed.len(), 3, "{texts:?}");
    assert!(texts[0].starts_with("row 3: embeddings: "), "{texts:?}");
    assert!(texts[0].contains("3 dimensions") && texts[0].contains("the first one of the run 2"));
    assert!(
        texts[1].contains("32-bit") && texts[2].contains("no dimensions"),
        "{texts:?}"
    );
}

#[tokio::test]
async fn an_error_that_all_rows_would_have_halts_the_run() {
    let test = TestClient::from_fn(|_| MockResponse::status(401));
    let rows = test
        .client
        .embed_all(texts(1000))
        .batch(2)
        .concurrency(3)
        .await
        .unwrap();
    assert_eq!(rows.len(), 1000);
    for (index, row) in rows.iter().enumerate() {
        let error = row.as_ref().unwrap_err();
        assert_eq!(error.index(), index as u64);
        assert!(error.error().is_authentication());
    }
    assert!(test.requests().len() <= 3, "{}", test.requests().len());
}

#[tokio::test]
async fn a_budget_halts_the_run_and_keeps_what_was_done() {
    let test = TestClient::from_fn(embed);
    let client = test
        .client
        .with_options(|options| options.budget(Budget::new().tokens(60)));
    let rows = client
        .unwrap()
        .embed_all(texts(100))
        .batch(2)
        .concurrency(1)
        .await
        .unwrap();
    let done = rows.iter().take_while(|row| row.is_ok()).count();
    assert!(done > 0 && done < 100, "{done}");
    let error = rows[done].as_ref().unwrap_err();
    assert!(error.error().is_budget_exceeded(), "{error}");
    assert!(rows[done..].iter().all(Result::is_err));
}

#[tokio::test]
async fn rate_limits_delay_a_run_beyond_the_timeout_of_a_call() {
    let test = TestClient::from_fn(embed);
    let limits = RateLimits::new().requests_per_hour(2);
    let client = test
        .client
        .with_options(|options| options.rate_limits(limits))
        .unwrap();
    let rows = client
        .embed_all(texts(12))
        .batch(2)
        .concurrency(3)
        .await
        .unwrap();
    assert_vectors(texts(12), &rows);
    assert_eq!(test.requests().len(), 6);
    let slept: f64 = test
        .clock
        .sleeps()
        .iter()
        .map(std::time::Duration::as_secs_f64)
        .sum();
    assert!(slept >= 2.0 * 3600.0, "{slept}");
}

#[tokio::test]
async fn a_request_that_alone_exceeds_a_window_of_tokens_is_halved() {
    let test = TestClient::from_fn(embed);
    let limits = RateLimits::new().tokens_per_hour(40);
    let client = test
        .client
        .with_options(|options| options.rate_limits(limits))
        .unwrap();
    let rows = client
        .embed_all(texts(32))
        .batch(32)
        .concurrency(1)
        .await
        .unwrap();
    assert_vectors(texts(32), &rows);
}

#[tokio::test]
async fn each_request_has_the_fields_and_options_of_its_run() {
    let test = TestClient::from_fn(embed);
    let run = test.client.embed_all(texts(2));
    let run = run.each(|call| call.model("m").with_extra_field("dimensions", 2));
    run.each(|call| call.with_header("x-run", "7"))
        .await
        .unwrap();
    let request = test.single_request();
    assert_eq!(request.json()["model"], "m");
    assert_eq!(request.json()["dimensions"], 2);
    assert_eq!(request.header("x-run"), Some("7"));
}

#[tokio::test]
async fn documents_of_one_query_are_rated_together() {
    let test = TestClient::from_fn(|request| {
        let documents = request.json()["documents"].as_array().unwrap().clone();
        // The best document comes first, as from the service.
        let scores = documents.iter().enumerate().rev();
        let scores = scores.map(|(index, document)| {
            let length = document.as_str().unwrap().len();
            json!({"index": index, "relevance_score": length as f64})
        });
        MockResponse::json(&json!({"data": scores.collect::<Vec<_>>()}))
    });
    let pairs = [("q", "a"), ("q", "bb"), ("r", "ccc"), ("q", "dddd")];
    let scores = test.client.rerank_all(pairs).concurrency(1).await.unwrap();
    let scores: Vec<_> = scores.into_iter().map(Result::unwrap).collect();
    assert_eq!(scores, [1.0, 2.0, 3.0, 4.0]);
    let queries = test.requests();
    let queries: Vec<_> = queries
        .iter()
        .map(|request| request.json()["query"].clone())
        .collect();
    assert_eq!(queries, ["q", "r", "q"]);
}

#[tokio::test]
async fn a_rating_without_a_score_for_each_document_fails() {
    let test = TestClient::from_fn(|_| {
        MockResponse::json(&json!({"data": [{"index": 7, "relevance_score": 1.0}]}))
    });
    let scores = test.client.rerank_all([("q", "a")]).await.unwrap();
    let error = scores[0].as_ref().unwrap_err();
    assert!(error.error().is_unexpected_response(), "{error}");
}

#[tokio::test]
async fn other_operations_have_one_input_in_each_request() {
    let test = TestClient::from_fn(|request| match request.operation() {
        "chat" => {
            let content = request.json()["messages"][0]["content"].clone();
            MockResponse::reply(format!("re: {}", content.as_str().unwrap()))
        }
        "translate" => MockResponse::json(&json!({
            "choices": [{"index": 0, "text": request.json()["prompt"].as_str().unwrap().to_uppercase()}]
        })),
        _ => MockResponse::json(&json!({"text": "words"})),
    });
    let replies = test.client.chat_all(["a", "b", "a", ""]).await.unwrap();
    let text = |row: &Result<imagine_sdk::inference::ChatCompletionResponse, RowError>| {
        row.as_ref()
            .ok()
            .and_then(|reply| Some(reply.text()?.into_owned()))
    };
    let replies: Vec<_> = replies.iter().map(text).collect();
    assert_eq!(
        replies[..3],
        [
            Some("re: a".into()),
            Some("re: b".into()),
            Some("re: a".into())
        ]
    );
    assert_eq!(
        test.requests()
            .iter()
            .filter(|request| request.operation() == "chat")
            .count(),
        3
    );

    let translated = test.client.translate_all(texts(3), "en-es").await.unwrap();
    assert_eq!(translated[2].as_ref().unwrap().text(), Some("TEXT 2"));

    let files = ["a", "b"].map(|name| imagine_sdk::FilePart::bytes(name, name.as_bytes().to_vec()));
    let transcripts = test.client.transcribe_all(files).await.unwrap();
    assert!(
        transcripts
            .iter()
            .all(|row| row.as_ref().unwrap().text == "words")
    );
    let transcribed = test
        .requests()
        .into_iter()
        .filter(|request| request.operation() == "transcribe");
    assert_eq!(transcribed.count(), 2);
}

#[tokio::test]
async fn a_dropped_stream_sends_nothing_further() {
    let test = TestClient::from_fn(embed);
    let run = test.client.embed_all(texts(1000)).batch(2).concurrency(1);
    let mut rows = run.stream().await.unwrap();
    rows.next().await.unwrap();
    drop(rows);
    let sent: HashSet<Value> = test
        .requests()
        .iter()
        .map(|request| request.json()["input"].clone())
        .collect();
    assert!(sent.len() <= 2, "{sent:?}");
}

#[test]
fn blocking_clients_return_the_same_rows() {
    let test = TestClient::from_fn(embed);
    let builder = imagine_sdk::blocking::Client::builder().endpoint(imagine_tests::ENDPOINT);
    let builder = builder.api_key("any").transport(test.transport.clone());
    let client = builder.clock(test.clock.clone()).build().unwrap();
    let rows = client.embed_all(texts(20)).batch(4).send().unwrap();
    assert_vectors(texts(20), &rows);
    let rows = client.embed_all(texts(20)).batch(4).stream().unwrap();
    let rows: Vec<_> = rows.map(|row| row.result).collect();
    assert_vectors(texts(20), &rows);
}
