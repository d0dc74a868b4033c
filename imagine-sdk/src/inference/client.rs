//! The client of the inference API. Its operations are generated.

use crate::client::{Async, client};

client! {
    /// A client of the inference API.
    ///
    /// Clones are cheap and share connections and limits. A client can be used from any number of tasks concurrently.
    /// It requires a tokio runtime with I/O and time enabled (the default of `#[tokio::main]`), but spawns no tasks.
    /// Dropping a call cancels it.
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
