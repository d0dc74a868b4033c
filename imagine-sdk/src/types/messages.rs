//! Messages and conversations.

use std::borrow::Cow;

use serde::de::Deserializer;
use serde::{Deserialize, Serialize};

use super::list::list;
use super::{Content, Image};
use crate::generated::inference::types::{
    ChatCompletionResponse, ChatMessage, ChatMessageToolCall, Role,
};
use crate::json;
use crate::request::Check;

/// A conversation, oldest message first.
///
/// A string converts to a conversation with one user message.
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
    /// Creates a message of the user.
    pub fn user(content: impl Into<Content>) -> Self {
        Self::new(Role::User, content)
    }

    /// Creates a message that instructs the model.
    pub fn system(content: impl Into<Content>) -> Self {
        Self::new(Role::System, content)
    }

    /// Creates a message of the model.
    pub fn assistant(content: impl Into<Content>) -> Self {
        Self::new(Role::Assistant, content)
    }

    /// Creates a message with the result of the tool call `id`.
    pub fn tool_result(id: impl Into<String>, content: impl Into<Content>) -> Self {
        Self {
            tool_call_id: Some(id.into()),
            ..Self::new(Role::Tool, content)
        }
    }

    /// Creates a message of any role.
    pub fn new(role: impl Into<Role>, content: impl Into<Content>) -> Self {
        Self {
            role: role.into(),
            content: Some(content.into()),
            ..Self::default()
        }
    }

    /// Returns the text of the message: its content, or the concatenated strings of its parts. `None` if there is no
    /// string.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        self.content.as_ref().and_then(Content::text)
    }

    /// Returns the tool calls of the message.
    pub fn tool_calls(&self) -> &[ChatMessageToolCall] {
        &self.tool_calls
    }

    /// Returns the reasoning of the model, if the service reports it. Servers write it as `reasoning_content` or as
    /// `reasoning`. The former has priority. Both stay in `extra` and are sent back with the message.
    pub fn reasoning(&self) -> Option<Cow<'_, str>> {
        ["reasoning_content", "reasoning"]
            .iter()
            .find_map(|key| self.extra.get_str(key))
    }
}

impl ChatCompletionResponse {
    /// Returns the message of the first choice, to be sent back in the next request.
    pub fn into_message(self) -> Option<ChatMessage> {
        let mut message = self.choices.into_iter().next()?.message;
        // Services reject a message without a role. This message can only have the role `assistant`.
        if message.role.as_str().is_empty() {
            message.role = Role::Assistant;
        }
        Some(message)
    }
}

/// Rejects images in messages that [`Image`] rejects.
impl Check for Messages {
    fn check(&self) -> Result<(), String> {
        let contents = self.iter().filter_map(|message| message.content.as_ref());
        let parts = contents.flat_map(Content::parts);
        let mut images = parts.filter_map(|part| part.image_url.as_ref());
        let problem = images.find_map(|image| Image::check_url(&image.url).err());
        problem.map_or(Ok(()), |problem| Err(format!("has {problem}")))
    }
}

list!([] Messages, ChatMessage);

impl Messages {
    /// Appends a message.
    pub fn push(&mut self, message: ChatMessage) {
        self.0.push(message);
    }

    /// Returns a mutable iterator over the messages.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, ChatMessage> {
        self.0.iter_mut()
    }
}

impl Extend<ChatMessage> for Messages {
    fn extend<I: IntoIterator<Item = ChatMessage>>(&mut self, messages: I) {
        self.0.extend(messages);
    }
}

impl<'a> IntoIterator for &'a mut Messages {
    type Item = &'a mut ChatMessage;
    type IntoIter = std::slice::IterMut<'a, ChatMessage>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter_mut()
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

impl From<&Messages> for Messages {
    fn from(messages: &Messages) -> Self {
        messages.clone()
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
        json::new(deserializer).map(Self)
    }
}

json::lenient_via_serde!(Messages);
