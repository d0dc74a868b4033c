//! Nothing in an expansion is for a lint to report. What is not under test is turned off: a missing use
//! of what a test declares, and the opinions that contradict each other.

#![deny(warnings, missing_docs, unused, nonstandard_style)]
#![deny(missing_debug_implementations, unused_qualifications, unreachable_pub)]
#![deny(
    single_use_lifetimes,
    unused_lifetimes,
    let_underscore_drop,
    deprecated
)]
#![deny(
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    trivial_casts
)]
#![deny(trivial_numeric_casts, unused_results, variant_size_differences)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery, clippy::cargo)]
#![deny(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes
)]
#![deny(
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    clippy::absolute_paths
)]
#![deny(
    clippy::shadow_reuse,
    clippy::shadow_same,
    clippy::pattern_type_mismatch
)]
#![deny(clippy::question_mark_used, clippy::missing_trait_methods)]
#![deny(clippy::missing_inline_in_public_items, clippy::min_ident_chars)]
#![allow(unreachable_pub, dead_code, reason = "a test exports nothing")]
#![allow(clippy::multiple_crate_versions, reason = "that is of the workspace")]

use imagine_macros::{OpenEnum, Request, Response, Sampling};
use imagine_sdk::__private::Connection;
use imagine_sdk::http::Method;
use imagine_sdk::inference::{ChatCompletionStreamResponse, operations};
use imagine_sdk::operation::{BodyEncoding, Operation};

/// A client.
#[derive(Debug)]
pub struct Client(Connection);

/// An response.
#[derive(Debug, Default, Response)]
#[non_exhaustive]
pub struct Reply {
    /// Identifies it.
    #[response(required)]
    pub id: String,
    /// What nobody needs any more.
    #[deprecated = "use `id`"]
    pub old: Option<f64>,
    /// The rest.
    #[response(extra)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// An response without anything.
#[derive(Debug, Default, Response)]
pub struct Nothing {}

/// An response without even braces.
#[derive(Debug, Default, Response)]
pub struct Unit;

/// A kind.
#[derive(Debug, Clone, PartialEq, Eq, OpenEnum)]
pub enum Kind {
    /// The one.
    #[open(name = "one")]
    One,
    /// The old one.
    #[deprecated]
    #[open(name = "old")]
    Old,
    /// Another.
    Other(String),
}

/// Parameters.
#[derive(Debug, Default, Clone, Sampling)]
pub struct Parameters {
    /// A share.
    #[sampling(range(min = 0, max = 1))]
    pub top_p: Option<f64>,
    /// What nobody needs any more.
    #[deprecated(since = "0.1.0", note = "use `top_p`")]
    pub best_of: Option<i64>,
}

/// A request.
#[deprecated = "use another"]
#[derive(Debug, Clone, serde::Serialize, Request)]
#[request(
    operation = operations::CHAT,
    method = ask,
    builder = Ask,
    client = Client,
    response = Reply,
    chunk = ChatCompletionStreamResponse,
    body = json,
    sampling = Parameters,
    args(question, kinds),
    alias("query", "query_stream"),
    docs = "Asks.",
)]
pub struct AskRequest {
    /// The question.
    pub question: String,
    /// The kinds.
    pub kinds: Vec<Kind>,
    /// A share.
    #[request(sampling, range(min = 0, max = 100_000), default = 12345)]
    pub top_p: Option<f64>,
    /// What nobody needs any more.
    #[deprecated(since = "0.1.0", note = "use `top_p`")]
    #[request(sampling)]
    pub best_of: Option<i64>,
    /// Whether it streams.
    #[request(stream)]
    pub stream: Option<bool>,
    /// Where to look.
    #[doc(alias = "place")]
    #[serde(skip)]
    #[request(query = "from", default = -1)]
    pub since: i64,
}

/// A request for another crate's clients.
#[derive(Debug, Clone, serde::Serialize, Request)]
#[request(
    operation = OWN,
    method = own,
    builder = Own,
    extension = OwnClient,
    client = imagine_sdk::Client,
    response = Reply,
    chunk = ChatCompletionStreamResponse,
    body = json,
    args(place),
    alias("mine", "mine_stream"),
    docs = "Asks for what no specification has.",
)]
pub struct OwnRequest {
    /// Where.
    #[serde(skip)]
    #[request(path = "place")]
    pub place: String,
    /// Whether it streams.
    #[request(stream)]
    pub stream: bool,
}

static OWN: Operation = Operation::new("own", Method::POST, "/own/{place}")
    .with_body_encoding(BodyEncoding::Json)
    .with_streaming();

/// Nothing to ask.
#[derive(Debug, Clone, Request)]
#[request(
    operation = operations::USAGE,
    method = pause,
    builder = Pause,
    client = Client,
    response = (),
    docs = "Pauses.",
)]
struct PauseParams;

impl Client {
    fn connection(&self) -> Connection {
        self.0.clone()
    }
}

/// Keeps the compiler from calling what is private unused.
#[test]
fn a_private_request_makes_a_private_method() {
    let call: fn(&Client) -> Pause = Client::pause;
    assert_eq!(size_of_val(&call), size_of::<usize>());
}
