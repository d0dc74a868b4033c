//! Clients with a mock transport and a manual clock.

use std::ops::Deref;

use imagine_sdk::{ApiClient, Client, ClientBuilder, MediaClient};

use crate::{Clients, ManualClock, MockResponse, MockTransport, SentRequest};

/// The endpoint of every [`TestClient`].
pub const ENDPOINT: &str = "https://service.test/apis/v2";

/// The API key of all test clients. Only requests may contain it.
pub const KEY: &str = "canary-key-4711";

/// A client of each API, with a shared mock transport and manual clock. Dereferences to [`Clients`].
#[derive(Debug)]
pub struct TestClient {
    clients: Clients,
    /// The transport of both clients.
    pub transport: MockTransport,
    /// The clock of both clients.
    pub clock: ManualClock,
}

impl TestClient {
    /// Creates clients with scripted responses.
    pub fn new(script: impl IntoIterator<Item = MockResponse>) -> Self {
        Self::with_settings(script, |builder| builder)
    }

    /// Creates clients with a response function.
    pub fn from_fn(rule: impl FnMut(&SentRequest) -> MockResponse + Send + 'static) -> Self {
        Self::from_fn_with_clock(ManualClock::new(), rule)
    }

    /// Creates clients with a response function and this clock.
    pub fn from_fn_with_clock(
        clock: ManualClock,
        rule: impl FnMut(&SentRequest) -> MockResponse + Send + 'static,
    ) -> Self {
        let transport = MockTransport::from_fn(ENDPOINT, rule);
        let built = (ENDPOINT, transport, clock);
        Self::build(built, |builder| builder, |builder| builder)
    }

    /// Creates clients with scripted responses and settings of the inference client.
    pub fn with_settings(
        script: impl IntoIterator<Item = MockResponse>,
        settings: impl FnOnce(ClientBuilder<Client>) -> ClientBuilder<Client>,
    ) -> Self {
        let built = (ENDPOINT, scripted(script), ManualClock::new());
        Self::build(built, settings, |builder| builder)
    }

    /// Creates clients with scripted responses and settings of the media client.
    pub fn with_media_settings(
        script: impl IntoIterator<Item = MockResponse>,
        settings: impl FnOnce(ClientBuilder<MediaClient>) -> ClientBuilder<MediaClient>,
    ) -> Self {
        let built = (ENDPOINT, scripted(script), ManualClock::new());
        Self::build(built, |builder| builder, settings)
    }

    /// Creates clients with scripted responses and another spelling of the endpoint.
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

    /// Returns the requests so far.
    pub fn requests(&self) -> Vec<SentRequest> {
        self.transport.requests()
    }

    /// Returns the only request.
    pub fn single_request(&self) -> SentRequest {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1, "one request");
        requests.remove(0)
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
