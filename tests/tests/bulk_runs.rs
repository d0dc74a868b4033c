//! Runs over 100,000 inputs, through a mock that fails every tenth request. They are killed, and continue.
//!
//! Each run is in a separate process, which can be killed, and whose memory is counted.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::HashSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use imagine_mock::{MockServer, RecordedRequest};
use imagine_sdk::{Client, RetryPolicy};
use imagine_tests::{PauselessClock, TempDir, subprocess};
use serde_json::Value;
use tokio::sync::Notify;

const ROWS: usize = 100_000;
const DIMENSIONS: usize = 8;
const MIB: usize = 1 << 20;

fn text(row: usize) -> String {
    format!("document {row} of a corpus")
}

/// Returns the row of a text.
fn row(text: &str) -> u64 {
    text.split(' ').nth(1).unwrap().parse().unwrap()
}

/// The texts that the mock received since they were last taken, and a signal after a number of requests.
#[derive(Default)]
struct Received {
    rows: Mutex<Vec<u64>>,
    /// The number of requests until the signal.
    countdown: AtomicUsize,
    signal: Notify,
}

impl Received {
    fn observe(&self, request: &RecordedRequest) {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let texts = body["input"].as_array().unwrap().iter();
        let rows = texts.map(|text| row(text.as_str().unwrap()));
        self.rows.lock().unwrap().extend(rows);
        if self.countdown.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.signal.notify_one();
        }
    }

    fn take(&self) -> Vec<u64> {
        std::mem::take(&mut *self.rows.lock().unwrap())
    }
}

/// Starts a mock that fails every tenth request.
async fn chaotic(seed: u64) -> (MockServer, Arc<Received>) {
    let received = Arc::new(Received::default());
    let observer = Arc::clone(&received);
    let server = MockServer::builder().chaos(0.1, seed).retention_limit(0);
    let server = server.observe(move |request| observer.observe(request));
    (server.start().await.unwrap(), received)
}

fn spawn(server: &MockServer, journal: Option<&Path>) -> Child {
    let mut command: Command = subprocess("embeds_all_rows");
    command.env("BULK_ENDPOINT", server.inference_endpoint());
    if let Some(journal) = journal {
        command.env("BULK_JOURNAL", journal);
    }
    command.stdout(Stdio::piped()).spawn().unwrap()
}

/// Waits for a run to end, and returns the hash of its vectors.
async fn finish(child: Child) -> String {
    let output = tokio::task::spawn_blocking(|| child.wait_with_output().unwrap());
    let output = output.await.unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}");
    println!("{printed}");
    let hash = printed.lines().find_map(|line| line.strip_prefix("hash "));
    hash.unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_returns_once_in_order_with_constant_memory_also_after_kills() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let (server, _) = chaotic(seed).await;
    let expected = finish(spawn(&server, None)).await;
    drop(server);

    let dir = TempDir::new();
    let journal = dir.path("run.jsonl");
    let (server, received) = chaotic(!seed).await;
    for _ in 0..3 {
        received
            .countdown
            .store(random.usize(1..400), Ordering::Relaxed);
        let mut child = spawn(&server, Some(&journal));
        received.signal.notified().await;
        child.kill().unwrap();
        child.wait().unwrap();
        assert_not_repeated(&received, &dir);
        std::fs::copy(&journal, dir.path("before.jsonl")).unwrap();
    }
    let hash = finish(spawn(&server, Some(&journal))).await;
    assert_not_repeated(&received, &dir);
    assert_eq!(hash, expected);
    assert_eq!(journaled(&journal).len(), ROWS);
}

/// Asserts that no row was sent whose output the journal had when the process started.
fn assert_not_repeated(received: &Received, dir: &TempDir) {
    let before = dir.path("before.jsonl");
    let before = if before.exists() {
        journaled(&before)
    } else {
        HashSet::new()
    };
    let rows = received.take();
    let repeated: Vec<_> = rows.iter().filter(|row| before.contains(row)).collect();
    assert!(
        repeated.is_empty(),
        "{} of {}",
        repeated.len(),
        before.len()
    );
}

fn journaled(path: &Path) -> HashSet<u64> {
    let text = std::fs::read_to_string(path).unwrap();
    let records = text.lines().filter(|line| line.starts_with("{\"row\""));
    let records = records.filter_map(|line| serde_json::from_str::<Value>(line).ok());
    records
        .map(|record| record["row"].as_u64().unwrap())
        .collect()
}

fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let value = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = value.unwrap().trim().trim_end_matches(" kB");
    kib.parse::<usize>().unwrap() * 1024
}

#[tokio::test]
#[ignore = "the test above runs it in a process of its own"]
async fn embeds_all_rows() {
    let variable = |name| std::env::var_os(name).map(|value| value.into_string().unwrap());
    let policy = RetryPolicy::new().cool_down(Duration::from_secs(1));
    let client = Client::builder()
        .endpoint(variable("BULK_ENDPOINT").unwrap())
        .api_key("any");
    let client = client
        .retry_policy(policy)
        .clock(PauselessClock)
        .no_proxy()
        .build()
        .unwrap();
    let run = client
        .embed_all((0..ROWS).map(text))
        .batch(64)
        .concurrency(8);
    let run = run.each(|call| call.with_extra_field("dimensions", DIMENSIONS));
    let run = match variable("BULK_JOURNAL") {
        Some(journal) => run.journal(journal),
        None => run,
    };
    let mut rows = run.stream().await.unwrap();
    let (mut count, mut hash, mut early) = (0, 0_u64, 0);
    while let Some(row) = rows.next().await {
        assert_eq!(row.index, count);
        count += 1;
        let vector = row.result.unwrap();
        assert_eq!(vector.len(), DIMENSIONS);
        for value in vector {
            // FNV-1a, of 32 bits at a time.
            hash = (hash ^ u64::from(value.to_bits())).wrapping_mul(0x0100_0000_01b3);
        }
        if count == 1000 {
            early = resident();
        }
    }
    assert_eq!(count, ROWS as u64);
    let grown = resident().saturating_sub(early);
    println!("\nhash {hash}\ngrown {} KiB", grown / 1024);
    assert!(grown <= 20 * MIB, "{grown} bytes after {early}");
}
