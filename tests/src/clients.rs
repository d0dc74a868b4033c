//! Clients of both APIs, so that one table can call both.

use imagine_mock::MockServer;
use imagine_sdk::{ApiClient, Client, ClientBuilder, MediaClient, blocking};

use crate::Api;

/// A client of each API.
#[derive(Clone, Debug)]
pub struct Clients {
    /// The client of the inference API.
    pub client: Client,
    /// The client of the media API.
    pub media: MediaClient,
}

impl Clients {
    /// Creates clients without a proxy, with one endpoint for both APIs.
    pub fn direct(endpoint: &str, key: &str) -> Self {
        Self {
            client: direct(Client::builder(), endpoint, key),
            media: direct(MediaClient::builder(), endpoint, key),
        }
    }

    /// Creates clients of a mock.
    pub fn for_mock(mock: &MockServer, key: &str) -> Self {
        Self::with_endpoints([mock.inference_endpoint(), mock.media_endpoint()], key)
    }

    /// Creates clients with these endpoints of the inference API and the media API.
    pub fn with_endpoints([inference, media]: [&str; 2], key: &str) -> Self {
        Self {
            client: direct(Client::builder(), inference, key),
            media: direct(MediaClient::builder(), media, key),
        }
    }
}

/// A blocking client of each API.
#[derive(Clone, Debug)]
pub struct BlockingClients {
    /// The client of the inference API.
    pub client: blocking::Client,
    /// The client of the media API.
    pub media: blocking::MediaClient,
}

impl BlockingClients {
    /// Creates clients without a proxy, with one endpoint for both APIs.
    pub fn direct(endpoint: &str, key: &str) -> Self {
        Self {
            client: direct(blocking::Client::builder(), endpoint, key),
            media: direct(blocking::MediaClient::builder(), endpoint, key),
        }
    }

    /// Creates clients of a mock.
    pub fn for_mock(mock: &MockServer, key: &str) -> Self {
        Self {
            client: direct(blocking::Client::builder(), mock.inference_endpoint(), key),
            media: direct(blocking::MediaClient::builder(), mock.media_endpoint(), key),
        }
    }
}

fn direct<C: ApiClient>(builder: ClientBuilder<C>, endpoint: &str, key: &str) -> C {
    let builder = builder.endpoint(endpoint).api_key(key);
    builder.no_proxy().build().unwrap()
}

/// Creates a call of one of the APIs.
pub enum CallFactory<C: ?Sized> {
    /// A call of the inference API.
    Inference(fn(&Client) -> Box<C>),
    /// A call of the media API.
    Media(fn(&MediaClient) -> Box<C>),
}

impl<C: ?Sized> CallFactory<C> {
    /// Returns the API.
    pub fn api(&self) -> Api {
        match self {
            Self::Inference(_) => Api::Inference,
            Self::Media(_) => Api::Media,
        }
    }

    /// Creates the call.
    pub fn call(&self, clients: &Clients) -> Box<C> {
        match self {
            Self::Inference(make) => make(&clients.client),
            Self::Media(make) => make(&clients.media),
        }
    }
}

/// Creates the call of a blocking client.
pub enum BlockingCallFactory<C: ?Sized> {
    /// A call of the inference API.
    Inference(fn(&blocking::Client) -> Box<C>),
    /// A call of the media API.
    Media(fn(&blocking::MediaClient) -> Box<C>),
}

impl<C: ?Sized> BlockingCallFactory<C> {
    /// Creates the call.
    pub fn call(&self, clients: &BlockingClients) -> Box<C> {
        match self {
            Self::Inference(make) => make(&clients.client),
            Self::Media(make) => make(&clients.media),
        }
    }
}

/// Creates a call of an asynchronous or a blocking client.
pub struct CallFactories<C: ?Sized> {
    /// The call of an asynchronous client.
    pub asynchronous: CallFactory<C>,
    /// The call of a blocking client.
    pub blocking: BlockingCallFactory<C>,
}

/// `factories!(Api, |client| call)` expands `call` for both kinds of clients, whose methods have the same names.
macro_rules! factories {
    ($api:ident, |$client:ident| $call:expr) => {
        $crate::clients::CallFactories {
            asynchronous: $crate::clients::CallFactory::$api(|$client| Box::new($call)),
            blocking: $crate::clients::BlockingCallFactory::$api(|$client| Box::new($call)),
        }
    };
}

pub(crate) use factories;
