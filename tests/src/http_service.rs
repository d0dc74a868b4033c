//! An HTTP server that records requests.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::StatusCode;
use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};
use imagine_sdk::Client;

use crate::{Clients, KEY, SentRequest};

/// The base path. A server at the root would not detect errors in joining paths.
const BASE: &str = "/apis/v2";

/// A server with one response for all requests, which it records.
pub struct HttpService {
    server: MockServer,
    requests: Arc<Mutex<Vec<SentRequest>>>,
}

impl HttpService {
    /// Starts a server that returns status 200.
    pub fn ok(content_type: &str, body: Bytes) -> Self {
        Self::new(StatusCode::OK, &[("content-type", content_type)], body)
    }

    /// Starts a server that returns this response.
    pub fn new(status: StatusCode, headers: &[(&str, &str)], body: Bytes) -> Self {
        let server = MockServer::start();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let response = headers
            .iter()
            .fold(HttpMockResponse::builder(), |response, (name, value)| {
                response.header(*name, *value)
            })
            .status(status.as_u16())
            .body(body)
            .build();
        let recorded = Arc::clone(&requests);
        server.mock(|when, then| {
            when.any_request();
            then.respond_with(move |request: &HttpMockRequest| {
                let (head, body) = request.to_http_request().into_parts();
                recorded
                    .lock()
                    .unwrap()
                    .push(SentRequest::new(BASE, head, body));
                response.clone()
            });
        });
        Self { server, requests }
    }

    /// Returns the endpoint of both APIs.
    pub fn endpoint(&self) -> String {
        self.server.url(BASE)
    }

    /// Creates clients of the server.
    pub fn clients(&self) -> Clients {
        Clients::direct(&self.endpoint(), KEY)
    }

    /// Creates a client of the inference API.
    pub fn client(&self) -> Client {
        self.clients().client
    }

    /// Returns the requests so far.
    pub fn requests(&self) -> Vec<SentRequest> {
        self.requests.lock().unwrap().clone()
    }

    /// Returns the only request.
    pub fn single_request(&self) -> SentRequest {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1, "one request");
        requests.remove(0)
    }
}
