//! Clients on a transport in memory and a clock that is advanced by hand.

use std::ops::Deref;

use imagine_sdk::{ApiClient, Client, ClientBuilder, MediaClient};

use crate::{Clients, ManualClock, MockResponse, MockTransport, SentRequest};

/// The endpoint of every [`TestClient`].
pub const ENDPOINT: &str = "https://service.test/apis/v2";

/// The key of every client here. Nothing but a request may contain it.
pub const KEY: &str = "canary-key-4711";

/// A client of each API, on one transport in memory and one clock that is advanced by hand. It can be used in
/// the place of its clients.
#[derive(Debug)]
pub struct TestClient {
    clients: Clients,
    /// What the clients send through.
    pub transport: MockTransport,
    /// What the clients wait by.
    pub clock: ManualClock,
}

impl TestClient {
    /// A bench that is answered by script.
    pub fn new(script: impl IntoIterator<Item = MockResponse>) -> Self {
        Self::with_settings(script, |builder| builder)
    }

    /// A bench that is answered by a rule.
    pub fn from_fn(rule: impl FnMut(&SentRequest) -> MockResponse + Send + 'static) -> Self {
        Self::from_fn_with_clock(ManualClock::new(), rule)
    }

    /// The same by this clock, which the rule may wind.
    pub fn from_fn_with_clock(
        clock: ManualClock,
        rule: impl FnMut(&SentRequest) -> MockResponse + Send + 'static,
    ) -> Self {
        let transport = MockTransport::from_fn(ENDPOINT, rule);
        let built = (ENDPOINT, transport, clock);
        Self::build(built, |builder| builder, |builder| builder)
    }

    /// A bench whose client of the inference API has other settings.
    pub fn with_settings(
        script: impl IntoIterator<Item = MockResponse>,
        settings: impl FnOnce(ClientBuilder<Client>) -> ClientBuilder<Client>,
    ) -> Self {
        let built = (ENDPOINT, scripted(script), ManualClock::new());
        Self::build(built, settings, |builder| builder)
    }

    /// A bench whose client of the audiovisual API has other settings.
    pub fn with_media_settings(
        script: impl IntoIterator<Item = MockResponse>,
        settings: impl FnOnce(ClientBuilder<MediaClient>) -> ClientBuilder<MediaClient>,
    ) -> Self {
        let built = (ENDPOINT, scripted(script), ManualClock::new());
        Self::build(built, |builder| builder, settings)
    }

    /// A bench whose clients are given another spelling of the endpoint.
    pub fn with_endpoint(endpoint: &str, script: impl IntoIterator<Item = MockResponse>) -> Self {
        let built = (endpoint, scripted(script), ManualClock::new());
        Self::build(built, |builder| builder, |builder| builder)
    }

    fn build(
        (endpoint, transport, clock): (&str, MockTransport, ManualClock),
        inference: impl FnOnce(ClientBuilder<Client>) -> ClientBuilder<Client>,
        media: impl FnOnce(ClientBuilder<MediaClient>) -> ClientBuilder<MediaClient>,
    ) -> Self {
        let clients = Clients {
            client: built(Client::builder(), endpoint, &transport, &clock, inference),
            media: built(MediaClient::builder(), endpoint, &transport, &clock, media),
        };
        Self {
            clients,
            transport,
            clock,
        }
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<SentRequest> {
        self.transport.requests()
    }

    /// The only request so far.
    pub fn single_request(&self) -> SentRequest {
        let mut seen = self.requests();
        assert_eq!(seen.len(), 1, "one request");
        seen.remove(0)
    }
}

impl Deref for TestClient {
    type Target = Clients;

    fn deref(&self) -> &Clients {
        &self.clients
    }
}

fn scripted(script: impl IntoIterator<Item = MockResponse>) -> MockTransport {
    MockTransport::new(ENDPOINT, script)
}

fn built<C: ApiClient>(
    builder: ClientBuilder<C>,
    endpoint: &str,
    transport: &MockTransport,
    clock: &ManualClock,
    settings: impl FnOnce(ClientBuilder<C>) -> ClientBuilder<C>,
) -> C {
    let builder = builder.endpoint(endpoint).api_key(KEY);
    let builder = builder.transport(transport.clone()).clock(clock.clone());
    settings(builder).build().unwrap()
}
