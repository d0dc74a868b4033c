//! Deviations of the server from the contract, in favor of unmodified OpenAI clients.
//!
//! They omit `stream`, and the service extends its enumerations. The contract checker stays strict, because it
//! checks our own client against the specification.

use serde_json::Value;

use crate::contract::{Contract, OperationSpec, Payload, Violation};

/// Adds `"stream": false` to a request that omits the field although its schema has it.
pub(crate) fn add_stream_default(
    contract: &Contract,
    operation: &OperationSpec,
    payload: &mut Payload,
) {
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

/// Returns whether the server accepts a request despite a violation.
pub(crate) fn tolerates(violation: &Violation) -> bool {
    violation.keyword == "enum" && violation.location.starts_with("query/")
}
