//! HTTP/2: requests returned by the server, and GOAWAY.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use imagine_sdk::{ApiClient, Client, ClientBuilder, MediaClient};
use imagine_tests::{
    Http2Action, Http2Server, KEY, PauselessClock, Trace, assert_error_line, fixtures,
};

const REFUSED_STREAM: u32 = 7;
const CANCEL: u32 = 8;
const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;

fn builder<C: ApiClient>(server: &Http2Server, builder: ClientBuilder<C>) -> ClientBuilder<C> {
    let builder = builder.endpoint(server.endpoint()).api_key(KEY);
    let builder = builder.add_root_certificate(server.certificate());
    builder.no_proxy().clock(PauselessClock)
}

fn pong() -> Http2Action {
    Http2Action::Respond(fixtures::bytes("ping.json"))
}

fn generation() -> Http2Action {
    Http2Action::Respond(fixtures::bytes("media/generation.json"))
}

#[tokio::test]
async fn http_2_responses_are_decoded() {
    let server = Http2Server::start([pong(), pong()]).await;
    let client = builder(&server, Client::builder()).build().unwrap();
    for _ in 0..2 {
        assert_eq!(client.ping().await.unwrap().message, "pong");
    }
}

/// Even a billable request is retried, because the server did not process it.
#[tokio::test]
async fn a_request_returned_by_the_server_is_retried() {
    for returned in [
        Http2Action::Reset(REFUSED_STREAM),
        Http2Action::GoAway(NO_ERROR),
    ] {
        let server = Http2Server::start([returned.clone(), generation()]).await;
        let client = builder(&server, MediaClient::builder()).build().unwrap();
        let response = client.text2img("A cat").send_with_response().await.unwrap();
        assert_eq!(response.attempts(), 2, "{returned:?}");
        assert_eq!(server.remaining_actions(), 0, "{returned:?}");
    }
}

/// The HTTP library does not retry on its own.
#[tokio::test]
async fn a_returned_request_is_retried_up_to_the_limit() {
    for returned in [
        Http2Action::Reset(REFUSED_STREAM),
        Http2Action::GoAway(NO_ERROR),
    ] {
        let server = Http2Server::start([returned.clone(), generation()]).await;
        let builder = builder(&server, MediaClient::builder());
        let client = builder.max_retries(0).build().unwrap();
        let error = client.text2img("A cat").await.unwrap_err();
        assert_error_line(&error, "text2img");
        assert!(
            error.to_string().contains("refused the HTTP/2 stream"),
            "{error}"
        );
        assert!(
            error.is_transport() && !error.is_outcome_unknown(),
            "{error}"
        );
        assert_eq!(
            (error.attempts(), server.remaining_actions()),
            (1, 1),
            "{returned:?}"
        );
    }
}

#[tokio::test]
async fn a_billable_request_that_may_have_executed_is_not_retried() {
    for broken in [
        Http2Action::Reset(CANCEL),
        Http2Action::GoAway(INTERNAL_ERROR),
    ] {
        let server = Http2Server::start([broken.clone(), generation()]).await;
        let client = builder(&server, MediaClient::builder()).build().unwrap();
        let error = client.text2img("A cat").await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{error}");
        assert_eq!(
            (error.attempts(), server.remaining_actions()),
            (1, 1),
            "{broken:?}"
        );
    }
}

#[tokio::test]
async fn an_idempotent_request_that_may_have_executed_is_retried() {
    for broken in [
        Http2Action::Reset(CANCEL),
        Http2Action::GoAway(INTERNAL_ERROR),
    ] {
        let server = Http2Server::start([broken.clone(), pong()]).await;
        let client = builder(&server, Client::builder()).build().unwrap();
        let response = client.ping().send_with_response().await.unwrap();
        assert_eq!(response.attempts(), 2, "{broken:?}");
    }
}

/// The HTTP/2 library emits traces as well.
#[tokio::test]
async fn traces_of_http_2_contain_no_content() {
    let trace = Trace::default();
    let guard = tracing::subscriber::set_default(trace.subscriber());
    let response = Http2Action::Respond(fixtures::bytes("chat.json"));
    let server = Http2Server::start([Http2Action::Reset(REFUSED_STREAM), response]).await;
    let client = builder(&server, Client::builder()).build().unwrap();
    let reply = client.chat("canary-prompt").await.unwrap();
    drop(guard);
    let traced = format!("{:?} {:?}", trace.spans(), trace.events());
    assert!(traced.contains("StreamId(1)"), "the library traced nothing");
    let text = reply.text().unwrap();
    for secret in [KEY, "canary-prompt", &*text] {
        assert!(!traced.contains(secret), "{secret} is in {traced}");
    }
}
