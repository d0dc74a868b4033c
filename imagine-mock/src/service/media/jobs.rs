//! Simulates polls of generations.

use super::generation;
use crate::response::ErrorResponse;
use crate::service::Backend;
use crate::service::backend::jobs::JobSchema;
use crate::service::info::buffered;
use crate::service::{Call, Outcome};

pub(super) fn check(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    poll(backend, call, JobSchema::for_build(call.build))
}

pub(super) fn imagine_check(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    poll(backend, call, JobSchema::Imagined)
}

fn poll(backend: &Backend, call: &Call<'_>, schema: JobSchema) -> Result<Outcome, ErrorResponse> {
    let id = call.string("generation_uuid");
    let status = backend
        .jobs
        .poll(&id, generation::format(backend, call, schema));
    let unknown = || ErrorResponse::not_found(format!("no such generation: {id}"));
    buffered(status.ok_or_else(unknown)?)
}
