//! Plans on their way through a cluster, with scripted responses, and limits of its executors.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::path::Path;
use std::sync::Arc;

use ballista_core::serde::BallistaPhysicalExtensionCodec;
use clap::Parser;
use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::{ExecutionPlan, collect};
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_proto::bytes::{
    logical_plan_from_bytes_with_extension_codec, logical_plan_to_bytes_with_extension_codec,
    physical_plan_from_bytes_with_extension_codec, physical_plan_to_bytes_with_extension_codec,
};
use imagine_ballista::{Codec, Limits, context, executor, scheduler};
use imagine_datafusion::Functions;
use imagine_sdk::testing::{MockResponse, MockTransport};
use imagine_sdk::{Client, ClientBuilder, RateLimits};
use serde_json::{Value, json};

const KEY: &str = "a-secret-key";

/// Returns a builder whose client gets vectors with 3 dimensions, and an empty success of other operations.
fn builder() -> ClientBuilder<Client> {
    let transport = MockTransport::from_fn(|request| {
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let count = body["input"].as_array().map_or(1, Vec::len);
        let vector = |index| json!({"index": index, "embedding": [1.0, 2.0, 3.0]});
        MockResponse::json(&json!({"data": (0..count).map(vector).collect::<Vec<_>>()}))
    });
    let builder = Client::builder().endpoint("https://service.test/v2");
    builder.api_key(KEY).transport(transport)
}

fn functions() -> Functions {
    Functions::new(builder().build().unwrap())
}

/// Returns the logical plan that a client sends.
async fn logical_plan(query: &str) -> Vec<u8> {
    let functions = functions();
    let context = context("127.0.0.1:1", 2, &functions).unwrap();
    let frame = functions.sql(&context, query).await.unwrap();
    let plan = frame.into_optimized_plan().unwrap();
    let codec = Codec::new(functions);
    let bytes = logical_plan_to_bytes_with_extension_codec(&plan, &codec);
    bytes.unwrap().to_vec()
}

/// Returns the plan of a scheduler.
async fn physical_plan(bytes: &[u8]) -> Arc<dyn ExecutionPlan> {
    let codec = scheduler(30).override_logical_codec.unwrap();
    let context = SessionContext::new();
    let plan =
        logical_plan_from_bytes_with_extension_codec(bytes, &context.task_ctx(), codec.as_ref());
    let plan = context.state().optimize(&plan.unwrap()).unwrap();
    context.state().create_physical_plan(&plan).await.unwrap()
}

/// Returns the context of a task of an executor.
fn task() -> Arc<TaskContext> {
    let registry = executor(&functions()).override_function_registry.unwrap();
    Arc::new(TaskContext::new(
        None,
        "session".to_owned(),
        SessionConfig::new(),
        registry.scalar_functions.clone(),
        registry.higher_order_functions.clone(),
        registry.aggregate_functions.clone(),
        registry.window_functions.clone(),
        Arc::default(),
    ))
}

async fn run(query: &str) -> RecordBatch {
    let plan = physical_plan(&logical_plan(query).await).await;
    let codec = BallistaPhysicalExtensionCodec::default();
    let bytes = physical_plan_to_bytes_with_extension_codec(plan, &codec).unwrap();
    let task = task();
    let plan = physical_plan_from_bytes_with_extension_codec(&bytes, &task, &codec).unwrap();
    let rows = collect(plan, task).await.unwrap();
    rows.into_iter().next().unwrap()
}

const QUERY: &str = "SELECT imagine_embed(body) AS vector, imagine_try_embed(body) AS r \
    FROM (VALUES ('Manchego'), ('Gouda')) AS docs(body)";

#[tokio::test]
async fn a_query_reaches_an_executor_with_the_dimensions_of_the_model() {
    let rows = run(QUERY).await;
    let vectors = rows.column(0).as_fixed_size_list();
    assert_eq!(
        (vectors.len(), vectors.null_count(), vectors.value_length()),
        (2, 0, 3)
    );
    let tries = rows.column(1).as_struct();
    assert_eq!(tries.column(0).null_count(), 0);
    assert_eq!(tries.column(1).null_count(), 2);
}

#[tokio::test]
async fn functions_of_lists_reach_an_executor() {
    let rows = run("SELECT array_length(make_array(id, id)) FROM (VALUES (1)) AS t(id)").await;
    assert_eq!(rows.num_rows(), 1);
}

#[tokio::test]
async fn plans_do_not_contain_the_key() {
    let logical = logical_plan(QUERY).await;
    let plan = physical_plan(&logical).await;
    let codec = BallistaPhysicalExtensionCodec::default();
    let physical = physical_plan_to_bytes_with_extension_codec(plan, &codec).unwrap();
    for plan in [&*logical, &*physical] {
        let text = String::from_utf8_lossy(plan);
        assert!(text.contains("imagine_try_embed"), "{text}");
        assert!(
            !text.contains(KEY) && !text.contains("service.test"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_scheduler_does_not_call_the_service() {
    let plan = physical_plan(&logical_plan(QUERY).await).await;
    let error = collect(plan, SessionContext::new().task_ctx())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("no client"), "{error}");
}

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    limits: Limits,
}

fn limits(options: &[&str]) -> RateLimits {
    let name = ["executor"];
    Options::try_parse_from(name.iter().chain(options))
        .unwrap()
        .limits
        .rate_limits()
}

/// Returns the number of requests that an executor sends before it would have to wait for an hour.
async fn requests(limits: RateLimits) -> usize {
    let client = builder().rate_limits(limits).build().unwrap();
    let mut requests = 0;
    loop {
        match client.embeddings("a").await {
            Ok(_) => requests += 1,
            Err(error) if error.is_limited_by_client() => return requests,
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn executors_of_a_machine_share_its_part_of_a_limit() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(std::process::id().to_string());
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("limits.json");
    let options = [
        "--requests-per-hour",
        "21",
        "--machines",
        "2",
        "--limits-file",
    ];
    let options = [&options[..], &[file.to_str().unwrap()]].concat();
    let first = requests(limits(&[
        "--requests-per-hour",
        "4",
        "--limits-file",
        options[5],
    ]))
    .await;
    let second = requests(limits(&options)).await;
    std::fs::remove_dir_all(&directory).unwrap();
    assert_eq!((first, second), (4, 6));
}

#[test]
fn each_limit_sets_its_window() {
    let all = limits(&[
        "--requests-per-minute=2",
        "--requests-per-hour=3",
        "--requests-per-day=4",
        "--tokens-per-minute=5",
        "--tokens-per-hour=6",
        "--tokens-per-day=7",
    ]);
    let expected = RateLimits::new()
        .requests_per_minute(2)
        .requests_per_hour(3)
        .requests_per_day(4)
        .tokens_per_minute(5)
        .tokens_per_hour(6)
        .tokens_per_day(7);
    assert_eq!(all, expected);
}

#[test]
fn a_limit_below_the_number_of_machines_is_rejected() {
    let limits = limits(&["--requests-per-hour", "20", "--machines", "32"]);
    let error = builder().rate_limits(limits).build().unwrap_err();
    assert!(error.to_string().contains("allows nothing"), "{error}");
}
