//! Deviations of the server from the contract, in favor of unmodified clients.
//!
//! The inference API accepts fields in the shapes of OpenAI's API, times with fractions and zones, and a body where the
//! operation has none. The contract checker stays strict, because it checks our own client against the specification.

use serde_json::Value;

use crate::api::Api;
use crate::clock;
use crate::contract::{Contract, OperationSpec, Payload, Violation};
use crate::service::Target;

/// Adds `"stream": false` to a request that omits the field although its schema has it.
pub(crate) fn add_stream_default(target: &Target, payload: &mut Payload) {
    let (Some(spec), Payload::Json(Value::Object(fields))) = (&target.operation.payload, payload)
    else {
        return;
    };
    let definitions = target.api.contract().definitions();
    let stream = definitions.property(spec.schema.source(), "stream");
    if stream.is_some() && target.api != Api::OpenAi {
        fields.entry("stream").or_insert(false.into());
    }
}

/// Returns whether the server accepts a query parameter despite a violation.
///
/// The service extends its enumerations, and its clients format times in more ways than the specification.
pub(crate) fn tolerates_query(violation: &Violation, query: &[(String, String)]) -> bool {
    let Some(name) = violation.location.strip_prefix("query/") else {
        return false;
    };
    let value = query.iter().find(|(own, _)| own == name);
    match violation.keyword.as_str() {
        "enum" => true,
        "pattern" => value.is_some_and(|(_, value)| clock::parse(value).is_some()),
        _ => false,
    }
}

/// Removes the violations of fields whose values OpenAI's API accepts.
pub(crate) fn tolerated_fields(
    operation: &OperationSpec,
    payload: &Payload,
    mut violations: Vec<Violation>,
) -> Vec<Violation> {
    let contract = Contract::openai();
    let openai = contract.operation(&operation.id);
    let Some((openai, spec)) = openai.and_then(|openai| Some((openai, openai.payload.as_ref()?)))
    else {
        return violations;
    };
    let rejected = contract.check_payload(openai, payload);
    let accepts = |violation: &Violation| {
        let field = field(violation);
        let schema = contract.definitions().property(spec.schema.source(), field);
        schema.is_some() && rejected.iter().all(|other| self::field(other) != field)
    };
    violations.retain(|violation| !accepts(violation));
    violations
}

/// Returns the name of the field of the body that a violation is in.
fn field(violation: &Violation) -> &str {
    violation.location.split('/').nth(1).unwrap_or_default()
}
