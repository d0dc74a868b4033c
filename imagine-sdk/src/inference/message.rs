//! Messages, and the conversations made of them.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::de::{DeserializeOwned, Deserializer};
use serde::{Deserialize, Serialize};

use super::{
    ChatCompletionResponse, ChatMessage, ChatMessageToolCall, Content, Role, Tool,
    ToolCallFunction, ToolFunction,
};
use crate::decode::{Tolerant, null_as_default};

/// A conversation so far, oldest message first.
///
/// A text is a conversation of one message of the user.
///
/// ```
/// use imagine_sdk::{ChatMessage, inference::Messages};
///
/// let one = Messages::from("Hello");
/// assert_eq!(one, Messages::from([ChatMessage::user("Hello")]));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Messages(Vec<ChatMessage>);

impl ChatMessage {
    /// A message of the user.
    pub fn user(content: impl Into<Content>) -> Self {
        Self::new(Role::User, content)
    }

    /// A message that tells the model how to behave.
    pub fn system(content: impl Into<Content>) -> Self {
        Self::new(Role::System, content)
    }

    /// A message of the model.
    pub fn assistant(content: impl Into<Content>) -> Self {
        Self::new(Role::Assistant, content)
    }

    /// What the tool call `id` gave.
    pub fn tool_result(id: impl Into<String>, content: impl Into<Content>) -> Self {
        Self {
            tool_call_id: Some(id.into()),
            ..Self::new(Role::Tool, content)
        }
    }

    /// A message of any role.
    pub fn new(role: impl Into<Role>, content: impl Into<Content>) -> Self {
        Self {
            role: role.into(),
            content: Some(content.into()),
            ..Self::default()
        }
    }

    /// The text of the message: its content, or the texts among its parts one after the other. Nothing
    /// where it has none.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        self.content.as_ref().and_then(Content::text)
    }

    /// The tool calls of the message.
    pub fn tool_calls(&self) -> &[ChatMessageToolCall] {
        self.tool_calls.as_deref().unwrap_or_default()
    }

    /// What the model thought before it answered, where the service shows it. Servers write it as
    /// `reasoning_content` or as `reasoning`; where both are there, this is the former. Both stay in
    /// `extra` and go back to the service with the message.
    pub fn reasoning(&self) -> Option<&str> {
        ["reasoning_content", "reasoning"]
            .iter()
            .find_map(|key| self.extra.get(*key)?.as_str())
    }
}

impl ChatMessageToolCall {
    /// The name of the function to call.
    pub fn name(&self) -> Option<&str> {
        self.function
            .as_ref()
            .and_then(|function| function.name.as_deref())
    }

    /// The arguments as the model wrote them, which may be no JSON. `{}` where it wrote nothing.
    pub fn arguments(&self) -> &str {
        let written = self
            .function
            .as_ref()
            .and_then(|function| function.arguments.as_deref());
        match written {
            Some(arguments) if !arguments.trim().is_empty() => arguments,
            _ => "{}",
        }
    }
}

impl ChatMessageToolCall {
    /// The arguments as a type of yours.
    ///
    /// ```
    /// use imagine_sdk::inference::{ChatMessageToolCall, ToolCallFunction};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct City { city: String }
    ///
    /// let function = ToolCallFunction::new("get_weather", r#"{"city":"Toledo"}"#);
    /// let call = ChatMessageToolCall { function: Some(function), ..Default::default() };
    /// assert_eq!(call.args::<City>()?.city, "Toledo");
    /// # Ok::<(), imagine_sdk::inference::InvalidArguments>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the model wrote no JSON, or not what the type needs. The error has the text, to hand back to the
    /// model.
    pub fn args<T: DeserializeOwned>(&self) -> Result<T, InvalidArguments> {
        let raw = self.arguments();
        serde_json::from_str(raw).map_err(|source| InvalidArguments {
            raw: raw.to_owned(),
            source,
        })
    }
}

/// Arguments of a tool call that are not what the tool takes.
#[derive(Debug)]
pub struct InvalidArguments {
    raw: String,
    source: serde_json::Error,
}

