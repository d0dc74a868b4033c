//! Validates a call, executes it, and plans its response.

use axum::http::header::ACCEPT;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use crate::account_permits::AccountPermit;
use crate::contract::{OperationSpec, Payload, PayloadError, Violation};
use crate::delay::Delays;
use crate::error_response::ErrorResponse;
use crate::expect::{self, Matched};
use crate::fault::{self, Fault};
use crate::lenient;
use crate::request_log::{Disposition, RecordedRequest};
use crate::service::{self, Call, Outcome, Target};
use crate::state::State;

/// A response with the delays and the fault that are still to be applied.
pub(crate) struct PlannedResponse {
    /// The response before its delivery damages it.
    pub(crate) response: Response,
    pub(crate) fault: Option<Fault>,
    pub(crate) delays: Delays,
    /// The permit of the account, released after the response.
    pub(crate) permit: Option<AccountPermit>,
    executed: bool,
}

impl PlannedResponse {
    pub(crate) fn without_fault(response: Response) -> Self {
        Self {
            response,
            fault: None,
            delays: Delays::default(),
            permit: None,
            executed: false,
        }
    }

    fn scripted(matched: Matched) -> Self {
        Self {
            response: matched.response,
            fault: matched.fault,
            delays: matched.delays,
            permit: None,
            executed: matched.executed,
        }
    }

    fn simulated(outcome: &Outcome) -> Self {
        Self {
            executed: true,
            ..Self::without_fault(outcome.to_response())
        }
    }

    /// Returns the result for the request log.
    pub(crate) fn disposition(&self) -> Disposition {
        let sends_response = self.fault.as_ref().is_none_or(Fault::sends_response);
        Disposition {
            fault: self.fault.clone(),
            executed: self.executed,
            status: sends_response.then(|| self.response.status()),
        }
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
    let fault = state.faults.next(&target.operation.id, number);
    let is_executed = fault.as_ref().is_none_or(Fault::is_executed);
    let result = is_executed.then(|| execute(state, target, number, request));
    let mut planned = match result {
        Some(Ok(planned)) => planned,
        Some(Err(error)) => PlannedResponse::without_fault(error_response(error)),
        None => PlannedResponse::without_fault(Response::default()),
    };
    // An operation fault takes precedence over an expectation fault.
    planned.fault = fault.or(planned.fault);
    if let Some(fault) = &planned.fault {
        planned.response = fault::replace_response(fault, target.api, planned.response);
    }
    planned
}

fn execute(
    state: &State,
    target: &Target,
    number: u64,
    request: &RecordedRequest,
) -> Result<PlannedResponse, ErrorResponse> {
    let (contract, operation) = (target.api.contract(), target.operation);
    let mut violations = contract.check_parameters(operation, &request.query, &target.arguments);
    violations.extend(contract.check_headers(operation, &request.headers));
    reject_violations(operation, violations)?;
    let payload = payload(target, request)?;
    let accept = request.headers.get(ACCEPT).map(HeaderValue::as_bytes);
    let mut call = Call::new(target, &payload, &request.query, number);
    call.accepts_events = accept == Some(b"text/event-stream");
    match expect::match_request(state, target, request, &payload, &call)? {
        Some(matched) => Ok(PlannedResponse::scripted(matched)),
        None => Ok(PlannedResponse::simulated(&service::execute(state, &call)?)),
    }
}

fn payload(target: &Target, request: &RecordedRequest) -> Result<Payload, ErrorResponse> {
    let (contract, operation) = (target.api.contract(), target.operation);
    let mut payload = contract
        .read_payload(operation, &request.headers, &request.body)
        .map_err(|error| payload_error(operation, error))?;
    lenient::add_stream_default(contract, operation, &mut payload);
    reject_violations(operation, contract.check_payload(operation, &payload))?;
    Ok(payload)
}

fn reject_violations(
    operation: &OperationSpec,
    violations: Vec<Violation>,
) -> Result<(), ErrorResponse> {
    let rejected: Vec<_> = violations
        .into_iter()
        .filter(|violation| !lenient::tolerates(violation))
        .collect();
    if rejected.is_empty() {
        Ok(())
    } else {
        Err(ErrorResponse::invalid(operation, rejected))
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
