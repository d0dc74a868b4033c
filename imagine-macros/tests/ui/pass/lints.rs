//! Generated code causes no lints. Lints that concern the test itself, and lints that contradict each other, are off.

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
#![allow(clippy::multiple_crate_versions, reason = "concerns the workspace")]

use imagine_macros::{OpenEnum, Request, Response, Sampling};
use imagine_sdk::__private::Connection;
use imagine_sdk::http::Method;
use imagine_sdk::inference::{ChatCompletionStreamResponse, operations};
use imagine_sdk::operation::{BodyEncoding, Operation};

/// A client.
#[derive(Debug)]
pub struct Client(Connection);

/// A response.
#[derive(Debug, Default, Response)]
#[non_exhaustive]
pub struct Reply {
    /// Identifier.
    #[response(required)]
    pub id: String,
    /// Obsolete.
    #[deprecated = "use `id`"]
    pub old: Option<f64>,
    /// Unknown fields.
    #[response(extra)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// A response without fields.
#[derive(Debug, Default, Response)]
pub struct Nothing {}

/// A response without braces.
#[derive(Debug, Default, Response)]
pub struct Unit;

/// A kind.
#[derive(Debug, Clone, PartialEq, Eq, OpenEnum)]
pub enum Kind {
    /// A current value.
    #[open(name = "one")]
    One,
    /// A deprecated value.
    #[deprecated]
    #[open(name = "old")]
    Old,
    /// Any other value.
    Other(String),
}

/// Parameters.
#[derive(Debug, Default, Clone, Sampling)]
pub struct Parameters {
    /// Probability mass.
    #[sampling(range(min = 0, max = 1))]
    pub top_p: Option<f64>,
    /// Obsolete.
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
    docs = "Sends a question.",
)]
pub struct AskRequest {
    /// The question.
    pub question: String,
    /// The kinds.
    pub kinds: Vec<Kind>,
    /// Probability mass.
    #[request(sampling, range(min = 0, max = 100_000), default = 12345)]
    pub top_p: Option<f64>,
    /// Obsolete.
    #[deprecated(since = "0.1.0", note = "use `top_p`")]
    #[request(sampling)]
    pub best_of: Option<i64>,
    /// Stream flag.
    #[request(stream)]
    pub stream: Option<bool>,
    /// Start of the results.
    #[doc(alias = "start")]
    #[serde(skip)]
    #[request(query = "from", default = -1)]
    pub since: i64,
}

/// A request for clients of another crate.
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
    args(location),
    alias("mine", "mine_stream"),
    docs = "Is not part of a specification.",
)]
pub struct OwnRequest {
    /// Location.
    #[serde(skip)]
    #[request(path = "location")]
    pub location: String,
    /// Stream flag.
    #[request(stream)]
    pub stream: bool,
}

static OWN: Operation = Operation::new("own", Method::POST, "/own/{location}")
    .with_body_encoding(BodyEncoding::Json)
    .with_streaming();

/// A request without fields.
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

/// Uses the private method, so that the compiler does not report it as unused.
#[test]
fn a_private_request_has_a_private_method() {
    let call: fn(&Client) -> Pause = Client::pause;
    assert_eq!(size_of_val(&call), size_of::<usize>());
}
