//! The blocking client of the inference API.

use super::Blocking;
use crate::client::client;
use crate::inference;

client! {
    /// A blocking client of the inference API: `imagine_sdk::Client` for programs that
    /// are not asynchronous.
    ///
    /// Cloning it is cheap, and the clones share connections, limits and the thread that drives them. It can be
    /// used from any number of threads at once.
    #[doc(alias("ImagineClient"))]
    mode: Blocking,
    api: inference::Client,
    endpoint: "IMAGINE_API_ENDPOINT",
    key: "IMAGINE_API_KEY",
    scheme: Bearer,
    operations: crate::inference::OPERATIONS,
}
