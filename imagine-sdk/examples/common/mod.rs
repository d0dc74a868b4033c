//! The client that the examples share.

use imagine_mock::{MediaBuild, MockServer};
use imagine_sdk::{ApiClient, ClientBuilder};

pub type Failure = Box<dyn std::error::Error>;

/// The environment variable with the media build that the mock simulates: `0.2`, `0.5` or `mixed`.
const MEDIA_BUILD: &str = "IMAGINE_MOCK_MEDIA_BUILD";

/// Returns a client of the service that the environment configures, or else of a mock server. Dropping the mock server
/// stops it.
pub async fn connect<C: ApiClient>(
    builder: ClientBuilder<C>,
    endpoint: fn(&MockServer) -> &str,
) -> Result<(C, Option<MockServer>), Failure> {
    let variables = [C::ENDPOINT_VARIABLE, C::KEY_VARIABLE];
    if variables.map(std::env::var_os).iter().any(Option::is_some) {
        return Ok((builder.from_env()?.build()?, None));
    }
    let build = match std::env::var_os(MEDIA_BUILD) {
        Some(name) => name.to_string_lossy().parse()?,
        None => MediaBuild::default(),
    };
    let mock = MockServer::builder().media_build(build).start().await?;
    let client = builder.endpoint(endpoint(&mock)).api_key("any").build()?;
    println!(
        "This calls a mock server: {} is not set.",
        C::ENDPOINT_VARIABLE
    );
    Ok((client, Some(mock)))
}
