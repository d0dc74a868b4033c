//! The data that the simulated operations store.

pub(crate) mod files;
mod history;
pub(crate) mod jobs;
pub(crate) mod usage;
pub(crate) mod voices;

use std::net::SocketAddr;

use self::files::Files;
use self::history::History;
use self::jobs::Jobs;
use self::usage::Usage;
use self::voices::Voices;
use crate::api::Api;

/// The data of the service that all requests share.
#[derive(Debug)]
pub(crate) struct Backend {
    pub(crate) history: History,
    pub(crate) usage: Usage,
    pub(crate) files: Files,
    pub(crate) jobs: Jobs,
    pub(crate) voices: Voices,
    /// The base URLs in the order of [`Api::ALL`].
    endpoints: Vec<String>,
}

impl Backend {
    /// Creates a service at an address, with the credits of the account and the limit for stored items.
    pub(crate) fn new(scheme: &str, address: SocketAddr, credits: u64, limit: usize) -> Self {
        Self {
            history: History::new(limit),
            usage: Usage::default(),
            files: Files::new(limit),
            jobs: Jobs::new(credits, limit),
            voices: Voices::default(),
            endpoints: Api::ALL
                .iter()
                .map(|api| format!("{scheme}://{address}{}", api.base_path()))
                .collect(),
        }
    }

    /// Returns the base URL of an API.
    pub(crate) fn endpoint(&self, api: Api) -> &str {
        let mut all = Api::ALL.iter().zip(&self.endpoints);
        let endpoint = all.find_map(|(own, endpoint)| (*own == api).then_some(endpoint));
        endpoint.map_or("", String::as_str)
    }

    /// Removes all data, and restores the credits.
    pub(crate) fn reset(&self) {
        self.history.clear();
        self.usage.clear();
        self.files.clear();
        self.jobs.reset();
        self.voices.clear();
    }
}
