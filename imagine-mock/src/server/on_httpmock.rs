//! The mock as a handler on an httpmock server.
//!
//! httpmock matches requests inside its server and sends buffered bodies only. So it forwards every request below the
//! base paths to the mock and sends the mock's response.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};

use crate::api::Api;
use crate::fault::Fault;
use crate::response;
use crate::response::ErrorResponse;
use crate::response::delay::Delays;
use crate::response::steps;
use crate::server::admin;
use crate::server::handler::PlannedResponse;
use crate::server::router;
use crate::server::state::State;

/// Handles all requests below the base paths of both APIs.
pub(crate) async fn mount(server: &MockServer, state: Arc<State>) {
    let mount = server.mock_async(|when, then| {
        when.is_true(|request| {
            let path = request.uri().path().to_owned();
            Api::from_path(&path).is_some() || admin::is_admin(&path)
        });
        then.respond_with(move |request| respond(&state, request));
    });
    mount.await;
}

fn respond(state: &State, request: &HttpMockRequest) -> HttpMockResponse {
    let (head, body) = request.to_http_request().into_parts();
    let api = Api::from_path(head.uri.path()).map_or(Api::Inference, |(api, _)| api);
    if admin::is_admin(head.uri.path()) {
        return buffered(admin::respond(state, &head, &body));
    }
    let (_, planned) = router::handle(state, head, Some(body));
    let response = if is_buffered(&planned) {
        planned.response
    } else {
        response::error(api, &unsupported())
    };
    buffered(response)
}

fn buffered(response: Response<Body>) -> HttpMockResponse {
    let (head, body) = response.into_parts();
    Response::from_parts(head, steps::collect(body)).into()
}

/// Returns whether httpmock can send the response.
fn is_buffered(planned: &PlannedResponse) -> bool {
    planned.delays == Delays::default() && planned.fault.as_ref().is_none_or(Fault::is_buffered)
}

fn unsupported() -> ErrorResponse {
    let message = "httpmock sends buffered responses only; for delays and connection faults start the mock with \
                   `MockServer::start`";
    ErrorResponse::new(StatusCode::NOT_IMPLEMENTED, message)
}
