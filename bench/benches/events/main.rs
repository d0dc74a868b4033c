//! Benchmarks of streams and calls, in processor time of the calling thread.
//!
//! ```sh
//! cargo bench -p imagine-bench --bench events
//! cargo bench -p imagine-bench --bench events -- plain
//! ```
//!
//! Prints the machine and these tables:
//!
//! - the overview in the README, with async-openai;
//! - events of many megabytes;
//! - streams of many small events, against clients written by hand with reqwest and eventsource-stream;
//! - buffered calls, against the same clients;
//! - concurrent calls on one HTTP/2 connection, against the same clients;
//! - the time until a server sees that a call was dropped, in wall-clock time;
//! - uploads from memory and from a path, and beside reqwest, in processor time of all threads but the server's.
//!
//! The careful hand-written client keeps unknown fields and has timeouts, as the SDK does. The server runs on a thread
//! of its own, whose time does not count. The candidates take turns; each row shows the median round.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "benches may panic"
)]

mod by_hand;
mod dropped;
mod h2_server;
mod http2;
mod huge;
mod measure;
mod memory;
mod openai;
mod overview;
mod plain;
mod sdk;
mod server;
mod small;
mod upload;

fn main() {
    rustls::crypto::ring::default_provider()
        .install_default()
        .expect("nothing else installs one");
    let tables: [(&str, fn()); 7] = [
        ("overview", overview::run),
        ("huge", huge::run),
        ("small", small::run),
        ("plain", plain::run),
        ("http2", http2::run),
        ("dropped", dropped::run),
        ("upload", upload::run),
    ];
    let named: Vec<String> = std::env::args().skip(1).collect();
    let is_named = |name: &str| named.iter().any(|given| given == name);
    let all = !tables.iter().any(|(name, _)| is_named(name));
    println!("{}", measure::machine());
    for (_, run) in tables.iter().filter(|(name, _)| all || is_named(name)) {
        run();
    }
}
