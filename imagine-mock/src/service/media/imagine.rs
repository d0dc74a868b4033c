//! Simulates generations of any kind, and their history.

use serde_json::{Value, json};

use super::generation::{self, Product};
use super::{animation, audio, inputs, speech};
use crate::media_file::MediaFile;
use crate::response::ErrorResponse;
use crate::service::Backend;
use crate::service::backend::jobs::{Job, JobKind, JobSchema};
use crate::service::info::buffered;
use crate::service::{Call, Outcome};

/// The expressions in a set, each with one image.
const EXPRESSIONS: [&str; 3] = ["neutral", "joy", "anger"];

pub(super) fn imagine(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    inputs::check_images(call)?;
    if let Some((reason, field)) = generation::rejection(call) {
        return Err(ErrorResponse::rejection(reason, Some(field)));
    }
    let generation_type = call.optional_string("generation_type").unwrap_or_default();
    let file = match generation_type.as_ref() {
        "text_to_speech" => speech::file(call),
        "text_to_sfx" | "text_to_music" => audio::file(call)?,
        "text_to_video" | "image_to_video" => animation::file(call),
        "text_to_3d" | "image_to_3d" => model(call),
        _ => image(call),
    };
    let kind = match generation_type.as_ref() {
        "text_to_speech" => JobKind::Speech,
        "text_to_sfx" | "text_to_music" => JobKind::Audio,
        "text_to_3d" | "image_to_3d" => JobKind::Model,
        _ => JobKind::Image,
    };
    let product = with_secondary_files(call, Product::new(kind, &generation_type, file));
    let is_synchronous = call.query("return_immediate") != Some("true");
    let format = generation::format(backend, call, JobSchema::Imagined);
    let is_immediate = is_synchronous || generation::is_immediate(call);
    generation::submit_as(backend, call, product, format, is_immediate)
}

pub(super) fn model3d(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    inputs::check_images(call)?;
    let generation_type = match call.body().get("init_images") {
        Some(Value::Array(images)) if !images.is_empty() => "image_to_3d",
        _ => "text_to_3d",
    };
    let product = Product::new(JobKind::Model, generation_type, model(call));
    generation::submit(backend, call, with_secondary_files(call, product))
}

pub(super) fn expressions(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    inputs::check_images(call)?;
    let mut product = Product::new(JobKind::Image, "image_to_image", image(call));
    let size = inputs::size(call);
    let seed = generation::seed(call);
    let images = EXPRESSIONS.into_iter().zip(1_u64..);
    product.secondary = images
        .map(|(name, number)| {
            let seed = seed.wrapping_add(number);
            (name, MediaFile::Png { seed, size })
        })
        .collect();
    generation::submit(backend, call, product)
}

/// Lists generations in pages. A cursor is the index of the first item of its page.
pub(super) fn history(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let body = call.body();
    let first = body
        .get("first")
        .and_then(Value::as_u64)
        .unwrap_or(10)
        .max(1);
    let first = usize::try_from(first).unwrap_or(usize::MAX);
    let format = generation::format(backend, call, JobSchema::Imagined);
    let mut items = backend.jobs.list(format, |job| is_selected(body, job));
    if body.get("asc") == Some(&Value::Bool(true)) {
        items.reverse();
    }
    let index = match body.get("cursor").and_then(Value::as_str) {
        None => 0,
        Some(cursor) => cursor.parse().map_err(|_| {
            ErrorResponse::invalid_field(
                call.operation,
                "cursor",
                "must be a cursor that the service returned",
            )
        })?,
    };
    let total = items.len();
    let page: Vec<Value> = items.into_iter().skip(index).take(first).collect();
    let next = index.saturating_add(first);
    buffered(json!({
        "items": page,
        "previous_cursor": (index > 0).then(|| index.saturating_sub(first).to_string()),
        "cursor": (next < total).then(|| next.to_string()),
    }))
}

pub(super) fn delete_history(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let uuids = call.body().get("uuids").and_then(Value::as_array);
    let uuids = uuids.into_iter().flatten().filter_map(Value::as_str);
    let (successes, failures): (Vec<&str>, Vec<&str>) =
        uuids.partition(|uuid| backend.jobs.delete(uuid));
    buffered(json!({"successes": successes, "failures": failures}))
}

fn is_selected(body: &Value, job: &Job) -> bool {
    let selects = |name: &str, value: &str| match body.get(name) {
        Some(Value::Array(selected)) => selected.iter().any(|selected| selected == value),
        _ => true,
    };
    selects("generation_uuids", &job.id)
        && selects("uuids", &job.item)
        && selects("media_types", &job.generation_type)
}

/// Adds the textures of 3D models.
fn with_secondary_files(call: &Call<'_>, mut product: Product) -> Product {
    if product.kind == JobKind::Model {
        product.secondary = vec![("base_color", image(call))];
    }
    product
}

fn image(call: &Call<'_>) -> MediaFile {
    MediaFile::Png {
        seed: generation::seed(call),
        size: inputs::size(call),
    }
}

fn model(call: &Call<'_>) -> MediaFile {
    MediaFile::Glb {
        seed: generation::seed(call),
        is_vrm: call
            .optional_string("output_type")
            .is_some_and(|format| format == "vrm"),
    }
}
