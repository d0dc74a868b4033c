//! Where the server lets pass what the contract, strictly read, does not.
//!
//! Stock OpenAI clients omit `stream`, and enumerations of the service grow. The contract checker
//! itself stays strict, because it is there to hold our own client to the specification.

use serde_json::Value;

use crate::contract::{Contract, OperationSpec, Payload, Violation};

/// Adds `"stream": false` to a request that should say whether it wants a stream and does not.
pub(crate) fn complete(contract: &Contract, operation: &OperationSpec, payload: &mut Payload) {
    let (Some(spec), Payload::Json(Value::Object(fields))) = (&operation.payload, payload) else {
        return;
    };
    let definitions = contract.definitions();
    if definitions
        .property(spec.schema.source(), "stream")
        .is_some()
    {
        fields.entry("stream").or_insert(false.into());
    }
}

/// Whether a violation is no reason to refuse the request.
pub(crate) fn tolerates(violation: &Violation) -> bool {
    violation.keyword == "enum" && violation.location.starts_with("query/")
}
