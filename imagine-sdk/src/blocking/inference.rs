//! The blocking client of the inference API.

use super::Blocking;
use crate::client::client;
use crate::inference;

client! {
    /// A blocking client of the inference API: [`InferenceClient`](crate::InferenceClient) for synchronous programs.
    ///
    /// Clones are cheap and share connections, limits and the thread that drives them. A client can be used from any
    /// number of threads concurrently.
    #[doc(alias("ImagineClient"))]
    InferenceClient,
    path: "blocking::InferenceClient",
    mode: Blocking,
    api: inference::InferenceClient,
    endpoint: "IMAGINE_API_ENDPOINT",
    key: "IMAGINE_API_KEY",
    scheme: Bearer,
    operations: crate::inference::OPERATIONS,
}
