//! Accumulation of the content of a message.

use crate::generated::inference::types::ContentPart;
use crate::types::Content;

/// The content accumulated so far: parts, and the text after them.
#[derive(Clone, Debug, Default)]
pub(super) struct ContentAccumulator {
    parts: Vec<ContentPart>,
    text: Option<String>,
}

impl ContentAccumulator {
    /// Appends a delta. Text is concatenated; other parts, such as reasoning, keep their position.
    pub(super) fn push(&mut self, delta: Content) {
        match delta {
            Content::Text(text) => self.push_text(&text),
            Content::Parts(parts) => parts.into_iter().for_each(|part| self.push_part(part)),
        }
    }

    fn push_text(&mut self, text: &str) {
        self.text.get_or_insert_default().push_str(text);
    }

    fn push_part(&mut self, part: ContentPart) {
        match &part.text {
            Some(text) if part.image_url.is_none() && part.extra.is_empty() => self.push_text(text),
            _ => {
                self.flush();
                self.parts.push(part);
            }
        }
    }

    fn flush(&mut self) {
        self.parts.extend(self.text.take().map(ContentPart::text));
    }

    /// Returns the text after the last other part.
    pub(super) fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// Returns the content: a string, unless there are other parts.
    pub(super) fn finish(mut self) -> Option<Content> {
        if self.parts.is_empty() {
            return self.text.map(Content::Text);
        }
        self.flush();
        Some(Content::Parts(self.parts))
    }
}
