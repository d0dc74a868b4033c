//! The blocking client of the inference API.

use super::Blocking;
use crate::client::client;
use crate::inference;

client! {
    /// A blocking client of the inference API: [`InferenceClient`](crate::InferenceClient) for synchronous
    /// programs.
    ///
    /// Cloning it is cheap, and the clones share connections, limits and the thread that drives them. It can be
    /// used from any number of threads at once.
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
