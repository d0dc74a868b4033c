//! Submits generations.

use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::costs;
use crate::clock;
use crate::hash;
use crate::media_file::MediaFile;
use crate::response::ErrorResponse;
use crate::service::Backend;
use crate::service::backend::jobs::{Job, JobFormat, JobKind, JobResult, JobSchema};
use crate::service::info::buffered;
use crate::service::media_build::Build;
use crate::service::{Call, Outcome, text};

/// The fields that determine the result.
const SEED_FIELDS: [&str; 8] = [
    "prompt",
    "negative_prompt",
    "transcript",
    "voice_id",
    "image",
    "init_image",
    "end_image",
    "mask_image",
];

/// The request fields that list entries contain.
const LISTED_FIELDS: [&str; 4] = ["prompt", "transcript", "chat_id", "parent_image"];

/// The prefix of words that make a generation fail for an unknown reason.
const FAIL_PREFIX: &str = "fail";

/// The rejection reasons. A prompt that contains one is rejected for that reason.
const REJECTION_REASONS: [&str; 4] = [
    "explicit_text",
    "explicit_image",
    "malformed_image",
    "out_of_credits",
];

/// The word that makes a generation finish at its submission.
const IMMEDIATE: &str = "instantly";

/// The product of a generation.
pub(super) struct Product {
    pub(super) kind: JobKind,
    pub(super) generation_type: String,
    pub(super) file: MediaFile,
    /// The other files by name.
    pub(super) secondary: Vec<(&'static str, MediaFile)>,
}

impl Product {
    /// Creates a product with a single file.
    pub(super) fn new(kind: JobKind, generation_type: &str, file: MediaFile) -> Self {
        Self {
            kind,
            generation_type: generation_type.to_owned(),
            file,
            secondary: Vec::new(),
        }
    }
}

/// Returns the seed of the result. It depends on everything in the request that a model would use.
pub(super) fn seed(call: &Call<'_>) -> u64 {
    let seed = call.body().get("seed").and_then(Value::as_i64);
    let mut strings = SEED_FIELDS.map(|name| call.string(name)).to_vec();
    strings.push(call.operation.id.as_str().into());
    hash::seed(seed.unwrap_or(0), &strings)
}

/// Submits a generation if the credits cover its price.
pub(super) fn submit(
    backend: &Backend,
    call: &Call<'_>,
    product: Product,
) -> Result<Outcome, ErrorResponse> {
    let format = format(backend, call, JobSchema::for_build(call.build));
    submit_as(backend, call, product, format, is_immediate(call))
}

/// Submits a generation with a response format. An immediate generation finishes at its submission.
pub(super) fn submit_as(
    backend: &Backend,
    call: &Call<'_>,
    product: Product,
    format: JobFormat<'_>,
    is_immediate: bool,
) -> Result<Outcome, ErrorResponse> {
    let operation = &call.operation.id;
    let price = costs::price(operation);
    let job = || {
        let job = job(backend, call, product);
        if is_immediate {
            job.into_finished()
        } else {
            job
        }
    };
    let accepted = backend.jobs.accept(price, format, job);
    buffered(accepted.map_err(|remaining| match format.schema {
        JobSchema::Imagined => ErrorResponse::rejection("out_of_credits", None),
        _ => costs::insufficient_credits(operation, price, remaining),
    })?)
}

/// Returns the format of a generation in the response to a call.
pub(super) fn format<'a>(
    backend: &'a Backend,
    call: &Call<'_>,
    schema: JobSchema,
) -> JobFormat<'a> {
    JobFormat {
        schema,
        endpoint: backend.endpoint(call.api),
        base_path: call.api.base_path(),
    }
}

/// Returns the rejection reason in the prompt and the field that contains it.
pub(super) fn rejection(call: &Call<'_>) -> Option<(&'static str, &'static str)> {
    prompts(call).find_map(|(field, text)| {
        let reason = REJECTION_REASONS
            .into_iter()
            .find(|reason| text.contains(reason))?;
        Some((reason, field))
    })
}

/// Returns whether the prompt makes the generation finish at its submission.
pub(super) fn is_immediate(call: &Call<'_>) -> bool {
    prompts(call).any(|(_, text)| text::words(&text).contains(&IMMEDIATE))
}

/// Returns the error for a request without its input image.
fn missing_image() -> ErrorResponse {
    ErrorResponse::new(StatusCode::BAD_REQUEST, "the request has no image")
}

fn prompts<'a>(call: &Call<'a>) -> impl Iterator<Item = (&'static str, String)> + use<'a> {
    ["prompt", "transcript"]
        .map(|name| (name, call.string(name).to_lowercase()))
        .into_iter()
}

fn job(backend: &Backend, call: &Call<'_>, product: Product) -> Job {
    let id = call.uuid();
    let result = match failure(call) {
        Some(failure) => failure,
        None => JobResult::Finished {
            path: backend.files.store(&id, product.file),
            secondary: product
                .secondary
                .into_iter()
                .map(|(name, file)| (name, backend.files.store(&format!("{id}-{name}"), file)))
                .collect(),
        },
    };
    Job {
        item: format!("item-{id}"),
        id,
        kind: product.kind,
        generation_type: product.generation_type,
        cost: costs::price(&call.operation.id),
        list_fields: list_fields(call),
        result,
        polls: 0,
    }
}

/// Returns the failure that words in the prompt cause, if any.
fn failure(call: &Call<'_>) -> Option<JobResult> {
    if let Some((reason, field)) = rejection(call) {
        return Some(JobResult::Failed {
            reason,
            message: format!("rejected: {reason}"),
            location: Some(field),
        });
    }
    prompts(call).find_map(|(_, text)| {
        let words = text::words(&text);
        let word = words
            .into_iter()
            .find(|word| word.starts_with(FAIL_PREFIX))?;
        Some(JobResult::Failed {
            reason: "unknown",
            message: format!("the word \"{word}\" makes the mock fail the generation"),
            location: None,
        })
    })
}

fn list_fields(call: &Call<'_>) -> Map<String, Value> {
    let requested = LISTED_FIELDS.map(|name| (name, call.body().get(name).cloned()));
    let requested = requested
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    let metadata = [
        ("operation", call.operation.id.as_str().into()),
        ("created_at", clock::date_time(call.created).into()),
    ];
    metadata
        .into_iter()
        .chain(requested)
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Rejects a request without an input image. Build 0.2 reads `image`; build 0.5 reads `init_image` and `image`.
pub(super) fn require_image(call: &Call<'_>) -> Result<(), ErrorResponse> {
    let has = |name| !call.string(name).is_empty();
    let has_image = match call.build {
        Build::V0_2 => has("image"),
        Build::V0_5 => has("init_image") || has("image"),
    };
    if has_image {
        Ok(())
    } else {
        Err(missing_image())
    }
}
