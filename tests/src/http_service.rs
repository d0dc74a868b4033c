//! A server over real HTTP that keeps what it was sent, byte for byte.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::StatusCode;
use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};
use imagine_sdk::Client;

use crate::{Clients, KEY, SentRequest};

/// The base of the service. A server at the root would hide mistakes in joining paths.
const BASE: &str = "/apis/v2";

/// A server that gives the same response to everything, and keeps what it was sent.
pub struct HttpService {
    server: MockServer,
    seen: Arc<Mutex<Vec<SentRequest>>>,
}

impl HttpService {
    /// A server that answers with a success.
    pub fn ok(content_type: &str, body: Bytes) -> Self {
        Self::new(StatusCode::OK, &[("content-type", content_type)], body)
    }

    /// A server that answers with this status, these headers and this body.
    pub fn new(status: StatusCode, headers: &[(&str, &str)], body: Bytes) -> Self {
        let server = MockServer::start();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let response = headers
            .iter()
            .fold(HttpMockResponse::builder(), |response, (name, value)| {
                response.header(*name, *value)
            })
            .status(status.as_u16())
            .body(body)
            .build();
        let kept = Arc::clone(&seen);
        server.mock(|when, then| {
            when.any_request();
            then.respond_with(move |request: &HttpMockRequest| {
                let (head, body) = request.to_http_request().into_parts();
                kept.lock()
                    .unwrap()
                    .push(SentRequest::new(BASE, head, body));
                response.clone()
            });
        });
        Self { server, seen }
    }

    /// The address of both services.
    pub fn endpoint(&self) -> String {
        self.server.url(BASE)
    }

    /// Clients of the server.
    pub fn clients(&self) -> Clients {
        Clients::direct(&self.endpoint(), KEY)
    }

    /// A client of the inference API.
    pub fn client(&self) -> Client {
        self.clients().client
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<SentRequest> {
        self.seen.lock().unwrap().clone()
    }

    /// The only request so far.
    pub fn single_request(&self) -> SentRequest {
        let mut seen = self.requests();
        assert_eq!(seen.len(), 1, "one request");
        seen.remove(0)
    }
}
