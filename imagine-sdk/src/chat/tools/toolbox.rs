//! Tools with what does their work.

use std::fmt;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::ToolHandler;
use crate::generated::inference::types::{ChatMessage, ChatMessageToolCall, Tool};
use crate::transport::BoxError;
use crate::types::InvalidArguments;

/// Tools with what does their work, for [`run_tools`](super). Cloning it is cheap where there are few.
///
/// Two tools of one name, and a tool that cannot be offered, are errors of the first call that offers them.
#[derive(Clone, Default)]
pub struct Toolbox(Vec<Entry>);

#[derive(Clone)]
struct Entry {
    tool: Tool,
    work: Work,
}

type Work = Arc<dyn Fn(&ChatMessageToolCall) -> BoxFuture<'static, Outcome> + Send + Sync>;

/// What a call gave: what the model is told, or why there is nothing to tell.
type Outcome = Result<String, ToolError>;

impl Toolbox {
    /// An empty box.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a tool into the box: its name, what it does, and the [handler](ToolHandler) that does it. The
    /// schema is made of the type of the handler's argument, a struct with named fields.
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

    /// Puts a tool into the box that is described already, for instance by hand, with the
    /// [handler](ToolHandler) that does its work.
    #[must_use]
    pub fn tool<Args, How>(
        mut self,
        tool: impl Into<Tool>,
        handler: impl ToolHandler<Args, How>,
    ) -> Self
    where
        Args: DeserializeOwned,
    {
        let work = move |call: &ChatMessageToolCall| match call.parse_arguments() {
            Ok(args) => {
                let response = handler.call(args);
                response.map(|told| told.map_err(ToolError::Failed)).boxed()
            }
            Err(invalid) => std::future::ready(Err(ToolError::Arguments(invalid))).boxed(),
        };
        self.0.push(Entry {
            tool: tool.into(),
            work: Arc::new(work),
        });
        self
    }

    /// The tools, to offer them to a model.
    pub fn tools(&self) -> impl Iterator<Item = &Tool> {
        self.0.iter().map(|entry| &entry.tool)
    }

    /// Does the work of one call, for rounds that you go through yourself.
    pub async fn call(&self, call: ChatMessageToolCall) -> ToolResult {
        let name = call.name().unwrap_or_default();
        let entry = self.0.iter().find(|entry| entry.tool.function.name == name);
        let outcome = match entry {
            Some(entry) => (entry.work)(&call).await,
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

/// What a call of a tool gave.
#[derive(Debug)]
#[non_exhaustive]
pub struct ToolResult {
    /// The call.
    pub call: ChatMessageToolCall,
    /// What the model is told, or why there is nothing to tell.
    pub outcome: Result<String, ToolError>,
}

impl ToolResult {
    /// The message that tells the model. An error is told as `{"error": ".."}`.
    pub fn message(&self) -> ChatMessage {
        let content = match &self.outcome {
            Ok(text) => text.clone(),
            Err(error) => json!({"error": error.told()}).to_string(),
        };
        ChatMessage::tool_result(self.call.id.as_deref().unwrap_or_default(), content)
    }
}

/// Why a call of a tool gave nothing. The model is told, and may do better.
#[derive(Debug)]
#[non_exhaustive]
pub enum ToolError {
    /// There is no tool of this name.
    Unknown(String),
    /// The arguments are not what the tool takes.
    Arguments(InvalidArguments),
    /// The handler failed.
    Failed(BoxError),
}

impl ToolError {
    /// What the model is told: more than what goes into logs, because it wrote the arguments itself.
    fn told(&self) -> String {
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
