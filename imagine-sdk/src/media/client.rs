//! The client. Its operations are derived from the specification.

use super::{Generation, settings};
use crate::client::{Async, client};
use crate::error::Error;

client! {
    /// A client of the audiovisual API.
    ///
    /// Cloning it is cheap, and the clones share connections and limits. It can be used from any number of
    /// tasks at once. It needs a tokio runtime with IO and time (as `#[tokio::main]` makes it), but starts no task
    /// of its own: dropping a call ends it.
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
    /// When the generation has no result, or its location is not at `https` or `http`.
    pub fn media_url(&self, job: &Generation) -> Result<String, Error> {
        settings::media_url(&self.0, job)
    }
}
