//! The mock on a server of httpmock's.
//!
//! httpmock matches requests inside its server alone and answers each with one body that is at hand. So it
//! is asked for two things: to hand over what lies below the bases, and to send what the mock says to it.

use std::sync::Arc;

use axum::http::{Response, StatusCode};
use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};

use crate::api::Api;
use crate::failure::Failure;
use crate::fault::Fault;
use crate::pause::Pauses;
use crate::reply::Reply;
use crate::responses;
use crate::router;
use crate::state::State;
use crate::steps;

/// Answers everything below the bases of both APIs.
pub(crate) async fn mount(server: &MockServer, state: Arc<State>) {
    let mount = server.mock_async(|when, then| {
        when.is_true(|request| Api::of(request.uri().path()).is_some());
        then.respond_with(move |request| respond(&state, request));
    });
    mount.await;
}

fn respond(state: &State, request: &HttpMockRequest) -> HttpMockResponse {
    let (head, body) = request.to_http_request().into_parts();
    let api = Api::of(head.uri.path()).map_or(Api::Inference, |(api, _)| api);
    let reply = router::handle(state, head, Some(body));
    let response = if is_at_once(&reply) {
        reply.response
    } else {
        responses::failure(api, &too_much())
    };
    let (head, body) = response.into_parts();
    Response::from_parts(head, steps::at_once(body)).into()
}

/// Whether httpmock can answer so.
fn is_at_once(reply: &Reply) -> bool {
    reply.pauses == Pauses::default() && reply.fault.as_ref().is_none_or(Fault::is_at_once)
}

fn too_much() -> Failure {
    let message = "the mock runs on httpmock, which responses whole and at once: for delays, pauses and \
                   faults of the connection start it with `MockServer::start`";
    Failure::new(StatusCode::NOT_IMPLEMENTED, message)
}
