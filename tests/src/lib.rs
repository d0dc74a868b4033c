//! The harness of the contract and end-to-end tests.
//!
//! [`cases`] contains one contract case for each operation of both APIs. [`TestClient`] is a client of each API with a
//! mock transport and a manual clock. [`HttpService`] is an HTTP server that records requests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a harness fails its test by panicking"
)]

mod api;
mod call;
mod cases;
mod chunking;
mod clients;
mod clock;
mod closed_port;
mod connect_proxy;
mod error_text;
mod example;
mod file_server;
pub mod fixtures;
mod http2_server;
mod http_service;
pub mod json;
mod mock_requests;
mod raw_server;
mod secure_server;
mod sent_request;
mod subprocess;
mod temp_dir;
mod test_client;
mod trace;
mod transport;

pub use self::api::Api;
pub use self::call::{Call, CallResponse, Setting, StreamCall};
pub use self::cases::{
    Body, Case, ExpectedRequest, Part, RoundTrip, StreamCase, cases, stream_cases, wav,
};
pub use self::chunking::all_chunkings;
pub use self::clients::{
    BlockingCallFactory, BlockingClients, CallFactories, CallFactory, Clients,
};
pub use self::clock::{CONNECTION_WAIT, ManualClock, PauselessClock, START, SignalClock};
pub use self::closed_port::ClosedPort;
pub use self::connect_proxy::ConnectProxy;
pub use self::error_text::{assert_error_line, assert_not_in_error, full_error_text};
pub use self::example::documented_fields;
pub use self::file_server::{FileRequest, FileResponse, FileServer};
pub use self::http_service::HttpService;
pub use self::http2_server::{Http2Action, Http2Server};
pub use self::mock_requests::checked_operations;
pub use self::raw_server::{AfterResponse, RawServer, StallingServer, read_request};
pub use self::secure_server::SecureServer;
pub use self::sent_request::SentRequest;
pub use self::subprocess::subprocess;
pub use self::temp_dir::TempDir;
pub use self::test_client::{ENDPOINT, KEY, TestClient};
pub use self::trace::{Trace, TraceRecord};
pub use self::transport::{MockResponse, MockTransport};

/// Compiles and runs the examples in the README and the guides.
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

    #[doc = include_str!("../../docs/structured-output.md")]
    struct StructuredOutput;

    #[doc = include_str!("../../docs/errors-and-retries.md")]
    struct ErrorsAndRetries;

    #[doc = include_str!("../../docs/live-services.md")]
    struct LiveServices;

    #[doc = include_str!("../../docs/jobs.md")]
    struct Jobs;

    #[doc = include_str!("../../docs/production.md")]
    struct Production;

    #[doc = include_str!("../../docs/conversations.md")]
    struct Conversations;

    #[doc = include_str!("../../docs/bulk.md")]
    struct Bulk;

    #[doc = include_str!("../../docs/queues.md")]
    struct Queues;

    #[doc = include_str!("../../docs/tutorials.md")]
    struct Tutorials;

    #[doc = include_str!("../../docs/operations.md")]
    struct Operations;
}
