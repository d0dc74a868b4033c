//! What a call comes to: validated, simulated, answered, and failed where a fault is scripted.

use axum::http::StatusCode;
use axum::response::Response;

use crate::answer;
use crate::contract::{OperationSpec, Payload, Unreadable, Violation};
use crate::failure::Failure;
use crate::fault::{self, Fault};
use crate::lenient;
use crate::record::{Decision, RecordedRequest};
use crate::simulate::{self, Call, Sent, Target};
use crate::state::State;

/// What a request comes to.
pub(crate) struct Reply {
    /// What is sent, before the fault damages it.
    pub(crate) response: Response,
    /// The fault that the request met.
    pub(crate) fault: Option<Fault>,
    carried_out: bool,
}

impl Reply {
    pub(crate) fn without_fault(response: Response) -> Self {
        Self {
            response,
            fault: None,
            carried_out: false,
        }
    }

    /// What is recorded of it.
    pub(crate) fn decision(&self) -> Decision {
        let answers = self.fault.as_ref().is_none_or(Fault::answers);
        Decision {
            fault: self.fault.clone(),
            carried_out: self.carried_out,
            status: answers.then(|| self.response.status()),
        }
    }
}

/// Carries a call out, unless a fault comes before that, and answers it.
pub(crate) fn to_call(
    state: &State,
    target: &Target,
    number: u64,
    request: &RecordedRequest,
    refused: impl Fn(Failure) -> Response,
) -> Reply {
    let fault = state.faults.meet(&target.operation.id, number);
    let starts = fault.as_ref().is_none_or(Fault::is_after_work);
    let done = starts.then(|| call(state, target, number, request));
    let carried_out = matches!(done, Some(Ok(_)));
    let good = done.map_or_else(Response::default, |done| done.unwrap_or_else(refused));
    let response = match &fault {
        Some(fault) => fault::replaced(fault, target.api, good),
        None => good,
    };
    Reply {
        response,
        fault,
        carried_out,
    }
}

fn call(
    state: &State,
    target: &Target,
    number: u64,
    request: &RecordedRequest,
) -> Result<Response, Failure> {
    let (contract, operation) = (target.api.contract(), target.operation);
    let violations = contract.check_parameters(operation, &request.query, &target.arguments);
    refuse_violations(operation, violations)?;
    let payload = payload(target, request)?;
    let call = Call::new(target, &payload, &request.query, number);
    let outcome = simulate::run(state, &call)?;
    Ok(match outcome.sent {
        Sent::Answer => answer::json(&outcome.answer),
        Sent::Instead(other) => answer::json(&other),
        Sent::Events(events) => answer::events(&events),
    })
}

fn payload(target: &Target, request: &RecordedRequest) -> Result<Payload, Failure> {
    let (contract, operation) = (target.api.contract(), target.operation);
    let mut payload = contract
        .read_payload(operation, &request.headers, &request.body)
        .map_err(|unreadable| unreadable_failure(operation, unreadable))?;
    lenient::complete(contract, operation, &mut payload);
    refuse_violations(operation, contract.check_payload(operation, &payload))?;
    Ok(payload)
}

fn refuse_violations(operation: &OperationSpec, violations: Vec<Violation>) -> Result<(), Failure> {
    let refused: Vec<_> = violations
        .into_iter()
        .filter(|violation| !lenient::tolerates(violation))
        .collect();
    if refused.is_empty() {
        Ok(())
    } else {
        Err(Failure::invalid(operation, refused))
    }
}

fn unreadable_failure(operation: &OperationSpec, unreadable: Unreadable) -> Failure {
    match unreadable {
        Unreadable::Malformed(violation) => {
            Failure::new(StatusCode::BAD_REQUEST, format!("Malformed {violation}"))
        }
        unexpected => Failure::invalid(operation, [unexpected.into_violation()]),
    }
}
