//! The client of the media API. Its operations are generated.

use super::{Generation, settings};
use crate::client::{Async, client};
use crate::error::Error;

client! {
    /// A client of the media API.
    ///
    /// Clones are cheap and share connections and limits. A client can be used from any number of tasks concurrently.
    /// It requires a tokio runtime with I/O and time enabled (the default of `#[tokio::main]`), but spawns no tasks.
    /// Dropping a call cancels it.
    MediaClient,
    path: "MediaClient",
    mode: Async,
    api: Self,
    endpoint: "IMAGINE_MEDIA_ENDPOINT",
    key: "IMAGINE_MEDIA_API_KEY",
    scheme: ChApiKey,
    operations: crate::media::OPERATIONS,
    prepare: crate::media::settings::prepare,
}

impl MediaClient {
    /// Returns the URL of the result of a generation, for instance as the image of the next one. A path is resolved
    /// against [`media_base_url`](crate::ClientBuilder::media_base_url).
    ///
    /// # Errors
    ///
    /// Fails if the generation has no result, or its URL is not an `https` or `http` URL.
    pub fn media_url(&self, job: &Generation) -> Result<String, Error> {
        settings::media_url(&self.0, job)
    }
}
