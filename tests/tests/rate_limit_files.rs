//! Rate limits that processes share in a file.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use imagine_sdk::{Client, Error, RateLimits};
use imagine_tests::{ENDPOINT, KEY, MockResponse, MockTransport, TempDir, fixtures, subprocess};

/// The name of the file in the current directory of a child.
const FILE: &str = "limits.json";

const CHILD: &str = "calls_until_the_shared_window_is_used";

fn client(path: &Path, requests: u64) -> Result<Client, Error> {
    let limits = RateLimits::new().requests_per_hour(requests).persist(path);
    let pong = |_: &_| MockResponse::bytes("application/json", fixtures::bytes("ping.json"));
    let builder = Client::builder().endpoint(ENDPOINT).api_key(KEY);
    let builder = builder.transport(MockTransport::from_fn(ENDPOINT, pong));
    builder.rate_limits(limits).build()
}

fn child(directory: &Path) -> Child {
    let mut command = subprocess(CHILD);
    let command = command.current_dir(directory).stdout(Stdio::piped());
    command.spawn().unwrap()
}

/// Returns the number of calls that a child reports.
fn calls(child: Child) -> u64 {
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, number) = text.split_once("calls=").unwrap();
    number.lines().next().unwrap().parse().unwrap()
}

#[tokio::test]
#[ignore = "run by the tests below in a separate process"]
async fn calls_until_the_shared_window_is_used() {
    let client = client(Path::new(FILE), 10).unwrap();
    let mut calls = 0;
    let error = loop {
        match client.ping().await {
            Ok(_) => calls += 1,
            Err(error) => break error,
        }
    };
    assert!(error.is_limited_by_client(), "{error}");
    assert!(error.to_string().contains("10 requests per 1h"), "{error}");
    println!("calls={calls}");
}

#[tokio::test]
async fn a_process_counts_the_requests_of_another() {
    let directory = TempDir::new();
    let client = client(&directory.path(FILE), 10).unwrap();
    for _ in 0..4 {
        client.ping().await.unwrap();
    }
    assert_eq!(calls(child(&directory.path(""))), 6);
    let status = client.rate_limit_status();
    assert_eq!(
        (status.windows[0].used, status.windows[0].left),
        (Some(10), 0)
    );
    assert!(client.ping().await.unwrap_err().is_limited_by_client());
}

#[test]
fn concurrent_processes_share_a_window() {
    let directory = TempDir::new();
    let children = [0; 3].map(|_| child(&directory.path("")));
    let sum: u64 = children.into_iter().map(calls).sum();
    assert_eq!(sum, 10);
}

#[tokio::test]
async fn the_state_outlives_the_client_and_does_not_contain_the_key() {
    let directory = TempDir::new();
    let path = directory.path(FILE);
    client(&path, 1).unwrap().ping().await.unwrap();
    let error = client(&path, 1).unwrap().ping().await.unwrap_err();
    assert!(error.is_limited_by_client(), "{error}");
    for name in directory.file_names() {
        let text = fs::read_to_string(directory.path(&name)).unwrap();
        assert!(
            !text.contains(KEY) && !text.contains("service.test"),
            "{name}: {text}"
        );
    }
}

#[tokio::test]
async fn accounts_in_one_file_have_their_own_windows() {
    let directory = TempDir::new();
    let client = client(&directory.path(FILE), 1).unwrap();
    client.ping().await.unwrap();
    let other = client
        .with_options(|options| options.api_key("another-key"))
        .unwrap();
    other.ping().await.unwrap();
    assert!(other.ping().await.unwrap_err().is_limited_by_client());
}

#[tokio::test]
async fn the_cool_down_after_a_429_is_shared_too() {
    let directory = TempDir::new();
    let path = directory.path(FILE);
    let build = || {
        let limits = RateLimits::new().persist(&path);
        let rejected = MockResponse::status(429).retry_after(100);
        let builder = Client::builder().endpoint(ENDPOINT).api_key(KEY);
        let builder = builder.transport(MockTransport::new(ENDPOINT, [rejected]));
        builder.rate_limits(limits).build().unwrap()
    };
    let (first, second) = (build(), build());
    assert!(!first.ping().await.unwrap_err().is_limited_by_client());
    let error = second.ping().await.unwrap_err();
    assert!(error.is_limited_by_client(), "{error}");
    assert!(
        error.retry_after() > Some(Duration::from_secs(60)),
        "{error}"
    );
}

#[test]
fn a_file_that_cannot_be_used_is_an_error_with_its_path_and_the_fix() {
    let directory = TempDir::new();
    let damaged = directory.file("damaged.json", b"{\"version\":1,\"acc");
    let newer = directory.file("newer.json", b"{\"version\":9,\"accounts\":{}}");
    for (path, fix) in [
        (damaged, "delete it"),
        (newer, "delete it"),
        (
            directory.path("missing/limits.json"),
            "check that its directory exists",
        ),
    ] {
        let error = client(&path, 1).unwrap_err();
        let text = error.to_string();
        assert!(error.is_configuration(), "{text}");
        assert!(text.contains(&*path.to_string_lossy()), "{text}");
        assert!(text.contains(fix), "{text}");
    }
}

/// Nothing is created beside it.
#[test]
fn a_path_that_names_no_file_is_rejected() {
    let directory = TempDir::new();
    let existing = directory.path("");
    let names = ["", "/", "..", "limits/.."].map(Path::new);
    for path in names.into_iter().chain([existing.as_path()]) {
        let error = client(path, 1).unwrap_err();
        assert!(error.is_configuration(), "{error}");
        assert!(error.to_string().contains("names no file"), "{error}");
    }
    assert!(!Path::new(".lock").exists());
    assert!(!directory.path(".lock").exists());
}

#[tokio::test]
async fn a_file_that_is_damaged_later_fails_the_call_before_it_is_sent() {
    let directory = TempDir::new();
    let path = directory.path(FILE);
    let client = client(&path, 5).unwrap();
    client.ping().await.unwrap();
    fs::write(&path, "damaged").unwrap();
    let error = client.ping().await.unwrap_err();
    assert!(error.is_configuration() && error.attempts() == 0, "{error}");
    fs::remove_file(&path).unwrap();
    client.ping().await.unwrap();
}
