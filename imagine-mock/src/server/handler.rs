//! Validates a call, executes it, and plans its response.

use axum::http::header::ACCEPT;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use crate::api::Api;
use crate::contract::{OperationSpec, Payload, PayloadError, Violation};
use crate::expect::{self, Matched};
use crate::fault::{self, Fault};
use crate::request_log::RecordedRequest;
use crate::response::ErrorResponse;
use crate::response::delay::Delays;
use crate::server::account_permits::AccountPermit;
use crate::server::lenient;
use crate::server::state::State;
use crate::service::{self, Call, Outcome, Target};

/// A response with the delays and the fault that are still to be applied.
pub(crate) struct PlannedResponse {
    /// The response before its delivery damages it.
    pub(crate) response: Response,
    pub(crate) fault: Option<Fault>,
    pub(crate) delays: Delays,
    /// The permit of the account, released after the response.
    pub(crate) permit: Option<AccountPermit>,
    /// The tokens of the simulated operation.
    pub(crate) tokens: usize,
    executed: bool,
    operation: Option<&'static str>,
    /// True if an expectation by method and path covers the request.
    is_expected: bool,
}

impl PlannedResponse {
    pub(crate) fn without_fault(response: Response) -> Self {
        Self {
            response,
            fault: None,
            delays: Delays::default(),
            permit: None,
            tokens: 0,
            executed: false,
            operation: None,
            is_expected: false,
        }
    }

    /// Returns the response of an expectation by method and path. Another fault takes precedence over its own.
    pub(crate) fn expected(matched: Matched, api: Api, fault: Option<Fault>) -> Self {
        let mut planned = Self {
            is_expected: true,
            ..Self::scripted(matched)
        };
        planned.fault = fault.or(planned.fault);
        planned.replace_response(api);
        planned
    }

    /// Returns the error for a request that expectations by method and path cover and none matches.
    pub(crate) fn unmatched(response: Response) -> Self {
        Self {
            is_expected: true,
            ..Self::without_fault(response)
        }
    }

    fn scripted(matched: Matched) -> Self {
        Self {
            fault: matched.fault,
            delays: matched.delays,
            executed: matched.executed,
            ..Self::without_fault(matched.response)
        }
    }

    fn simulated(outcome: &Outcome) -> Self {
        Self {
            executed: true,
            tokens: outcome.tokens.input + outcome.tokens.output,
            ..Self::without_fault(outcome.to_response())
        }
    }

    /// Replaces the response where the fault defines its own.
    fn replace_response(&mut self, api: Api) {
        if let Some(fault) = &self.fault {
            let original = std::mem::take(&mut self.response);
            self.response = fault::replace_response(fault, api, original);
        }
    }

    /// Adds the result to the recorded request.
    pub(crate) fn record(&self, request: &mut RecordedRequest) {
        let sends_response = self.fault.as_ref().is_none_or(Fault::sends_response);
        request.operation = self.operation;
        request.fault = self.fault.clone();
        request.executed = self.executed;
        request.status = sends_response.then(|| self.response.status().as_u16());
        request.is_expected = self.is_expected;
    }
}

/// Handles a call: executes it unless a fault prevents that, and plans its response.
pub(crate) fn for_call(
    state: &State,
    target: &Target,
    number: u64,
    request: &RecordedRequest,
    error_response: impl Fn(ErrorResponse) -> Response,
) -> PlannedResponse {
    let fault = state
        .faults
        .next(&request.called(Some(target.called())), number);
    let is_executed = fault.as_ref().is_none_or(Fault::is_executed);
    let result = is_executed.then(|| execute(state, target, number, request));
    let mut planned = match result {
        Some(Ok(planned)) => planned,
        Some(Err(error)) => PlannedResponse::without_fault(error_response(error)),
        None => PlannedResponse::without_fault(Response::default()),
    };
    // An operation fault takes precedence over an expectation fault.
    planned.fault = fault.or(planned.fault);
    planned.operation = Some(&target.operation.id);
    planned.replace_response(target.api);
    planned
}

fn execute(
    state: &State,
    target: &Target,
    number: u64,
    request: &RecordedRequest,
) -> Result<PlannedResponse, ErrorResponse> {
    check_head(state, target, request)?;
    let payload = payload(state, target, request)?;
    let accept = request.headers.get(ACCEPT).map(HeaderValue::as_bytes);
    let mut call = Call::new(target, &payload, &request.query, number);
    call.accepts_events = accept == Some(target.operation.stream_media.as_bytes());
    call.profile = state.profile;
    match expect::match_call(
        &state.expectations,
        &state.backend,
        target,
        request,
        &payload,
        &call,
    )? {
        Some(matched) => Ok(PlannedResponse::scripted(matched)),
        None => Ok(PlannedResponse::simulated(&service::execute(
            &state.backend,
            &call,
        )?)),
    }
}

fn check_head(
    state: &State,
    target: &Target,
    request: &RecordedRequest,
) -> Result<(), ErrorResponse> {
    let (contract, operation) = (target.api.contract(), target.operation);
    let mut violations = contract.check_parameters(operation, &request.query, &target.arguments);
    violations.extend(contract.check_headers(operation, &request.headers));
    if !state.is_strict() {
        violations.retain(|violation| !lenient::tolerates_query(violation, &request.query));
    }
    reject_violations(operation, violations)
}

fn payload(
    state: &State,
    target: &Target,
    request: &RecordedRequest,
) -> Result<Payload, ErrorResponse> {
    let (contract, operation) = (target.api.contract(), target.operation);
    if operation.payload.is_none() && !state.is_strict() {
        return Ok(Payload::Empty);
    }
    let mut payload = contract
        .read_payload(operation, &request.headers, &request.body)
        .map_err(|error| payload_error(operation, error))?;
    let is_lenient = !state.is_strict();
    if is_lenient {
        lenient::add_stream_default(target, &mut payload);
    }
    let mut violations = contract.check_payload(operation, &payload);
    if is_lenient && target.api == Api::Inference && !violations.is_empty() {
        violations = lenient::tolerated_fields(operation, &payload, violations);
    }
    reject_violations(operation, violations)?;
    Ok(payload)
}

fn reject_violations(
    operation: &OperationSpec,
    violations: Vec<Violation>,
) -> Result<(), ErrorResponse> {
    if violations.is_empty() {
        Ok(())
    } else {
        Err(ErrorResponse::invalid(operation, violations))
    }
}

fn payload_error(operation: &OperationSpec, error: PayloadError) -> ErrorResponse {
    match error {
        PayloadError::Malformed(violation) => {
            ErrorResponse::new(StatusCode::BAD_REQUEST, format!("Malformed {violation}"))
        }
        unexpected => ErrorResponse::invalid(operation, [unexpected.into_violation()]),
    }
}
