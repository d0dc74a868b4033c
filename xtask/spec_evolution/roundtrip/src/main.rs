//! Calls the operation of every edit through the SDK against the mock, both generated from the edited specifications,
//! and checks the requests against the contract.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that is built as a program"
)]

mod all;
mod calls;
mod further;

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use futures_util::FutureExt;
use imagine_mock::contract::Contract;
use imagine_mock::{MockServer, RecordedRequest};
use imagine_sdk::{Client, MediaClient};

/// A mock and a client of each of its APIs.
pub struct RoundTrip {
    mock: MockServer,
    inference: Client,
    media: MediaClient,
    failed: Vec<&'static str>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let mock = MockServer::start().await.unwrap();
    let inference = Client::builder().endpoint(mock.inference_endpoint()).api_key("key");
    let media = MediaClient::builder()
        .endpoint(mock.media_endpoint())
        .api_key("key");
    let (inference, media) = (inference.build().unwrap(), media.build().unwrap());
    let mut trip = RoundTrip {
        mock,
        inference,
        media,
        failed: Vec::new(),
    };
    all::run(&mut trip).await;
    further::run(&mut trip).await;
    match trip.failed.as_slice() {
        [] => ExitCode::SUCCESS,
        failed => {
            eprintln!("these do not round-trip: {failed:?}");
            ExitCode::FAILURE
        }
    }
}

impl RoundTrip {
    /// Returns a client of the inference API of another mock.
    pub fn inference_of(&self, mock: &MockServer) -> Client {
        let builder = Client::builder().endpoint(mock.inference_endpoint());
        builder.api_key("key").build().unwrap()
    }

    /// Runs the call of an edit. The call must send requests that satisfy the contract and get successful
    /// responses.
    pub async fn run(&mut self, name: &'static str, call: impl AsyncFnOnce(&Self)) {
        let before = self.mock.requests().len();
        let call = async {
            call(self).await;
            let requests = self.mock.requests();
            assert!(requests.len() > before, "nothing was sent");
            requests[before..].iter().for_each(check);
        };
        if AssertUnwindSafe(call).catch_unwind().await.is_err() {
            eprintln!("... in {name}");
            self.failed.push(name);
        }
    }
}

fn check(request: &RecordedRequest) {
    let contract = match request.api {
        Some("inference") => Contract::inference(),
        Some("bookshop") => Contract::bookshop(),
        Some("inference_v3") => Contract::inference_v3(),
        _ => Contract::media(),
    };
    let mut violations = contract.check_request(&request.parts()).err().unwrap_or_default();
    // A call adds this field to test extra fields.
    violations.retain(|violation| violation.location != "body/more");
    assert!(violations.is_empty(), "{request:?}: {violations:?}");
    assert!(matches!(request.status, Some(200..=299)), "{request:?}");
}
