//! What a running mock remembers.

use std::net::SocketAddr;

use crate::auth::Keys;
use crate::contract::Contract;
use crate::files::Files;
use crate::history::History;
use crate::record::Record;
use crate::usage::Usage;

/// The path that the API lies below, which includes its version as the service's own does.
pub(crate) const BASE: &str = "/v2";

/// Everything that the requests to one mock share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) contract: &'static Contract,
    pub(crate) keys: Keys,
    pub(crate) record: Record,
    pub(crate) history: History,
    pub(crate) usage: Usage,
    pub(crate) files: Files,
    endpoint: String,
}

impl State {
    pub(crate) fn new(address: SocketAddr, keys: Keys) -> Self {
        Self {
            contract: Contract::inference(),
            keys,
            record: Record::default(),
            history: History::default(),
            usage: Usage::default(),
            files: Files::default(),
            endpoint: format!("http://{address}{BASE}"),
        }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }
}
