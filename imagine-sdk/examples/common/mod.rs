//! What the examples share: whom they talk to.

use imagine_mock::MockServer;
use imagine_sdk::{ClientBuilder, Service};

pub type Failure = Box<dyn std::error::Error>;

/// A client of the service that the environment names, or else of a mock server, which lives as long as it
/// is kept.
pub async fn connect<C: Service>(
    builder: ClientBuilder<C>,
    endpoint: fn(&MockServer) -> &str,
) -> Result<(C, Option<MockServer>), Failure> {
    let variables = [C::ENDPOINT_VARIABLE, C::KEY_VARIABLE];
    if variables.map(std::env::var_os).iter().any(Option::is_some) {
        return Ok((builder.from_env()?.build()?, None));
    }
    let mock = MockServer::start().await?;
    let client = builder.endpoint(endpoint(&mock)).api_key("any").build()?;
    println!(
        "This talks to a mock server: {} is not set.",
        C::ENDPOINT_VARIABLE
    );
    Ok((client, Some(mock)))
}
