//! Messages, and the conversations made of them.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};

use serde::de::Deserializer;
use serde::{Deserialize, Serialize};

use super::Content;
use super::Image;
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
        json::new(deserializer).map(Self)
    }
}

json::read_whole!(Messages);
