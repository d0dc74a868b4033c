//! The messages of a chat request.

use serde_json::Value;

use super::text;

/// The messages of a chat request.
pub(crate) struct Conversation<'a> {
    messages: Vec<&'a Value>,
}

impl<'a> Conversation<'a> {
    pub(crate) fn read(request: &'a Value) -> Self {
        let messages = request.get("messages").and_then(Value::as_array);
        Self {
            messages: messages.into_iter().flatten().collect(),
        }
    }

    /// Returns the content of the last message with a role.
    pub(crate) fn last_of(&self, role: &str) -> Option<String> {
        self.with_role(role).next_back().map(content)
    }

    /// Returns the content of the last message if it has this role.
    pub(crate) fn last_if(&self, role: &str) -> Option<String> {
        let last = self.messages.last()?;
        has_role(last, role).then(|| content(last))
    }

    /// Returns whether the last message or the system message asks for JSON.
    pub(crate) fn asks_for_json(&self) -> bool {
        let system = self.with_role("system").next_back();
        let messages = self.messages.last().copied().into_iter().chain(system);
        { messages }.any(|message| content(message).contains("JSON"))
    }

    /// Returns the number of messages with a role.
    pub(crate) fn count_of(&self, role: &str) -> usize {
        self.with_role(role).count()
    }

    /// Returns the number of images in the last user message.
    pub(crate) fn images(&self) -> usize {
        let last = self.with_role("user").next_back();
        let parts = last.and_then(|message| message.get("content")?.as_array());
        let is_image = |part: &&Value| part.get("image_url").is_some();
        parts.into_iter().flatten().filter(is_image).count()
    }

    /// Returns the number of tokens in all messages.
    pub(crate) fn tokens(&self) -> usize {
        let tokens = |message: &&Value| text::count_tokens(&content(message));
        self.messages.iter().map(tokens).sum()
    }

    fn with_role(&self, role: &str) -> impl DoubleEndedIterator<Item = &'a Value> {
        self.messages
            .iter()
            .copied()
            .filter(move |message| has_role(message, role))
    }
}

/// Returns whether a message has a role. `developer` is a newer name of `system`.
fn has_role(message: &Value, role: &str) -> bool {
    let own = message.get("role").and_then(Value::as_str);
    own == Some(role) || (own == Some("developer") && role == "system")
}

/// Returns the text of a message, joined if it has several parts.
fn content(message: &Value) -> String {
    match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            let strings = parts.iter().filter_map(|part| part.get("text")?.as_str());
            strings.collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    }
}