impl InvalidArguments {
    /// The arguments as the model wrote them.
    pub fn raw(&self) -> &str {
        &self.raw
    }
}

impl fmt::Display for InvalidArguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // serde quotes what the model wrote, which is not for logs.
        let (line, column) = (self.source.line(), self.source.column());
        write!(
            f,
            "the arguments do not fit the tool, at line {line} column {column}"
        )
    }
}

impl std::error::Error for InvalidArguments {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

impl ToolCallFunction {
    /// A function with its arguments, a JSON object written as text.
    pub fn new(name: impl Into<String>, arguments: impl Into<String>) -> Self {
        Self {
            name: Some(name.into()),
            arguments: Some(arguments.into()),
            ..Self::default()
        }
    }
}

impl ToolFunction {
    /// A function that the model may call.
    ///
    /// ```
    /// use imagine_sdk::inference::{Tool, ToolFunction};
    /// use serde_json::json;
    ///
    /// let weather = ToolFunction::new("get_weather")
    ///     .description("The weather of a city, now")
    ///     .parameters(json!({"type": "object", "properties": {"city": {"type": "string"}}}));
    /// assert_eq!(Tool::from(weather).type_, "function");
    /// ```
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// What the function does, for the model to decide when to call it.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The JSON Schema of the arguments. What is no object is no schema, and leaves them out.
    #[must_use]
    pub fn parameters(mut self, schema: impl Into<serde_json::Value>) -> Self {
        self.parameters = match schema.into() {
            serde_json::Value::Object(schema) => Some(schema),
            _ => None,
        };
        self
    }
}

impl From<ToolFunction> for Tool {
    fn from(function: ToolFunction) -> Self {
        Self {
            type_: "function".to_owned(),
            function,
            ..Self::default()
        }
    }
}

impl ChatCompletionResponse {
    /// The message of the first alternative, to send back with what follows it.
    pub fn into_message(self) -> Option<ChatMessage> {
        let mut message = self.choices.into_iter().next()?.message;
        // A message without a role is refused when it is sent back, and this one can only be the model's.
        if message.role.as_str().is_empty() {
            message.role = Role::Assistant;
        }
        Some(message)
    }
}

impl Deref for Messages {
    type Target = Vec<ChatMessage>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Messages {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl IntoIterator for Messages {
    type Item = ChatMessage;
    type IntoIter = std::vec::IntoIter<ChatMessage>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<ChatMessage> for Messages {
    fn from_iter<I: IntoIterator<Item = ChatMessage>>(messages: I) -> Self {
        Self(messages.into_iter().collect())
    }
}

impl From<&str> for Messages {
    fn from(text: &str) -> Self {
        ChatMessage::user(text).into()
    }
}

impl From<&String> for Messages {
    fn from(text: &String) -> Self {
        ChatMessage::user(text).into()
    }
}

impl From<Cow<'_, str>> for Messages {
    fn from(text: Cow<'_, str>) -> Self {
        ChatMessage::user(text).into()
    }
}

impl From<String> for Messages {
    fn from(text: String) -> Self {
        ChatMessage::user(text).into()
    }
}

impl From<ChatMessage> for Messages {
    fn from(message: ChatMessage) -> Self {
        Self(vec![message])
    }
}

impl From<Vec<ChatMessage>> for Messages {
    fn from(messages: Vec<ChatMessage>) -> Self {
        Self(messages)
    }
}

impl From<&[ChatMessage]> for Messages {
    fn from(messages: &[ChatMessage]) -> Self {
        Self(messages.to_vec())
    }
}

impl From<&Vec<ChatMessage>> for Messages {
    fn from(messages: &Vec<ChatMessage>) -> Self {
        Self(messages.clone())
    }
}

impl<const N: usize> From<[ChatMessage; N]> for Messages {
    fn from(messages: [ChatMessage; N]) -> Self {
        Self(messages.into())
    }
}

impl<'de> Deserialize<'de> for Messages {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<ChatMessage>::tolerant(deserializer).map(Self)
    }
}

impl<'de> Tolerant<'de> for Messages {
    fn tolerant<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        null_as_default(deserializer)
    }
}
