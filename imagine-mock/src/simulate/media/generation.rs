//! The submission of generations.

use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::costs;
use crate::clock;
use crate::failure::Failure;
use crate::jobs::{Ending, Form, Job, Kind, Schema};
use crate::media_build::Build;
use crate::simulate::service::done;
use crate::simulate::{Call, Outcome, Work, text, vector};
use crate::state::State;

/// The fields that describe what to generate.
const TELLING: [&str; 8] = [
    "prompt",
    "negative_prompt",
    "transcript",
    "voice_id",
    "image",
    "init_image",
    "end_image",
    "mask_image",
];

/// The fields that lists repeat.
const REPEATED: [&str; 4] = ["prompt", "transcript", "chat_id", "parent_image"];

/// A word that starts with this makes a generation fail for an unknown reason.
const FAILING: &str = "fail";

/// A prompt that contains a reason makes the service reject it for that reason.
const REASONS: [&str; 4] = [
    "explicit_text",
    "explicit_image",
    "malformed_image",
    "out_of_credits",
];

/// A word that makes a generation finish at once.
const AT_ONCE: &str = "instantly";

/// What a generation makes.
pub(super) struct Product {
    pub(super) kind: Kind,
    pub(super) generation_type: String,
    pub(super) work: Work,
    /// Its other parts by name.
    pub(super) secondary: Vec<(&'static str, Work)>,
}

impl Product {
    /// A product of one file.
    pub(super) fn new(kind: Kind, generation_type: &str, work: Work) -> Self {
        Self {
            kind,
            generation_type: generation_type.to_owned(),
            work,
            secondary: Vec::new(),
        }
    }
}

/// The number that picks the result: everything in the request that a model would use.
pub(super) fn seed(call: &Call<'_>) -> u64 {
    let seed = call.body().get("seed").and_then(Value::as_i64);
    let mut texts = TELLING.map(|name| call.text(name)).to_vec();
    texts.push(call.operation.id.as_str().into());
    vector::seed(seed.unwrap_or(0), &texts)
}

/// Submits a generation, if there are credits for it.
pub(super) fn submit(state: &State, call: &Call<'_>, product: Product) -> Result<Outcome, Failure> {
    let form = form(state, call, Schema::of(call.build));
    submit_as(state, call, product, form, is_immediate(call))
}

/// Submits a generation whose response has a given form, and that may be finished at once.
pub(super) fn submit_as(
    state: &State,
    call: &Call<'_>,
    product: Product,
    form: Form<'_>,
    is_immediate: bool,
) -> Result<Outcome, Failure> {
    let operation = &call.operation.id;
    let price = costs::of(operation);
    let job = || {
        let job = job(state, call, product);
        if is_immediate { job.finished() } else { job }
    };
    let accepted = state.jobs.accept(price, form, job);
    done(accepted.map_err(|left| match form.schema {
        Schema::Imagined => Failure::rejection("out_of_credits", None),
        _ => costs::too_few(operation, price, left),
    })?)
}

/// The form of a generation in the response to a call.
pub(super) fn form<'a>(state: &'a State, call: &Call<'_>, schema: Schema) -> Form<'a> {
    Form {
        schema,
        endpoint: state.endpoint(call.api),
        base: call.api.base(),
    }
}

/// The reason for which the prompt makes the service reject the request, and the field that has it.
pub(super) fn rejection(call: &Call<'_>) -> Option<(&'static str, &'static str)> {
    prompts(call).find_map(|(field, text)| {
        let reason = REASONS.into_iter().find(|reason| text.contains(reason))?;
        Some((reason, field))
    })
}

/// Whether the prompt makes the generation finish at once.
pub(super) fn is_immediate(call: &Call<'_>) -> bool {
    prompts(call).any(|(_, text)| text::words(&text).contains(&AT_ONCE))
}

/// The error for a request without the image that the operation works on.
pub(super) fn without_image() -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, "the request has no image")
}

fn prompts<'a>(call: &Call<'a>) -> impl Iterator<Item = (&'static str, String)> + use<'a> {
    ["prompt", "transcript"]
        .map(|name| (name, call.text(name).to_lowercase()))
        .into_iter()
}

fn job(state: &State, call: &Call<'_>, product: Product) -> Job {
    let id = call.uuid();
    let ending = match failure(call) {
        Some(failure) => failure,
        None => Ending::Finished {
            path: state.files.keep(&id, product.work),
            secondary: product
                .secondary
                .into_iter()
                .map(|(name, work)| (name, state.files.keep(&format!("{id}-{name}"), work)))
                .collect(),
        },
    };
    Job {
        item: format!("item-{id}"),
        id,
        kind: product.kind,
        generation_type: product.generation_type,
        cost: costs::of(&call.operation.id),
        about: about(call),
        ending,
        polls: 0,
    }
}

/// The failure that the words of the request cause.
fn failure(call: &Call<'_>) -> Option<Ending> {
    if let Some((reason, field)) = rejection(call) {
        return Some(Ending::Failed {
            reason,
            message: format!("rejected: {reason}"),
            location: Some(field),
        });
    }
    prompts(call).find_map(|(_, text)| {
        let words = text::words(&text);
        let word = words.into_iter().find(|word| word.starts_with(FAILING))?;
        Some(Ending::Failed {
            reason: "unknown",
            message: format!("the generation failed, as the word \"{word}\" makes the mock do"),
            location: None,
        })
    })
}

fn about(call: &Call<'_>) -> Map<String, Value> {
    let repeated = REPEATED.map(|name| (name, call.body().get(name).cloned()));
    let own = [
        ("operation", call.operation.id.as_str().into()),
        ("created_at", clock::date_time(call.created as u64).into()),
    ];
    let repeated = repeated
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    own.into_iter()
        .chain(repeated)
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// The field of an image: build 0.2 has `image`, build 0.5 has `init_image` and still reads `image`.
pub(super) fn require_image(call: &Call<'_>) -> Result<(), Failure> {
    let has = |name| !call.text(name).is_empty();
    let is_given = match call.build {
        Build::V0_2 => has("image"),
        Build::V0_5 => has("init_image") || has("image"),
    };
    if is_given {
        Ok(())
    } else {
        Err(without_image())
    }
}
