//! Simulates projects. The mock accepts any change, because no operation returns projects.

use serde_json::json;

use crate::response::ErrorResponse;
use crate::service::Backend;
use crate::service::info::buffered;
use crate::service::{Call, Outcome};

pub(super) fn update(_: &Backend, _: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    success()
}

/// Returns the response of an operation that returns no data.
pub(super) fn success() -> Result<Outcome, ErrorResponse> {
    buffered(json!({"message": "success", "success": true}))
}
