//! The scripted response of an expectation.

use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::Value;

use crate::api::Api;
use crate::contract::{EVENT_STREAM, Violation};
use crate::fault::Fault;
use crate::response;
use crate::response::delay::Delays;
use crate::response::{ErrorResponse, StreamedEvent};
use crate::service::{self, Backend, Call, ScriptedOutput};

/// The script of a response.
#[derive(Debug, Default)]
pub(super) struct Script {
    pub(super) body: ScriptedBody,
    /// The output of the model in a simulated response.
    pub(super) output: ScriptedOutput,
    pub(super) status: Option<StatusCode>,
    pub(super) message: Option<String>,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) delays: Delays,
    pub(super) fault: Option<Fault>,
    pub(super) times: Option<u32>,
    pub(super) skips_validation: bool,
    /// The invalid arguments that the test passed to `Then`.
    pub(super) problems: Vec<String>,
}

/// The body of a scripted response.
#[derive(Debug, Default)]
pub(super) enum ScriptedBody {
    /// The simulated response, or an error body if the status is an error.
    #[default]
    Simulated,
    Json(Value),
    /// A stream of these events.
    Events(Vec<StreamedEvent>),
    /// Bytes of a media type.
    Bytes(&'static str, Bytes),
}

impl Script {
    /// Lists the violations of the specification by the script as a response of an operation.
    pub(super) fn violations(&self, api: Api, operation: &str) -> Vec<Violation> {
        let contract = api.contract();
        match &self.body {
            _ if self.skips_validation || self.is_error() => Vec::new(),
            ScriptedBody::Json(body) => violations(contract.check_response(operation, body)),
            ScriptedBody::Events(events) => {
                let checked = events
                    .iter()
                    .map(|event| contract.check_event(operation, &event.data));
                checked.flat_map(violations).collect()
            }
            _ => Vec::new(),
        }
    }

    fn is_error(&self) -> bool {
        self.status.is_some_and(|status| !status.is_success())
    }

    /// Returns whether the operation is executed.
    pub(super) fn is_executed(&self) -> bool {
        let is_executed = self.fault.as_ref().is_none_or(Fault::is_executed);
        let is_simulated = matches!(self.body, ScriptedBody::Simulated);
        is_executed && is_simulated && !self.is_error()
    }

    /// Returns the response to a call.
    pub(super) fn respond(
        &self,
        backend: &Backend,
        call: &Call<'_>,
    ) -> Result<Response, ErrorResponse> {
        let response = match &self.body {
            ScriptedBody::Json(Value::Array(lines)) if call.operation.returns_lines() => {
                let lines = lines.iter().cloned().map(StreamedEvent::from);
                let media = &call.operation.response_media;
                response::stream(media, &lines.collect::<Vec<_>>())
            }
            ScriptedBody::Json(body) => {
                response::json(&self.converted(call, body, service::openai_response))
            }
            ScriptedBody::Events(events) => {
                let events = events.iter().map(|event| StreamedEvent {
                    data: self.converted(call, &event.data, service::openai_chunk),
                    ..event.clone()
                });
                let media = &call.operation.stream_media;
                response::stream(media, &events.collect::<Vec<_>>())
            }
            ScriptedBody::Simulated if self.is_executed() => {
                service::execute(backend, &call.with_output(&self.output))?.to_response()
            }
            _ => return Ok(self.respond_without_operation(call.api)),
        };
        Ok(self.with_head(response))
    }

    /// Returns the response without a simulation: the scripted body, or an error body if the status is an error.
    pub(super) fn respond_without_operation(&self, api: Api) -> Response {
        let response = match &self.body {
            ScriptedBody::Json(body) => response::json(body),
            ScriptedBody::Events(events) => response::stream(EVENT_STREAM, events),
            ScriptedBody::Bytes(media_type, bytes) => response::bytes(media_type, bytes.clone()),
            _ if self.is_error() => self.error(api),
            _ => Response::default(),
        };
        self.with_head(response)
    }

    /// Sets the scripted status and headers.
    fn with_head(&self, mut response: Response) -> Response {
        if let Some(status) = self.status {
            *response.status_mut() = status;
        }
        response.headers_mut().extend(self.headers.iter().cloned());
        response
    }

    /// Converts a valid scripted value into the shape of the API that is called.
    fn converted(
        &self,
        call: &Call<'_>,
        value: &Value,
        convert: fn(&str, Value) -> Value,
    ) -> Value {
        match call.api {
            Api::OpenAi if !self.skips_validation => convert(&call.operation.id, value.clone()),
            _ => value.clone(),
        }
    }

    fn error(&self, api: Api) -> Response {
        let status = self.status.unwrap_or_default();
        let reason = status.canonical_reason().unwrap_or("error");
        let message = self.message.as_deref().unwrap_or(reason);
        response::error(api, &ErrorResponse::new(status, message))
    }
}

fn violations(checked: Result<(), Vec<Violation>>) -> Vec<Violation> {
    checked.err().unwrap_or_default()
}
