//! A client on a transport in memory and a clock that is wound by hand.

use imagine_sdk::{Client, ClientBuilder};

use crate::{ManualClock, MemoryTransport, Reply, Seen};

/// The endpoint of every [`Bench`].
pub const ENDPOINT: &str = "https://service.test/apis/v2";

/// The key of every client here. Nothing but a request may contain it.
pub const KEY: &str = "canary-key-4711";

/// A client on a transport in memory and a clock that is wound by hand.
#[derive(Debug)]
pub struct Bench {
    /// The client.
    pub client: Client,
    /// What the client sends through.
    pub transport: MemoryTransport,
    /// What the client waits by.
    pub clock: ManualClock,
}

impl Bench {
    /// A bench that is answered by script.
    pub fn new(script: impl IntoIterator<Item = Reply>) -> Self {
        Self::with(script, |builder| builder)
    }

    /// A bench whose client has other settings.
    pub fn with(
        script: impl IntoIterator<Item = Reply>,
        settings: impl FnOnce(ClientBuilder<Client>) -> ClientBuilder<Client>,
    ) -> Self {
        let transport = MemoryTransport::new(ENDPOINT, script);
        let clock = ManualClock::new();
        let builder = Client::builder()
            .endpoint(ENDPOINT)
            .api_key(KEY)
            .transport(transport.clone())
            .clock(clock.clone());
        Self {
            client: settings(builder).build().unwrap(),
            transport,
            clock,
        }
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.transport.seen()
    }

    /// The only request so far.
    pub fn only(&self) -> Seen {
        let mut seen = self.seen();
        assert_eq!(seen.len(), 1, "one request");
        seen.remove(0)
    }
}
