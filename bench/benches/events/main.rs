//! What streams and calls cost, in processor time of the thread that makes them.
//!
//! ```sh
//! cargo bench -p imagine-bench
//! cargo bench -p imagine-bench -- plain
//! ```
//!
//! Four tables: events of many megabytes, streams of many small events against what one writes by hand
//! with reqwest, eventsource-stream and `serde_json`, plain calls against the same, and how soon
//! a server sees that a call was dropped, in time that passes. What is written with
//! care keeps the fields that it does not name and has timeouts, as the SDK does. The server runs on a thread
//! of its own, whose time does not count. The contestants take turns, and of each the middle one of its rounds counts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a bench is no library"
)]

mod by_hand;
mod dropped;
mod huge;
mod measure;
mod plain;
mod recorded;
mod sdk;
mod server;
mod small;

fn main() {
    rustls::crypto::ring::default_provider()
        .install_default()
        .expect("nothing else installs one");
    let tables: [(&str, fn()); 4] = [
        ("huge", huge::run),
        ("small", small::run),
        ("plain", plain::run),
        ("dropped", dropped::run),
    ];
    let named: Vec<String> = std::env::args().skip(1).collect();
    let is_named = |name: &str| named.iter().any(|given| given == name);
    let all = !tables.iter().any(|(name, _)| is_named(name));
    for (_, run) in tables.iter().filter(|(name, _)| all || is_named(name)) {
        run();
    }
}
