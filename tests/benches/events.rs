//! What streams and calls cost, in processor time of the thread that makes them.
//!
//! ```sh
//! cargo bench -p imagine-tests
//! ```
//!
//! Three tables: events of many megabytes, streams of many small events against what one writes by hand
//! with reqwest, eventsource-stream and `serde_json`, and plain calls against the same. The server runs on a
//! thread of its own, whose time does not count. The contestants take turns, and of each the best round
//! counts, because whatever else runs on a machine only ever adds time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a bench is no library"
)]

#[path = "events/by_hand.rs"]
mod by_hand;
#[path = "events/huge.rs"]
mod huge;
#[path = "events/measure.rs"]
mod measure;
#[path = "events/plain.rs"]
mod plain;
#[path = "events/server.rs"]
mod server;
#[path = "events/small.rs"]
mod small;

fn main() {
    rustls::crypto::ring::default_provider()
        .install_default()
        .expect("nothing else installs one");
    huge::run();
    small::run();
    plain::run();
}
