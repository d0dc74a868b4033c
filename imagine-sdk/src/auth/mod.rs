//! The API key: how it is sent, and where it comes from.

#[cfg(feature = "__client")]
mod provider;
mod scheme;

#[cfg(feature = "__client")]
pub use self::provider::{ApiKey, ApiKeyProvider, CredentialsError};
pub use self::scheme::AuthScheme;
