//! A response as an expectation has it.

use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::Value;

use crate::api::Api;
use crate::contract::{Contract, Violation};
use crate::failure::Failure;
use crate::fault::Fault;
use crate::pause::Pauses;
use crate::responses;
use crate::simulate::{self, Call};
use crate::state::State;

/// How a request is answered.
#[derive(Debug, Default)]
pub(super) struct Script {
    pub(super) body: ScriptedBody,
    pub(super) status: Option<StatusCode>,
    pub(super) message: Option<String>,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) pauses: Pauses,
    pub(super) fault: Option<Fault>,
    pub(super) times: Option<u32>,
    pub(super) unchecked: bool,
    /// What is wrong with what was said.
    pub(super) problems: Vec<String>,
}

/// What a response consists of.
#[derive(Debug, Default)]
pub(super) enum ScriptedBody {
    /// What the mock composes; or an error, where the status is one.
    #[default]
    Simulated,
    /// What the mock composes, with this text in pieces.
    Said(Vec<String>),
    /// This JSON.
    Whole(Value),
    /// A stream of these events.
    Events(Vec<Value>),
    /// These bytes of a media type.
    Bytes(&'static str, Bytes),
}

impl Script {
    /// Everything that is wrong with it as a response of an operation.
    pub(super) fn problems(&self, contract: &Contract, operation: &str) -> Vec<String> {
        let violations = match &self.body {
            _ if self.unchecked || self.is_refusal() => Vec::new(),
            ScriptedBody::Whole(body) => of(contract.check_response(operation, body)),
            ScriptedBody::Events(events) => {
                let checked = events
                    .iter()
                    .map(|event| contract.check_event(operation, event));
                checked.flat_map(of).collect()
            }
            _ => Vec::new(),
        };
        let violations = violations.iter().map(ToString::to_string);
        self.problems.iter().cloned().chain(violations).collect()
    }

    fn is_refusal(&self) -> bool {
        self.status.is_some_and(|status| !status.is_success())
    }

    /// Whether the operation is carried out.
    pub(super) fn works(&self) -> bool {
        let starts = self.fault.as_ref().is_none_or(Fault::is_after_work);
        let composes = matches!(self.body, ScriptedBody::Simulated | ScriptedBody::Said(_));
        starts && composes && !self.is_refusal()
    }

    /// The response to a call.
    pub(super) fn respond(&self, state: &State, call: &Call<'_>) -> Result<Response, Failure> {
        let mut response = match &self.body {
            ScriptedBody::Whole(body) => responses::json(body),
            ScriptedBody::Events(events) => responses::events(events),
            ScriptedBody::Bytes(media, bytes) => responses::file(media, bytes.clone()),
            ScriptedBody::Simulated | ScriptedBody::Said(_) if !self.works() => {
                self.refusal(call.api)
            }
            ScriptedBody::Simulated => simulate::run(state, call)?.respond(),
            ScriptedBody::Said(pieces) => simulate::run(state, &call.saying(pieces))?.respond(),
        };
        if let Some(status) = self.status {
            *response.status_mut() = status;
        }
        response.headers_mut().extend(self.headers.iter().cloned());
        Ok(response)
    }

    fn refusal(&self, api: Api) -> Response {
        let status = self.status.unwrap_or_default();
        let reason = status.canonical_reason().unwrap_or("refused");
        let message = self.message.as_deref().unwrap_or(reason);
        responses::failure(api, &Failure::new(status, message))
    }
}

fn of(checked: Result<(), Vec<Violation>>) -> Vec<Violation> {
    checked.err().unwrap_or_default()
}
