//! The client. Its operations are derived from the specification.

use crate::client::{Async, client};

client! {
    /// A client of the inference API.
    ///
    /// Cloning it is cheap, and the clones share connections and limits. It can be used from any number of
    /// tasks at once. It needs a tokio runtime with IO and time (as `#[tokio::main]` makes it), but starts no task
    /// of its own: dropping a call ends it.
    #[doc(alias("ImagineClient", "ImagineAsyncClient"))]
    InferenceClient,
    path: "InferenceClient",
    mode: Async,
    api: Self,
    endpoint: "IMAGINE_API_ENDPOINT",
    key: "IMAGINE_API_KEY",
    scheme: Bearer,
    operations: crate::inference::OPERATIONS,
}
