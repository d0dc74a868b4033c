//! The SQL functions, with scripted responses.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::arrow::array::{Array, AsArray, RecordBatch, StringArray};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::{DataType, Float32Type, Float64Type, UInt64Type};
use datafusion::prelude::SessionContext;
use imagine_datafusion::{Functions, split_errors};
use imagine_sdk::testing::{MockResponse, MockTransport};
use imagine_sdk::{Bytes, Client, http};
use serde_json::{Value, json};

/// The number of dimensions of the model `wide`. Others have 2.
const WIDE: usize = 3;

struct Test {
    transport: MockTransport,
    context: SessionContext,
    functions: Functions,
}

/// Returns the operation and the body of a request.
fn parts(request: &http::Request<Bytes>) -> (&str, Value) {
    let operation = request.uri().path().trim_start_matches("/v2/");
    (
        operation,
        serde_json::from_slice(request.body()).unwrap_or_default(),
    )
}

fn vector(text: &str, dimensions: usize) -> Vec<f32> {
    (0..dimensions)
        .map(|index| text.len() as f32 / (index + 3) as f32)
        .collect()
}

fn respond(request: &http::Request<Bytes>) -> MockResponse {
    let (operation, body) = parts(request);
    let texts = |field: &str| {
        let texts = match &body[field] {
            Value::String(text) => vec![text.clone()],
            texts => serde_json::from_value(texts.clone()).unwrap_or_default(),
        };
        texts.into_iter().enumerate()
    };
    let dimensions = if body["model"] == "wide" { WIDE } else { 2 };
    MockResponse::json(&match operation {
        "embeddings" => json!({"data": texts("input").map(|(index, text)| {
            json!({"index": index, "embedding": vector(&text, dimensions)})
        }).collect::<Vec<_>>()}),
        "reranker" => json!({"data": texts("documents").map(|(index, text)| {
            json!({"index": index, "relevance_score": text.len() as f64})
        }).collect::<Vec<_>>()}),
        "translate" => {
            json!({"choices": [{"index": 0, "text": format!("es: {}", body["prompt"].as_str().unwrap())}]})
        }
        "models" => json!({"embedding": ["a", "b"], "llm": ["c"]}),
        "usage" => json!({"usage": [], "overall": [
            {"model": "a", "total_tokens": 7, "total_input_tokens": 4, "total_output_tokens": 3, "total_generation_time": 1.5},
        ]}),
        _ => return MockResponse::reply("a reply"),
    })
}

impl Test {
    fn new() -> Self {
        Self::with_transport(MockTransport::from_fn(respond))
    }

    fn with_transport(transport: MockTransport) -> Self {
        let client = Client::builder()
            .endpoint("https://service.test/v2")
            .api_key("any");
        let client = client.transport(transport.clone()).build().unwrap();
        let functions = Functions::new(client).batch(10).concurrency(2);
        let context = SessionContext::new();
        functions.register(&context);
        Self {
            transport,
            context,
            functions,
        }
    }

    /// Adds a table `docs` with a column `body`.
    fn with_bodies<'a>(self, bodies: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let bodies: StringArray = bodies.into_iter().collect();
        let rows = RecordBatch::try_from_iter([("body", Arc::new(bodies) as _)]).unwrap();
        self.context.register_batch("docs", rows).unwrap();
        self
    }

    async fn run(&self, query: &str) -> Result<RecordBatch, String> {
        let frame = self.functions.sql(&self.context, query).await;
        let frame = frame.map_err(|error| error.to_string())?;
        let schema = frame.schema().inner().clone();
        let rows = frame.collect().await.map_err(|error| error.to_string())?;
        let schema = rows.first().map_or(schema, |rows| rows.schema());
        Ok(concat_batches(&schema, &rows).unwrap())
    }

    fn calls(&self, operation: &str) -> usize {
        let requests = self.transport.requests();
        requests
            .iter()
            .filter(|request| parts(request).0 == operation)
            .count()
    }
}

#[tokio::test]
async fn a_column_is_embedded_in_order_and_grouped() {
    let bodies: Vec<_> = (0..100)
        .map(|number| format!("document {number}"))
        .collect();
    let test = Test::new().with_bodies(bodies.iter().map(|body| Some(&**body)));
    let rows = test
        .run("SELECT body, imagine_embed(body) AS vector FROM docs")
        .await
        .unwrap();
    let vectors = rows.column(1).as_fixed_size_list();
    assert_eq!(vectors.value_length(), 2);
    assert_eq!(*vectors.values().data_type(), DataType::Float32);
    // One call finds the dimensions.
    assert_eq!(test.calls("embeddings"), 1 + 10);
    for (row, body) in bodies.iter().enumerate() {
        let expected = vector(body, 2);
        assert_eq!(
            vectors.value(row).as_primitive::<Float32Type>().values(),
            &expected[..]
        );
    }
}

#[tokio::test]
async fn equal_rows_and_rows_without_text_are_not_sent() {
    let bodies = [Some("a"), None, Some("a"), None];
    let test = Test::new().with_bodies(bodies);
    let rows = test
        .run("SELECT imagine_embed(body, 'wide') AS vector FROM docs")
        .await
        .unwrap();
    let nulls: Vec<_> = (0..4).map(|row| rows.column(0).is_null(row)).collect();
    assert_eq!(nulls, [false, true, false, true]);
    assert_eq!(
        rows.column(0).as_fixed_size_list().value_length(),
        WIDE as i32
    );
    let requests = test.transport.requests();
    let (_, body) = parts(requests.last().unwrap());
    assert_eq!(
        (&body["model"], &body["input"]),
        (&json!("wide"), &json!(["a"]))
    );
}

