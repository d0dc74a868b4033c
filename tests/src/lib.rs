//! The harness of the contract and end-to-end tests.
//!
//! [`cases`] has one contract case for each operation of both APIs, and the tests in `tests/` run all of
//! them through whatever they are about. [`Bench`] is a client of each API on a transport in memory and a
//! clock that is wound by hand; [`HttpService`] is a server that keeps what it was sent, byte for byte.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a harness fails its test by panicking"
)]

mod alone;
mod api;
mod bench;
mod call;
mod cases;
mod clients;
mod clock;
mod connect_proxy;
mod file_server;
mod folder;
mod http2_server;
mod http_service;
pub mod json;
mod mocked;
mod raw_server;
pub mod recorded;
mod said;
mod secure_server;
mod seen;
mod split;
mod trace;
mod transport;

pub use self::alone::alone;
pub use self::api::Api;
pub use self::bench::{Bench, ENDPOINT, KEY};
pub use self::call::{Answered, Call, Setting, StreamCall};
pub use self::cases::{Body, Case, Part, Reencoded, StreamCase, Wanted, cases, stream_cases, wav};
pub use self::clients::{BlockingClients, Both, Clients, Make, MakeBlocking};
pub use self::clock::{ManualClock, PauselessClock, START, SignalClock};
pub use self::connect_proxy::ConnectProxy;
pub use self::file_server::{FileAnswer, FileRequest, FileServer};
pub use self::folder::Folder;
pub use self::http_service::HttpService;
pub use self::http2_server::{Http2Server, Turn};
pub use self::mocked::operations;
pub use self::raw_server::{RawServer, StallingServer, Then, read_request};
pub use self::said::{assert_line, assert_silent, printed};
pub use self::secure_server::SecureServer;
pub use self::seen::Seen;
pub use self::split::every_way;
pub use self::trace::{Trace, Traced};
pub use self::transport::{MockResponse, MockTransport};

/// Compiles and runs the code in the README and in the guides.
#[cfg(doctest)]
mod guides {
    #[doc = include_str!("../../README.md")]
    struct Readme;

    #[doc = include_str!("../../docs/testing.md")]
    struct Testing;

    #[doc = include_str!("../../docs/coming-from-python.md")]
    struct ComingFromPython;

    #[doc = include_str!("../../docs/own-operations.md")]
    struct OwnOperations;

    #[doc = include_str!("../../imagine-mock/README.md")]
    struct MockReadme;

    #[doc = include_str!("../../docs/README.md")]
    struct Index;

    #[doc = include_str!("../../docs/streaming.md")]
    struct Streaming;

    #[doc = include_str!("../../docs/tools.md")]
    struct Tools;

    #[doc = include_str!("../../docs/errors-and-retries.md")]
    struct ErrorsAndRetries;

    #[doc = include_str!("../../docs/jobs.md")]
    struct Jobs;

    #[doc = include_str!("../../docs/production.md")]
    struct Production;

    #[doc = include_str!("../../docs/operations.md")]
    struct Operations;
}
