//! Conversations, and the file with the last one.

use imagine_sdk::ChatMessage;
use imagine_sdk::inference::{Messages, Role};
use serde::{Deserialize, Serialize};

use super::ChatOptions;
use crate::failure::Result;
use crate::state::StateDir;

/// The file with the last conversation.
const FILE: &str = "conversation.json";

/// A conversation with its model.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Conversation {
    model: Option<String>,
    messages: Messages,
}

impl Conversation {
    /// Reads the last conversation.
    pub(crate) fn last(state: &StateDir) -> Result<Option<Self>> {
        state.read(FILE)
    }

    /// Writes the conversation as the last one.
    pub(crate) fn save(&self, state: &StateDir) -> Result<()> {
        state.write(FILE, self)
    }

    /// Applies the model and the system prompt of the options.
    pub(crate) fn set_options(&mut self, options: &ChatOptions) {
        if let Some(model) = &options.model {
            self.model = Some(model.clone());
        }
        if let Some(prompt) = &options.system {
            self.set_system(prompt);
        }
    }

    /// Sets the model of the next messages.
    pub(crate) fn set_model(&mut self, model: String) {
        self.model = Some(model);
    }

    /// Replaces the system prompt.
    pub(crate) fn set_system(&mut self, prompt: &str) {
        let others = self.messages.iter();
        let others = others.filter(|message| message.role != Role::System);
        let system = [ChatMessage::system(prompt)];
        self.messages = system.into_iter().chain(others.cloned()).collect();
    }

    /// Removes all messages except the system prompt.
    pub(crate) fn clear(&mut self) {
        let system = self.messages.iter();
        let system = system.filter(|message| message.role == Role::System);
        self.messages = system.cloned().collect();
    }

    /// Adds a message.
    pub(crate) fn push(&mut self, message: ChatMessage) {
        self.messages.push(message);
    }

    /// Removes the last message, whose response failed.
    pub(crate) fn pop(&mut self) {
        let kept = self.messages.len().saturating_sub(1);
        self.messages = self.messages.iter().take(kept).cloned().collect();
    }

    /// Adds the messages of a reply.
    pub(crate) fn extend(&mut self, messages: Vec<ChatMessage>) {
        self.messages.extend(messages);
    }

    pub(crate) fn messages(&self) -> &Messages {
        &self.messages
    }

    pub(crate) fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(conversation: &Conversation) -> Vec<String> {
        let messages = conversation.messages().iter();
        messages
            .filter_map(|message| message.text().map(Into::into))
            .collect()
    }

    #[test]
    fn a_new_system_prompt_replaces_the_old_one() {
        let mut conversation = Conversation::default();
        conversation.push(ChatMessage::user("hi"));
        conversation.set_system("a");
        conversation.set_system("b");
        assert_eq!(roles(&conversation), ["b", "hi"]);
        conversation.clear();
        assert_eq!(roles(&conversation), ["b"]);
    }

    #[test]
    fn a_failed_message_is_removed() {
        let mut conversation = Conversation::default();
        conversation.push(ChatMessage::user("hi"));
        conversation.extend(vec![ChatMessage::assistant("hello")]);
        conversation.push(ChatMessage::user("lost"));
        conversation.pop();
        assert_eq!(roles(&conversation), ["hi", "hello"]);
    }
}
