//! The SDK's mock transport with recorded requests relative to the endpoint.

use std::collections::VecDeque;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::Uri;
use imagine_sdk::testing;
pub use imagine_sdk::testing::MockResponse;
use imagine_sdk::transport::{RequestBody, ResponseBody, Transport, TransportError};

use crate::SentRequest;

/// A transport with scripted responses or a response function. Fails the test at a request beyond the script or
/// outside the endpoint.
#[derive(Clone, Debug)]
pub struct MockTransport {
    base: String,
    inner: testing::MockTransport,
}

impl MockTransport {
    /// Creates a transport with scripted responses.
    pub fn new(endpoint: &str, script: impl IntoIterator<Item = MockResponse>) -> Self {
        let mut script: VecDeque<_> = script.into_iter().collect();
        Self::from_fn(endpoint, move |_| {
            let reply = script.pop_front();
            reply.expect("no further request was expected")
        })
    }

    /// Creates a transport with a response function.
    pub fn from_fn(
        endpoint: &str,
        mut rule: impl FnMut(&SentRequest) -> MockResponse + Send + 'static,
    ) -> Self {
        let endpoint: Uri = endpoint.parse().unwrap();
        let base = endpoint.path().trim_end_matches('/').to_owned();
        let below = base.clone();
        let inner =
            testing::MockTransport::from_fn(move |request| rule(&to_sent_request(&below, request)));
        Self { base, inner }
    }

    /// Returns the requests so far.
    pub fn requests(&self) -> Vec<SentRequest> {
        let requests = self.inner.requests();
        requests
            .iter()
            .map(|request| to_sent_request(&self.base, request))
            .collect()
    }
}

impl Transport for MockTransport {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        self.inner.send(request)
    }
}

fn to_sent_request(base: &str, request: &http::Request<Bytes>) -> SentRequest {
    let (head, body) = request.clone().into_parts();
    SentRequest::new(base, head, body)
}
