//! Simulates image generation.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Backend;
use super::{Call, Outcome, ResponseEncoding, text};
use crate::api::Api;
use crate::hash;
use crate::media_file::MediaFile;
use crate::media_file::png::{MAX_SIDE, Size};
use crate::response::ErrorResponse;
use crate::service::backend::usage::Tokens;

/// The maximum number of images in one response, which limits its size.
const MAX_IMAGES: i64 = 100;

pub(crate) fn respond(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let options = Options::read(call)?;
    let data = match call.output.images.as_slice() {
        [] => (0..options.count)
            .map(|number| options.image(backend, call, number))
            .collect::<Result<Vec<_>, _>>()?,
        images => images
            .iter()
            .map(|file| json!({"b64_json": STANDARD.encode(file)}))
            .collect(),
    };
    let encoding = if call.is_true("stream") {
        ResponseEncoding::Events(
            data.iter()
                .map(|image| compose(call, json!([image])))
                .collect(),
        )
    } else {
        ResponseEncoding::Json
    };
    Ok(Outcome {
        response: compose(call, json!(data)),
        encoding,
        tokens: Tokens {
            input: text::count_tokens(&call.string("prompt")),
            output: 0,
        },
    })
}

fn compose(call: &Call<'_>, data: Value) -> Value {
    json!({
        "id": call.id("img"),
        "object": "text_to_image",
        "created": call.created,
        "model": call.string("model"),
        "data": data,
    })
}

/// The options of the request.
struct Options {
    size: Size,
    count: i64,
    seed: i64,
    seed_increment: i64,
    as_url: bool,
}

impl Options {
    fn read(call: &Call<'_>) -> Result<Self, ErrorResponse> {
        let integer = |name: &str, default| {
            let value = call.body().get(name).and_then(Value::as_i64);
            value.unwrap_or(default)
        };
        let invalid =
            |field, message: &str| ErrorResponse::invalid_field(call.operation, field, message);
        let size = call.optional_string("size");
        let size = size
            .filter(|size| size != "auto")
            .unwrap_or("512x512".into());
        let size = parse_size(&size).ok_or_else(|| invalid("size", "must be WIDTHxHEIGHT"))?;
        let format = call.optional_string("response_format");
        Ok(Self {
            size,
            count: integer("n", 1).clamp(0, MAX_IMAGES),
            seed: integer("seed", 27),
            seed_increment: integer("seed_increment", 100),
            as_url: match format.as_deref() {
                Some(format) => format == "url",
                None => call.api == Api::OpenAi,
            },
        })
    }

    fn image(
        &self,
        backend: &Backend,
        call: &Call<'_>,
        number: i64,
    ) -> Result<Value, ErrorResponse> {
        let file = MediaFile::Png {
            seed: self.image_seed(call, number),
            size: self.size,
        };
        if self.as_url {
            let path = backend
                .files
                .store(&format!("{}-{number}", call.id("img")), file);
            return Ok(json!({"url": format!("{}{path}", backend.endpoint(call.api))}));
        }
        Ok(json!({"b64_json": STANDARD.encode(file.render()?)}))
    }

    /// Returns the seed of an image. It depends on everything in the request that an image model would use.
    fn image_seed(&self, call: &Call<'_>, number: i64) -> u64 {
        let seed = number
            .wrapping_mul(self.seed_increment)
            .wrapping_add(self.seed);
        let strings = ["model", "prompt", "negative_prompt"].map(|name| call.string(name));
        hash::seed(seed, &strings)
    }
}

/// Parses a size. A side outside of what the mock renders becomes the closest one.
fn parse_size(size: &str) -> Option<Size> {
    let (width, height) = size.split_once('x')?;
    let side = |text: &str| {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().unwrap_or(MAX_SIDE).clamp(1, MAX_SIDE))
    };
    Some(Size {
        width: side(width)?,
        height: side(height)?,
    })
}
