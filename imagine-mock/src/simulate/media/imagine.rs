//! Generations of any kind, and their history.

use serde_json::{Value, json};

use super::generation::{self, Product};
use super::{inputs, moving, sounds, speech};
use crate::failure::Failure;
use crate::jobs::{Job, Kind, Schema};
use crate::simulate::service::done;
use crate::simulate::{Call, Outcome, Work};
use crate::state::State;

/// The expressions of which a set has an image each.
const EXPRESSIONS: [&str; 3] = ["neutral", "joy", "anger"];

pub(super) fn imagine(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    inputs::check_images(call)?;
    if let Some((reason, field)) = generation::rejection(call) {
        return Err(Failure::rejection(reason, Some(field)));
    }
    let generation_type = call.field("generation_type").unwrap_or_default();
    let work = match generation_type.as_ref() {
        "text_to_speech" => speech::work(call),
        "text_to_sfx" | "text_to_music" => sounds::work(call)?,
        "text_to_video" | "image_to_video" => moving::work(call)?,
        "text_to_3d" | "image_to_3d" => model(call),
        _ => picture(call)?,
    };
    let kind = match generation_type.as_ref() {
        "text_to_speech" => Kind::Speech,
        "text_to_sfx" | "text_to_music" => Kind::Sound,
        "text_to_3d" | "image_to_3d" => Kind::Model,
        _ => Kind::Image,
    };
    let product = with_parts(call, Product::new(kind, &generation_type, work))?;
    let waits = call.query("return_immediate") != Some("true");
    let form = generation::form(state, call, Schema::Imagined);
    let is_immediate = waits || generation::is_immediate(call);
    generation::submit_as(state, call, product, form, is_immediate)
}

pub(super) fn model3d(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    inputs::check_images(call)?;
    let generation_type = match call.body().get("init_images") {
        Some(Value::Array(images)) if !images.is_empty() => "image_to_3d",
        _ => "text_to_3d",
    };
    let product = Product::new(Kind::Model, generation_type, model(call));
    generation::submit(state, call, with_parts(call, product)?)
}

pub(super) fn expressions(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    inputs::check_images(call)?;
    let mut product = Product::new(Kind::Image, "image_to_image", picture(call)?);
    let size = inputs::size(call)?;
    let seed = generation::seed(call);
    let images = EXPRESSIONS.into_iter().zip(1_u64..);
    product.secondary = images
        .map(|(name, number)| {
            let seed = seed.wrapping_add(number);
            (name, Work::Picture { seed, size })
        })
        .collect();
    generation::submit(state, call, product)
}

/// Lists generations, one page at a time. A cursor is the position of the first of its page.
pub(super) fn history(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let body = call.body();
    let first = body
        .get("first")
        .and_then(Value::as_u64)
        .unwrap_or(10)
        .max(1);
    let first = usize::try_from(first).unwrap_or(usize::MAX);
    let form = generation::form(state, call, Schema::Imagined);
    let mut items = state.jobs.list(form, |job| is_selected(body, job));
    if body.get("asc") == Some(&Value::Bool(true)) {
        items.reverse();
    }
    let position = match body.get("cursor").and_then(Value::as_str) {
        None => 0,
        Some(cursor) => cursor.parse().map_err(|_| {
            Failure::field(
                call.operation,
                "cursor",
                "is not one that this service returned",
            )
        })?,
    };
    let total = items.len();
    let page: Vec<Value> = items.into_iter().skip(position).take(first).collect();
    let next = position.saturating_add(first);
    done(json!({
        "items": page,
        "previous_cursor": (position > 0).then(|| position.saturating_sub(first).to_string()),
        "cursor": (next < total).then(|| next.to_string()),
    }))
}

pub(super) fn delete_history(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let uuids = call.body().get("uuids").and_then(Value::as_array);
    let uuids = uuids.into_iter().flatten().filter_map(Value::as_str);
    let (successes, failures): (Vec<&str>, Vec<&str>) =
        uuids.partition(|uuid| state.jobs.delete(uuid));
    done(json!({"successes": successes, "failures": failures}))
}

fn is_selected(body: &Value, job: &Job) -> bool {
    let selects = |name: &str, value: &str| match body.get(name) {
        Some(Value::Array(wanted)) => wanted.iter().any(|wanted| wanted == value),
        _ => true,
    };
    selects("generation_uuids", &job.id)
        && selects("uuids", &job.item)
        && selects("media_types", &job.generation_type)
}

/// The other parts of 3D models: their textures.
fn with_parts(call: &Call<'_>, mut product: Product) -> Result<Product, Failure> {
    if product.kind == Kind::Model {
        product.secondary = vec![("base_color", picture(call)?)];
    }
    Ok(product)
}

fn picture(call: &Call<'_>) -> Result<Work, Failure> {
    Ok(Work::Picture {
        seed: generation::seed(call),
        size: inputs::size(call)?,
    })
}

fn model(call: &Call<'_>) -> Work {
    Work::Model {
        seed: generation::seed(call),
        is_vrm: call
            .field("output_type")
            .is_some_and(|format| format == "vrm"),
    }
}
