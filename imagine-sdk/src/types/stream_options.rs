//! The options of a stream.

use crate::generated::inference::types::StreamOptions;

impl StreamOptions {
    /// Creates options that are all unset.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a last chunk with the token counts.
    #[must_use]
    pub fn include_usage(mut self, include_usage: bool) -> Self {
        self.include_usage = Some(include_usage);
        self
    }
}
