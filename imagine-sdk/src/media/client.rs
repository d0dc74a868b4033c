//! The client. Its operations are derived from the specification.

use crate::caller::Async;
use crate::config::client;

client! {
    /// A client of the audiovisual API.
    ///
    /// Cloning it is cheap, and the clones share connections and limits. It can be used from any number of
    /// tasks at once. It needs a tokio runtime with IO and time (as `#[tokio::main]` makes it), but starts no task
    /// of its own: dropping a call ends it.
    mode: Async,
    api: Self,
    endpoint: "IMAGINE_MEDIA_ENDPOINT",
    key: "IMAGINE_MEDIA_API_KEY",
    scheme: ChApiKey,
}
