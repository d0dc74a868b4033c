//! Conveniences of the client.

use super::{Generation, MediaClient, settings};
use crate::error::Error;

impl MediaClient {
    /// Returns the URL of the result of a generation, for instance as the image of the next one. A path is resolved
    /// against [`media_base_url`](crate::ClientBuilder::media_base_url).
    ///
    /// # Errors
    ///
    /// Fails if the generation has no result, or its URL is not an `https` or `http` URL.
    pub fn media_url(&self, job: &Generation) -> Result<String, Error> {
        settings::media_url(&self.connection(), job)
    }
}
