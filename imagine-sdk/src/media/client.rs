//! The client. Its operations are derived from the specification.

use crate::caller::Caller;
use crate::config::{ClientBuilder, Service};
#[cfg(any(feature = "rustls", feature = "native-tls"))]
use crate::error::Error;
use crate::pipeline::AuthScheme;

/// A client of the audiovisual API.
///
/// Cloning it is cheap, and the clones share connections and limits. It can be used from any number of
/// tasks at once. It needs a tokio runtime with IO and time (as `#[tokio::main]` makes it), but starts no task
/// of its own: dropping a call ends it.
#[derive(Clone, Debug)]
pub struct Client(Caller);

impl Client {
    /// A client for the endpoint in `IMAGINE_MEDIA_ENDPOINT` with the key in `IMAGINE_MEDIA_API_KEY`.
    ///
    /// # Errors
    ///
    /// When they are missing or cannot be used; the error names them.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().from_env()?.build()
    }

    /// Puts a client together step by step. The key goes into `CH-API-KEY`, unless
    /// [`auth_scheme`](ClientBuilder::auth_scheme) says otherwise.
    pub fn builder() -> ClientBuilder<Self> {
        ClientBuilder::new()
    }

    pub(crate) fn caller(&self) -> Caller {
        self.0.clone()
    }
}

impl Service for Client {
    const ENDPOINT_VARIABLE: &'static str = "IMAGINE_MEDIA_ENDPOINT";
    const KEY_VARIABLE: &'static str = "IMAGINE_MEDIA_API_KEY";
    const AUTH_SCHEME: AuthScheme = AuthScheme::ChApiKey;

    fn from_caller(caller: Caller) -> Self {
        Self(caller)
    }
}
