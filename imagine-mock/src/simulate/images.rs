//! Makes images from descriptions.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::paint::{LONGEST_SIDE, Size};
use super::{Call, Outcome, Sent, Work, text, vector};
use crate::failure::Failure;
use crate::state::State;
use crate::usage::Tokens;

/// The most images of one call.
const MOST_IMAGES: i64 = 10;

pub(crate) fn response(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let wanted = Wanted::read(call)?;
    let data = (0..wanted.count)
        .map(|number| wanted.image(state, call, number))
        .collect::<Result<Vec<_>, _>>()?;
    let sent = if call.flag("stream") {
        Sent::Events(
            data.iter()
                .map(|image| compose(call, json!([image])))
                .collect(),
        )
    } else {
        Sent::Json
    };
    Ok(Outcome {
        response: compose(call, json!(data)),
        sent,
        tokens: Tokens {
            input: text::count(&call.text("prompt")),
            output: 0,
        },
    })
}

fn compose(call: &Call<'_>, data: Value) -> Value {
    json!({
        "id": call.id("img"),
        "object": "text_to_image",
        "created": call.created,
        "model": call.text("model"),
        "data": data,
    })
}

/// What the request asks for.
struct Wanted {
    size: Size,
    count: i64,
    seed: i64,
    seed_increment: i64,
    as_url: bool,
}

impl Wanted {
    fn read(call: &Call<'_>) -> Result<Self, Failure> {
        let integer = |name: &str, default| {
            let value = call.body().get(name).and_then(Value::as_i64);
            value.unwrap_or(default)
        };
        let refuse = |field, message: &str| Failure::field(call.operation, field, message);
        let size = call.field("size").unwrap_or("512x512".into());
        let size = size_of(&size)
            .ok_or_else(|| refuse("size", "is not WIDTHxHEIGHT with sides from 1 to 2048"))?;
        let count = integer("n", 1);
        if !(1..=MOST_IMAGES).contains(&count) {
            return Err(refuse("n", "is not from 1 to 10"));
        }
        Ok(Self {
            size,
            count,
            seed: integer("seed", 27),
            seed_increment: integer("seed_increment", 100),
            as_url: call.field("response_format").as_deref() == Some("url"),
        })
    }

    fn image(&self, state: &State, call: &Call<'_>, number: i64) -> Result<Value, Failure> {
        let work = Work::Picture {
            seed: self.seed_of(call, number),
            size: self.size,
        };
        if self.as_url {
            let path = state
                .files
                .keep(&format!("{}-{number}", call.id("img")), work);
            return Ok(json!({"url": format!("{}{path}", state.endpoint(call.api))}));
        }
        Ok(json!({"b64_json": STANDARD.encode(work.render()?)}))
    }

    /// The number that picks the picture: all of the request that an image model would look at.
    fn seed_of(&self, call: &Call<'_>, number: i64) -> u64 {
        let seed = number
            .wrapping_mul(self.seed_increment)
            .wrapping_add(self.seed);
        let words = ["model", "prompt", "negative_prompt"].map(|name| call.text(name));
        vector::seed(seed, &words)
    }
}

fn size_of(size: &str) -> Option<Size> {
    let (width, height) = size.split_once('x')?;
    let side = |text: &str| {
        let side = text.parse().ok()?;
        (1..=LONGEST_SIDE).contains(&side).then_some(side)
    };
    Some(Size {
        width: side(width)?,
        height: side(height)?,
    })
}
