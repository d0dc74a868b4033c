//! The API key: how it is sent, and where it comes from.

mod provider;
mod scheme;

pub use self::provider::{ApiKey, ApiKeyProvider, CredentialsError};
pub use self::scheme::AuthScheme;
