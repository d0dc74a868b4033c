//! The client that the examples share.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use imagine_mock::{MediaBuild, MockServer, MockServerBuilder, Profile};
use imagine_sdk::{ApiClient, ClientBuilder};

pub type Failure = Box<dyn std::error::Error>;

/// The environment variable with the media build that the mock simulates: `0.2`, `0.5` or `mixed`.
const MEDIA_BUILD: &str = "IMAGINE_MOCK_MEDIA_BUILD";

/// The environment variable with the host of the inference API that the mock simulates: `documented` or `cirrascale`.
const PROFILE: &str = "IMAGINE_MOCK_PROFILE";

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
    let mock = mock()?.start().await?;
    let client = builder.endpoint(endpoint(&mock)).api_key("any").build()?;
    println!(
        "This calls a mock server: {} is not set.",
        C::ENDPOINT_VARIABLE
    );
    Ok((client, Some(mock)))
}

/// Returns a mock with the settings of the environment.
fn mock() -> Result<MockServerBuilder, Failure> {
    let setting = |name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    let build = setting(MEDIA_BUILD).map_or(Ok(MediaBuild::default()), |name| name.parse())?;
    let profile = setting(PROFILE).map_or(Ok(Profile::default()), |name| name.parse())?;
    // The limits of a profile would take an example hours, so the mock counts its requests as 15 minutes apart.
    let requests = AtomicU32::new(0);
    let elapsed = move || Duration::from_secs(15 * 60) * requests.fetch_add(1, Ordering::Relaxed);
    let builder = MockServer::builder().media_build(build).profile(profile);
    Ok(builder.elapsed_time(elapsed))
}
