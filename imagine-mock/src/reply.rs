//! What a call comes to: validated, simulated, answered, and failed where a fault is scripted.

use axum::http::StatusCode;
use axum::response::Response;

use crate::contract::{OperationSpec, Payload, Unreadable, Violation};
use crate::expect::{self, Met};
use crate::failure::Failure;
use crate::fault::{self, Fault};
use crate::in_progress::Turn;
use crate::lenient;
use crate::pause::Pauses;
use crate::record::{Decision, RecordedRequest};
use crate::simulate::{self, Call, Outcome, Target};
use crate::state::State;

/// What a request comes to.
pub(crate) struct Reply {
    /// What is sent, before the fault damages it.
    pub(crate) response: Response,
    /// The fault that the request met.
    pub(crate) fault: Option<Fault>,
    /// How it is slowed down.
    pub(crate) pauses: Pauses,
    /// The turn of its account, which ends with the response.
    pub(crate) turn: Option<Turn>,
    carried_out: bool,
}

impl Reply {
    pub(crate) fn without_fault(response: Response) -> Self {
        Self {
            response,
            fault: None,
            pauses: Pauses::default(),
            turn: None,
            carried_out: false,
        }
    }

    fn met(met: Met) -> Self {
        Self {
            response: met.response,
            fault: met.fault,
            pauses: met.pauses,
            turn: None,
            carried_out: met.carried_out,
        }
    }

    fn simulated(outcome: &Outcome) -> Self {
        Self {
            carried_out: true,
            ..Self::without_fault(outcome.respond())
        }
    }

    /// What is recorded of it.
    pub(crate) fn decision(&self) -> Decision {
        let responses = self.fault.as_ref().is_none_or(Fault::responses);
        Decision {
            fault: self.fault.clone(),
            carried_out: self.carried_out,
            status: responses.then(|| self.response.status()),
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
    let mut reply = match done {
        Some(Ok(reply)) => reply,
        Some(Err(failure)) => Reply::without_fault(refused(failure)),
        None => Reply::without_fault(Response::default()),
    };
    // What is scripted for the operation comes before what is scripted for its response.
    reply.fault = fault.or(reply.fault);
    if let Some(fault) = &reply.fault {
        reply.response = fault::replaced(fault, target.api, reply.response);
    }
    reply
}

fn call(
    state: &State,
    target: &Target,
    number: u64,
    request: &RecordedRequest,
) -> Result<Reply, Failure> {
    let (contract, operation) = (target.api.contract(), target.operation);
    let mut violations = contract.check_parameters(operation, &request.query, &target.arguments);
    violations.extend(contract.check_headers(operation, &request.headers));
    refuse_violations(operation, violations)?;
    let payload = payload(target, request)?;
    let call = Call::new(target, &payload, &request.query, number);
    match expect::meet(state, target, request, &payload, &call)? {
        Some(met) => Ok(Reply::met(met)),
        None => Ok(Reply::simulated(&simulate::run(state, &call)?)),
    }
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
