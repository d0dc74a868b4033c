//! The areas of the SDK that are measured one by one, and the responses of all benchmarks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "benches may panic"
)]

pub mod areas;
pub mod fixtures;
mod in_memory;
