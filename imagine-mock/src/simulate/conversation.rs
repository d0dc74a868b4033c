//! Reads the messages of a chat.

use serde_json::Value;

use super::text;

/// A conversation so far.
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

    /// What the last message of a role says.
    pub(crate) fn last_of(&self, role: &str) -> Option<String> {
        self.of(role).next_back().map(content)
    }

    /// What the last message says, where it has this role.
    pub(crate) fn ends_with(&self, role: &str) -> Option<String> {
        let last = self.messages.last()?;
        is_of(last, role).then(|| content(last))
    }

    /// How many messages of a role there are.
    pub(crate) fn count_of(&self, role: &str) -> usize {
        self.of(role).count()
    }

    /// How many images the last message of the user carries.
    pub(crate) fn images(&self) -> usize {
        let last = self.of("user").next_back();
        let parts = last.and_then(|message| message.get("content")?.as_array());
        let is_image = |part: &&Value| part.get("image_url").is_some();
        parts.into_iter().flatten().filter(is_image).count()
    }

    /// How many tokens all messages have.
    pub(crate) fn tokens(&self) -> usize {
        let of = |message: &&Value| text::count(&content(message));
        self.messages.iter().map(of).sum()
    }

    fn of(&self, role: &str) -> impl DoubleEndedIterator<Item = &'a Value> {
        self.messages
            .iter()
            .copied()
            .filter(move |message| is_of(message, role))
    }
}

fn is_of(message: &Value, role: &str) -> bool {
    message.get("role").and_then(Value::as_str) == Some(role)
}

/// The text of a message, or of all its parts.
fn content(message: &Value) -> String {
    match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            let texts = parts.iter().filter_map(|part| part.get("text")?.as_str());
            texts.collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    }
}
