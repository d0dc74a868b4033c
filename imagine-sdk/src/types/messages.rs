//! Messages, and the conversations made of them.

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

/// Images in messages are held to what an [`Image`] is.
impl Check for Messages {
    fn check(&self) -> Result<(), String> {
        let contents = self.iter().filter_map(|message| message.content.as_ref());
        let parts = contents.flat_map(Content::parts);
        let mut images = parts.filter_map(|part| part.image_url.as_ref());
        let refused = images.find_map(|image| Image::check_url(&image.url).err());
        refused.map_or(Ok(()), |problem| Err(format!("has {problem}")))
    }
}

list!([] Messages, ChatMessage);

impl Messages {
    /// Appends a message.
    pub fn push(&mut self, message: ChatMessage) {
        self.0.push(message);
    }

    /// Returns an iterator over the messages, which can be changed.
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
