//! What a running mock remembers.

use std::net::SocketAddr;

use crate::api::Api;
use crate::auth::Keys;
use crate::files::Files;
use crate::history::History;
use crate::jobs::Jobs;
use crate::record::Record;
use crate::usage::Usage;
use crate::voices::Voices;

/// Everything that the requests to one mock share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) keys: Keys,
    pub(crate) record: Record,
    pub(crate) history: History,
    pub(crate) usage: Usage,
    pub(crate) files: Files,
    pub(crate) jobs: Jobs,
    pub(crate) voices: Voices,
    inference: String,
    media: String,
}

impl State {
    pub(crate) fn new(address: SocketAddr, keys: Keys, credits: u64) -> Self {
        let endpoint = |api: Api| format!("http://{address}{}", api.base());
        Self {
            keys,
            record: Record::default(),
            history: History::default(),
            usage: Usage::default(),
            files: Files::default(),
            jobs: Jobs::new(credits),
            voices: Voices::default(),
            inference: endpoint(Api::Inference),
            media: endpoint(Api::Media),
        }
    }

    /// The base URL of an API.
    pub(crate) fn endpoint(&self, api: Api) -> &str {
        match api {
            Api::Inference => &self.inference,
            Api::Media => &self.media,
        }
    }
}
