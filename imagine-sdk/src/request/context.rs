//! The facts about a request that its response is interpreted with.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde::Deserialize;

use super::{Body, Operation};
use crate::json;

/// The request of a response that is being validated and completed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ResponseContext {
    /// The operation.
    pub operation: &'static Operation,
    /// The number of inputs, if the response has an item for each of them.
    pub input_count: Option<usize>,
    /// The limit of the tokens of each choice (`max_tokens`), if the request sets one.
    pub max_tokens: Option<u64>,
    /// The names of the offered tools. A response may contain calls of them as text. Empty after
    /// `tool_calls_in_text(false)`.
    pub tool_names: Vec<String>,
}

/// The relevant fields of an encoded request. Fields of other types are of no use here.
#[derive(Default, Deserialize)]
#[serde(default)]
struct SentFields {
    max_tokens: Option<u64>,
    max_completion_tokens: Option<u64>,
    tools: Option<Vec<OfferedTool>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OfferedTool {
    function: OfferedFunction,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OfferedFunction {
    name: String,
}

/// The limits in a body. A search takes less time than its preparation.
static LIMITS: LazyLock<[Finder<'static>; 2]> =
    LazyLock::new(|| ["\"max_tokens\"", "\"max_completion_tokens\""].map(Finder::new));

/// The tools in a body.
static TOOLS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\"tools\""));

impl ResponseContext {
    pub(crate) fn new(operation: &'static Operation, input_count: Option<usize>) -> Self {
        Self {
            operation,
            input_count,
            max_tokens: None,
            tool_names: Vec::new(),
        }
    }

    /// Reads the limit and the tools from the body that is sent, which contains the overrides of the caller. Only the
    /// operations of language models stream and have these fields.
    pub(crate) fn with_body(mut self, body: &Body, tool_calls_in_text: bool) -> Self {
        let Body::Json(bytes) = body else { return self };
        let contains = |name: &Finder<'_>| name.find(bytes).is_some();
        let is_relevant = LIMITS.iter().any(contains) || (tool_calls_in_text && contains(&TOOLS));
        if !self.operation.streams || !is_relevant {
            return self;
        }
        let sent: SentFields = json::from_slice(bytes).unwrap_or_default();
        self.max_tokens = sent.max_tokens.or(sent.max_completion_tokens);
        if tool_calls_in_text {
            let tools = sent.tools.into_iter().flatten();
            self.tool_names = tools.map(|tool| tool.function.name).collect();
        }
        self
    }
}
