//! What a running mock remembers.

use std::net::SocketAddr;

use crate::api::Api;
use crate::auth::Keys;
use crate::connection::Open;
use crate::expect::Expectations;
use crate::fault::Faults;
use crate::files::Files;
use crate::history::History;
use crate::in_progress::InProgress;
use crate::jobs::Jobs;
use crate::media_build::{Builds, MediaBuild};
use crate::record::{Observer, Record};
use crate::usage::Usage;
use crate::voices::Voices;

/// The credits of a mock that is not told how many it grants.
const CREDITS: u64 = 10_000;

/// What a mock remembers that is not told how much: so many requests, generations and files.
const REMEMBERED: usize = 10_000;

/// How a mock is set up.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) keys: Keys,
    pub(crate) credits: u64,
    pub(crate) remembered: usize,
    pub(crate) faults: Faults,
    pub(crate) expectations: Expectations,
    pub(crate) observer: Observer,
    pub(crate) media_build: MediaBuild,
    pub(crate) concurrent_generations: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            keys: Keys::default(),
            credits: CREDITS,
            remembered: REMEMBERED,
            faults: Faults::default(),
            expectations: Expectations::default(),
            observer: Observer::default(),
            media_build: MediaBuild::default(),
            concurrent_generations: false,
        }
    }
}

/// Everything that the requests to one mock share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) keys: Keys,
    pub(crate) faults: Faults,
    pub(crate) expectations: Expectations,
    pub(crate) open: Open,
    pub(crate) record: Record,
    pub(crate) history: History,
    pub(crate) usage: Usage,
    pub(crate) files: Files,
    pub(crate) jobs: Jobs,
    pub(crate) voices: Voices,
    pub(crate) builds: Builds,
    /// The accounts with a generation in progress. Nothing if several are allowed.
    pub(crate) in_progress: Option<InProgress>,
    inference: String,
    media: String,
}

impl State {
    pub(crate) fn new(address: SocketAddr, settings: Settings) -> Self {
        let most = settings.remembered;
        let endpoint = |api: Api| format!("http://{address}{}", api.base());
        Self {
            keys: settings.keys,
            faults: settings.faults,
            expectations: settings.expectations,
            open: Open::default(),
            record: Record::new(settings.observer, most),
            history: History::new(most),
            usage: Usage::default(),
            files: Files::new(most),
            jobs: Jobs::new(settings.credits, most),
            voices: Voices::default(),
            builds: Builds::new(settings.media_build),
            in_progress: (!settings.concurrent_generations).then(InProgress::default),
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
