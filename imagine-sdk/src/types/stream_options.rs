//! The options of a stream.

use crate::generated::inference::types::StreamOptions;

impl StreamOptions {
    /// Creates options without any set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Requests a last chunk with the token counts. Default: the choice of the service.
    #[must_use]
    pub fn include_usage(mut self, include_usage: bool) -> Self {
        self.include_usage = Some(include_usage);
        self
    }
}
