//! API keys that change while a client is in use.

use std::error::Error as StdError;
use std::fmt;

use futures_util::future::BoxFuture;

/// The error of an [`ApiKeyProvider`].
pub type CredentialsError = Box<dyn StdError + Send + Sync>;

/// A source of API keys, for keys that rotate or that a secret store issues.
///
/// A client gets the key before each attempt, also before a retry. Cache it in the provider if fetching takes time;
/// the wait counts towards the timeout of the call. An error fails the call with
/// [`is_configuration`](crate::Error::is_configuration).
///
#[cfg_attr(feature = "inference", doc = "```")]
#[cfg_attr(not(feature = "inference"), doc = "```ignore")]
/// use futures_util::FutureExt;
/// use futures_util::future::BoxFuture;
/// use imagine_sdk::{ApiKey, ApiKeyProvider, Client, CredentialsError};
///
/// /// Reads the key from a file that another process replaces.
/// #[derive(Debug)]
/// struct KeyFile(std::path::PathBuf);
///
/// impl ApiKeyProvider for KeyFile {
///     fn api_key(&self) -> BoxFuture<'_, Result<ApiKey, CredentialsError>> {
///         async move { Ok(ApiKey::from(std::fs::read_to_string(&self.0)?)) }.boxed()
///     }
/// }
///
/// let builder = Client::builder()
///     .endpoint("https://my-endpoint/api/v2")
///     .api_key_provider(KeyFile("/run/secrets/imagine".into()));
/// # let _ = builder;
/// ```
pub trait ApiKeyProvider: fmt::Debug + Send + Sync + 'static {
    /// Returns the key for the next attempt.
    ///
    /// # Errors
    ///
    /// When there is no key.
    fn api_key(&self) -> BoxFuture<'_, Result<ApiKey, CredentialsError>>;
}

/// An API key. Its `Debug` output does not contain the key.
#[derive(Clone)]
pub struct ApiKey(String);

impl ApiKey {
    /// Returns the key, without white space around it.
    pub(crate) fn as_str(&self) -> &str {
        self.0
            .trim_matches(|character: char| character.is_ascii_whitespace())
    }
}

impl From<String> for ApiKey {
    fn from(key: String) -> Self {
        Self(key)
    }
}

impl From<&str> for ApiKey {
    fn from(key: &str) -> Self {
        Self(key.to_owned())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey([redacted])")
    }
}
