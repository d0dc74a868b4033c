//! The clients of one run of the program, from its options, the config file and the environment.

use std::cell::OnceCell;
use std::time::Instant;

use imagine_mock::MockServer;
use imagine_sdk::inference::operations;
use imagine_sdk::{ApiClient, Budget, ClientBuilder, InferenceClient, MediaClient};

use crate::config::{self, ApiSettings, Profile};
use crate::environment;
use crate::failure::{Failure, Result};
use crate::globals::Globals;
use crate::state::StateDir;

/// The key that the embedded mock accepts, like any other.
const MOCK_KEY: &str = "mock";

/// The options of a run, and its clients.
pub(crate) struct Session {
    globals: Globals,
    profile: OnceCell<Profile>,
    mock: Option<MockServer>,
    started_at: Instant,
}

/// The endpoint and the key of an API, with their sources.
pub(crate) struct Access {
    pub(crate) endpoint: String,
    pub(crate) endpoint_source: String,
    pub(crate) key: String,
    pub(crate) key_source: String,
}

impl Session {
    /// Starts the embedded mock with `--mock`. Nothing else is read or checked yet.
    pub(crate) fn new(globals: Globals) -> Result<Self> {
        let mock = globals.mock.then(MockServer::start_blocking).transpose();
        let mock =
            mock.map_err(|error| Failure::other(format!("the mock cannot start: {error}")))?;
        Ok(Self {
            globals,
            profile: OnceCell::new(),
            mock,
            started_at: Instant::now(),
        })
    }

    /// Returns true if output is JSON.
    pub(crate) fn json(&self) -> bool {
        self.globals.json
    }

    /// Returns true if the embedded mock responds.
    pub(crate) fn is_mock(&self) -> bool {
        self.mock.is_some()
    }

    /// Returns the state directory.
    pub(crate) fn state(&self) -> Result<StateDir> {
        StateDir::new(self.is_mock())
    }

    /// Prints a line on stderr with `--verbose`.
    pub(crate) fn log(&self, line: impl FnOnce() -> String) {
        if self.globals.verbose {
            anstream::eprintln!("\x1b[2m{}\x1b[0m", line());
        }
    }

    /// Prints the duration of the command with `--verbose`.
    pub(crate) fn finish(&self) {
        self.log(|| {
            format!(
                "finished after {:.2} s",
                self.started_at.elapsed().as_secs_f64()
            )
        });
    }

    /// Returns the client of the inference API.
    pub(crate) fn inference(&self) -> Result<InferenceClient> {
        let mut builder = self.builder(InferenceClient::builder(), self.inference_access()?);
        if let Some(limit) = self.globals.max_cost {
            // Tokens are whole; a limit below one allows nothing.
            builder = builder.budget(Budget::new().tokens(limit as u64));
        }
        if !self.is_mock()
            && let Some(model) = &self.profile()?.inference.model
        {
            builder = builder.default_model(&operations::CHAT, model);
        }
        Ok(builder.build()?)
    }

    /// Returns the client of the media API.
    pub(crate) fn media(&self) -> Result<MediaClient> {
        let mut builder = self.builder(MediaClient::builder(), self.media_access()?);
        if let Some(limit) = self.globals.max_cost {
            builder = builder.budget(Budget::new().credits(limit));
        }
        Ok(builder.build()?)
    }

    fn builder<C: ApiClient>(&self, builder: ClientBuilder<C>, access: Access) -> ClientBuilder<C> {
        let builder = builder
            .endpoint(access.endpoint)
            .api_key(access.key)
            .user_agent_suffix(concat!("imagine-cli/", env!("CARGO_PKG_VERSION")));
        if !self.globals.verbose {
            return builder;
        }
        builder.on_retry(|retry| {
            let pause = retry.pause.as_secs_f64();
            anstream::eprintln!(
                "\x1b[2m{}: retry in {pause:.1} s: {}\x1b[0m",
                retry.operation,
                retry.error
            );
        })
    }

    /// Returns the endpoint and the key of the inference API.
    pub(crate) fn inference_access(&self) -> Result<Access> {
        match &self.mock {
            Some(server) => Ok(Access::of_mock(server.inference_endpoint())),
            None => self.access::<InferenceClient>(&self.profile()?.inference),
        }
    }

    /// Returns the endpoint and the key of the media API.
    pub(crate) fn media_access(&self) -> Result<Access> {
        match &self.mock {
            Some(server) => Ok(Access::of_mock(server.media_endpoint())),
            None => self.access::<MediaClient>(&self.profile()?.media),
        }
    }

    fn profile(&self) -> Result<&Profile> {
        if self.profile.get().is_none() {
            let profile = config::profile(self.globals.profile.as_deref())?;
            return Ok(self.profile.get_or_init(|| profile));
        }
        Ok(self.profile.get_or_init(Profile::default))
    }

    fn access<C: ApiClient>(&self, settings: &ApiSettings) -> Result<Access> {
        let variable = |name: &'static str| {
            let value = environment::variable(name);
            value.map(|value| (value, format!("the variable {name}")))
        };
        let argument = self.globals.endpoint.clone();
        let argument = argument.map(|url| (url, "`--endpoint`".to_owned()));
        let configured = settings.endpoint.clone();
        let configured = configured.map(|url| (url, "the config file".to_owned()));
        let endpoint = argument
            .or(configured)
            .or_else(|| variable(C::ENDPOINT_VARIABLE));
        let key = match &settings.key {
            Some(source) => Some((source.read()?, source.to_string())),
            None => variable(C::KEY_VARIABLE),
        };
        match (endpoint, key) {
            (Some((endpoint, endpoint_source)), Some((key, key_source))) => Ok(Access {
                endpoint,
                endpoint_source,
                key,
                key_source,
            }),
            (endpoint, key) => {
                let missing = [
                    endpoint.is_none().then_some(C::ENDPOINT_VARIABLE),
                    key.is_none().then_some(C::KEY_VARIABLE),
                ];
                let missing: Vec<_> = missing.into_iter().flatten().collect();
                let verb = if missing.len() > 1 { "are" } else { "is" };
                let message = format!("{} {verb} not set", missing.join(" and "));
                Err(Failure::configuration(message))
            }
        }
    }
}

impl Access {
    fn of_mock(endpoint: &str) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            endpoint_source: "the embedded mock".to_owned(),
            key: MOCK_KEY.to_owned(),
            key_source: "the embedded mock".to_owned(),
        }
    }
}
