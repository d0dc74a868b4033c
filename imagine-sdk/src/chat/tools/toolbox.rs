//! Tools with their handlers.

use std::fmt;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::ToolHandler;
use crate::error::BoxError;
use crate::generated::inference::types::{ChatMessage, ChatMessageToolCall, Tool};
use crate::types::InvalidArguments;

/// Tools with their handlers, for [`run_tools`](super). Cloning is cheap for few tools.
///
/// Duplicate names and invalid tools fail the first call that sends the tools.
#[derive(Clone, Default)]
pub struct Toolbox(Vec<Entry>);

#[derive(Clone)]
struct Entry {
    tool: Tool,
    handler: Handler,
}

type Handler = Arc<dyn Fn(&ChatMessageToolCall) -> BoxFuture<'static, Outcome> + Send + Sync>;

/// The text for the model, or the error.
type Outcome = Result<String, ToolError>;

impl Toolbox {
    /// Creates an empty toolbox.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a tool: its name, its description, and its [handler](ToolHandler). The schema is derived from the type of
    /// the handler's argument, a struct with named fields.
    #[cfg(feature = "schema")]
    #[must_use]
    pub fn function<Args, How>(
        self,
        name: impl Into<String>,
        description: impl Into<String>,
        handler: impl ToolHandler<Args, How>,
    ) -> Self
    where
        Args: DeserializeOwned + schemars::JsonSchema,
    {
        self.tool(Tool::function::<Args>(name, description), handler)
    }

    /// Adds a tool that has a schema, for instance a hand-written one, with its [handler](ToolHandler).
    #[must_use]
    pub fn tool<Args, How>(
        mut self,
        tool: impl Into<Tool>,
        handler: impl ToolHandler<Args, How>,
    ) -> Self
    where
        Args: DeserializeOwned,
    {
        let handler = move |call: &ChatMessageToolCall| match call.parse_arguments() {
            Ok(args) => {
                let result = handler.call(args);
                result.map(|text| text.map_err(ToolError::Failed)).boxed()
            }
            Err(invalid) => std::future::ready(Err(ToolError::Arguments(invalid))).boxed(),
        };
        self.0.push(Entry {
            tool: tool.into(),
            handler: Arc::new(handler),
        });
        self
    }

    /// Returns the tools.
    pub fn tools(&self) -> impl Iterator<Item = &Tool> {
        self.0.iter().map(|entry| &entry.tool)
    }

    /// Executes a call, for your own tool loop.
    pub async fn call(&self, call: ChatMessageToolCall) -> ToolResult {
        let name = call.name().unwrap_or_default();
        let entry = self.0.iter().find(|entry| entry.tool.function.name == name);
        let outcome = match entry {
            Some(entry) => (entry.handler)(&call).await,
            None => Err(ToolError::Unknown(name.to_owned())),
        };
        ToolResult { call, outcome }
    }
}

impl From<&Toolbox> for Toolbox {
    fn from(toolbox: &Toolbox) -> Self {
        toolbox.clone()
    }
}

impl fmt::Debug for Toolbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.tools().map(|tool| &tool.function.name);
        f.debug_list().entries(names).finish()
    }
}

/// The result of a tool call.
#[derive(Debug)]
#[non_exhaustive]
pub struct ToolResult {
    /// The call.
    pub call: ChatMessageToolCall,
    /// The text for the model, or the error.
    pub outcome: Result<String, ToolError>,
}

impl ToolResult {
    /// Returns the message for the model. An error is sent as `{"error": ".."}`.
    pub fn message(&self) -> ChatMessage {
        let content = match &self.outcome {
            Ok(text) => text.clone(),
            Err(error) => json!({"error": error.to_model_text()}).to_string(),
        };
        ChatMessage::tool_result(self.call.id.as_deref().unwrap_or_default(), content)
    }
}

/// The error of a tool call. It is sent to the model, which can correct its call.
#[derive(Debug)]
#[non_exhaustive]
pub enum ToolError {
    /// The toolbox has no tool with this name. The name is empty if the service returned a
    /// call without a name.
    Unknown(String),
    /// The arguments are invalid JSON or do not match the type of the handler.
    Arguments(InvalidArguments),
    /// The handler failed.
    Failed(BoxError),
}

impl ToolError {
    /// Returns the text for the model. It may quote the arguments, unlike `Display`, because the model wrote them.
    fn to_model_text(&self) -> String {
        let detail = std::error::Error::source(self);
        match (self, detail) {
            (Self::Arguments(invalid), Some(detail)) => format!("{invalid}: {detail}"),
            _ => self.to_string(),
        }
    }
}

impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) if name.is_empty() => {
                f.write_str("the call is empty; call a tool by its name, with arguments as JSON")
            }
            Self::Unknown(name) => write!(f, "there is no tool named `{name}`"),
            Self::Arguments(invalid) => invalid.fmt(f),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ToolError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unknown(_) => None,
            Self::Arguments(invalid) => invalid.source(),
            Self::Failed(error) => error.source(),
        }
    }
}
