//! An answer as an expectation has it.

use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::Value;

use crate::answer;
use crate::api::Api;
use crate::contract::{Contract, Violation};
use crate::failure::Failure;
use crate::fault::Fault;
use crate::pause::Pauses;
use crate::simulate::{self, Call};
use crate::state::State;

/// How a request is answered.
#[derive(Debug, Default)]
pub(super) struct Script {
    pub(super) answer: Answer,
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

/// What an answer consists of.
#[derive(Debug, Default)]
pub(super) enum Answer {
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
    /// Everything that is wrong with it as an answer of an operation.
    pub(super) fn problems(&self, contract: &Contract, operation: &str) -> Vec<String> {
        let violations = match &self.answer {
            _ if self.unchecked || self.is_refusal() => Vec::new(),
            Answer::Whole(answer) => of(contract.check_answer(operation, answer)),
            Answer::Events(events) => {
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
        let composes = matches!(self.answer, Answer::Simulated | Answer::Said(_));
        starts && composes && !self.is_refusal()
    }

    /// The answer to a call.
    pub(super) fn respond(&self, state: &State, call: &Call<'_>) -> Result<Response, Failure> {
        let mut response = match &self.answer {
            Answer::Whole(answer) => answer::json(answer),
            Answer::Events(events) => answer::events(events),
            Answer::Bytes(media, bytes) => answer::file(media, bytes.clone()),
            Answer::Simulated | Answer::Said(_) if !self.works() => self.refusal(call.api),
            Answer::Simulated => simulate::run(state, call)?.respond(),
            Answer::Said(pieces) => simulate::run(state, &call.saying(pieces))?.respond(),
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
        answer::failure(api, &Failure::new(status, message))
    }
}

fn of(checked: Result<(), Vec<Violation>>) -> Vec<Violation> {
    checked.err().unwrap_or_default()
}
