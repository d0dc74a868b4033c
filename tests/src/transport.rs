//! The SDK's transport in memory, for the service at one endpoint.

use std::collections::VecDeque;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::Uri;
use imagine_sdk::testing;
pub use imagine_sdk::testing::MockResponse;
use imagine_sdk::transport::{RequestBody, ResponseBody, Transport, TransportError};

use crate::SentRequest;

/// Answers requests by script, one after the other, or by a rule. One request more than a script has answers
/// for fails the test, as does one that goes elsewhere.
#[derive(Clone, Debug)]
pub struct MockTransport {
    base: String,
    inner: testing::MockTransport,
}

impl MockTransport {
    /// A transport for the service at `endpoint`.
    pub fn new(endpoint: &str, script: impl IntoIterator<Item = MockResponse>) -> Self {
        let mut script: VecDeque<_> = script.into_iter().collect();
        Self::from_fn(endpoint, move |_| {
            let reply = script.pop_front();
            reply.expect("no further request was expected")
        })
    }

    /// A transport for the service at `endpoint` that answers by a rule.
    pub fn from_fn(
        endpoint: &str,
        mut rule: impl FnMut(&SentRequest) -> MockResponse + Send + 'static,
    ) -> Self {
        let endpoint: Uri = endpoint.parse().unwrap();
        let base = endpoint.path().trim_end_matches('/').to_owned();
        let below = base.clone();
        let inner = testing::MockTransport::from_fn(move |request| rule(&seen(&below, request)));
        Self { base, inner }
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<SentRequest> {
        let requests = self.inner.requests();
        requests
            .iter()
            .map(|request| seen(&self.base, request))
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

fn seen(base: &str, request: &http::Request<Bytes>) -> SentRequest {
    let (head, body) = request.clone().into_parts();
    SentRequest::new(base, head, body)
}
