//! Sends many calls at once through an HTTP/2 server, for `.ci/nginx`: `concurrent_calls ENDPOINT CERTIFICATE CALLS
//! CONCURRENCY`. It prints the number of failures and of retries, and fails if a call fails.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a program for tests"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use imagine_sdk::{Client, Error};

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (calls, concurrency) = (arguments[2].parse().unwrap(), arguments[3].parse().unwrap());
    let ping = |client: Client| async move { client.ping().await.map(drop) }.boxed();
    let chat = |client: Client| async move { client.chat("Hi").await.map(drop) }.boxed();
    let failures = run("ping", ping, &arguments, calls, concurrency).await
        + run("chat", chat, &arguments, calls, concurrency).await;
    std::process::exit(i32::from(failures > 0));
}

type Call = fn(Client) -> BoxFuture<'static, Result<(), Error>>;

/// Runs the calls with a new client, and returns the number of failures.
async fn run(
    name: &str,
    call: Call,
    arguments: &[String],
    calls: usize,
    concurrency: usize,
) -> usize {
    let retries = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&retries);
    let client = Client::builder()
        .endpoint(&arguments[0])
        .api_key("any-key")
        .no_proxy()
        .add_root_certificate(std::fs::read(&arguments[1]).unwrap())
        .max_concurrent_requests(concurrency)
        .on_retry(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
        })
        .build()
        .unwrap();
    let started = Instant::now();
    let errors: Vec<_> = stream::iter((0..calls).map(|_| call(client.clone())))
        .buffer_unordered(concurrency)
        .filter_map(|result| async { result.err() })
        .collect()
        .await;
    println!(
        "{calls} calls of {name}, {concurrency} at once: {} failures, {} retries, {:.1} s",
        errors.len(),
        retries.load(Ordering::Relaxed),
        started.elapsed().as_secs_f64()
    );
    for error in errors.iter().take(3) {
        println!("  {error:#}");
    }
    errors.len()
}