#[tokio::test]
async fn a_failed_row_fails_the_query_and_is_named() {
    let test = Test::new().with_bodies([Some("a"), Some(" ")]);
    let error = test
        .run("SELECT imagine_embed(body) FROM docs")
        .await
        .unwrap_err();
    assert!(
        error.contains("imagine_embed: row 1 of its batch: embeddings: `input` is empty"),
        "{error}"
    );
}

#[tokio::test]
async fn a_failed_row_is_null_with_its_reason_in_a_second_column() {
    let test = Test::new().with_bodies([Some("a"), Some(" "), None]);
    let query = "SELECT body, imagine_try_embed(body) AS vector FROM docs";
    let rows = split_errors(&test.run(query).await.unwrap()).unwrap();
    let names: Vec<_> = rows
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    assert_eq!(names, ["body", "vector", "vector_error"]);
    assert!(matches!(
        rows.column(1).data_type(),
        DataType::FixedSizeList(_, 2)
    ));
    let errors = rows.column(2).as_string::<i32>();
    assert!(rows.column(1).is_valid(0) && errors.is_null(0));
    assert!(rows.column(1).is_null(1) && errors.value(1).contains("`input` is empty"));
    assert!(rows.column(1).is_null(2) && errors.is_null(2));
    // The fields of the struct are available in SQL too.
    let query = "SELECT v['error'] AS e FROM (SELECT imagine_try_embed(body) AS v FROM docs) WHERE v['error'] IS NOT NULL";
    let before = test.calls("embeddings");
    assert_eq!(test.run(query).await.unwrap().num_rows(), 1);
    assert_eq!(test.calls("embeddings"), before + 1);
}

#[tokio::test]
async fn documents_are_rated_translated_and_discussed() {
    let test = Test::new().with_bodies([Some("Manchego cheese"), Some("a car")]);
    let rows = test
        .run("SELECT imagine_rerank('cheese', body) AS score FROM docs")
        .await
        .unwrap();
    let scores = rows.column(0).as_primitive::<Float64Type>();
    assert!(scores.value(0) > scores.value(1), "{scores:?}");
    assert_eq!(test.calls("reranker"), 1);
    let query = "SELECT imagine_translate(body, 'Helsinki-NLP/opus-mt-en-es') AS t, imagine_chat(body) AS c FROM docs";
    let rows = test.run(query).await.unwrap();
    assert_eq!(rows.column(0).as_string::<i32>().value(1), "es: a car");
    assert_eq!(rows.column(1).as_string::<i32>().value(1), "a reply");
    assert_eq!(
        (test.calls("translate"), test.calls("chat/completions")),
        (2, 2)
    );
    let sorted = "SELECT body FROM (SELECT body, imagine_rerank('cheese', body) AS s FROM docs) ORDER BY s LIMIT 1";
    let rows = test.run(sorted).await.unwrap();
    assert_eq!(rows.column(0).as_string::<i32>().value(0), "a car");
}

#[tokio::test]
async fn a_model_must_be_a_literal() {
    let test = Test::new().with_bodies([Some("a")]);
    for query in [
        "SELECT imagine_embed(body, body) FROM docs",
        "SELECT imagine_chat(body, body) FROM docs",
    ] {
        let error = test.run(query).await.unwrap_err();
        assert!(
            error.contains("the model must be a string literal"),
            "{error}"
        );
    }
    assert!(test.transport.requests().is_empty());
}

#[tokio::test]
async fn vectors_with_other_dimensions_than_planned_fail() {
    let requests = AtomicUsize::new(0);
    let transport = MockTransport::from_fn(move |request| {
        let dimensions = if requests.fetch_add(1, Ordering::Relaxed) == 0 {
            2
        } else {
            1
        };
        let count = parts(request).1["input"].as_array().map_or(1, Vec::len);
        let vector = |index| json!({"index": index, "embedding": vector("a", dimensions)});
        MockResponse::json(&json!({"data": (0..count).map(vector).collect::<Vec<_>>()}))
    });
    let test = Test::with_transport(transport).with_bodies([Some("a"), Some("b")]);
    let rows = test
        .run("SELECT imagine_try_embed(body) AS vector FROM docs")
        .await
        .unwrap();
    let rows = split_errors(&rows).unwrap();
    let errors = rows.column(1).as_string::<i32>();
    assert!(
        errors.value(0).contains("1 dimensions, and the model 2"),
        "{errors:?}"
    );
    let error = test
        .run("SELECT imagine_embed(body) AS vector FROM docs")
        .await
        .unwrap_err();
    assert!(error.contains("1 dimensions, and the model 2"), "{error}");
}

#[tokio::test]
async fn models_and_usage_are_tables() {
    let test = Test::new();
    let query = "SELECT model FROM imagine_models() WHERE model_type = 'embedding' ORDER BY model";
    let rows = test.run(query).await.unwrap();
    let names: Vec<_> = rows.column(0).as_string::<i32>().iter().flatten().collect();
    assert_eq!(names, ["a", "b"]);
    let rows = test
        .run("SELECT sum(total_tokens) AS tokens FROM imagine_usage()")
        .await
        .unwrap();
    assert_eq!(rows.column(0).as_primitive::<UInt64Type>().value(0), 7);
    let error = test
        .run("SELECT * FROM imagine_models(1)")
        .await
        .unwrap_err();
    assert!(error.contains("has no arguments"), "{error}");
}

#[tokio::test]
async fn an_error_of_all_rows_fails_the_query() {
    let transport = MockTransport::from_fn(|_| MockResponse::status(401));
    let test = Test::with_transport(transport).with_bodies([Some("a")]);
    let error = test
        .run("SELECT imagine_embed(body) FROM docs")
        .await
        .unwrap_err();
    assert!(error.contains("embeddings: "), "{error}");
}
