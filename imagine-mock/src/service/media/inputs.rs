//! Reads numbers and images of requests, and checks constraints that the schema does not express.
//!
//! No document limits sizes and durations, so the mock accepts all values. It renders files within limits of its own.

use std::ops::RangeInclusive;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::media_file::png::{MAX_SIDE, Size};
use crate::response::ErrorResponse;
use crate::service::Call;

/// The fields that contain an image.
const IMAGE_FIELDS: [&str; 4] = ["image", "init_image", "end_image", "mask_image"];

/// The default width and height.
const DEFAULT_SIDE: u32 = 1024;

/// The magic numbers of image formats.
const MAGIC_NUMBERS: [&[u8]; 7] = [
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"BM",
    b"II*\0",
    b"MM\0*",
];

/// The file types of image containers, at offset 4.
const CONTAINER_TYPES: [&[u8]; 5] = [
    b"ftypavif",
    b"ftypavis",
    b"ftypheic",
    b"ftypheix",
    b"ftypmif1",
];

/// Returns the size of the image, within the limits of the mock. The aspect ratio takes precedence over width and
/// height.
pub(super) fn size(call: &Call<'_>) -> Size {
    if let Some(size) = call
        .optional_string("aspect_ratio")
        .and_then(|ratio| size_of_ratio(&ratio))
    {
        return size;
    }
    Size {
        width: integer(call, "width", DEFAULT_SIDE, 1..=MAX_SIDE),
        height: integer(call, "height", DEFAULT_SIDE, 1..=MAX_SIDE),
    }
}

/// Returns the size for an aspect ratio, such as `w16h9` or `16:9`.
fn size_of_ratio(ratio: &str) -> Option<Size> {
    let sides = match ratio.strip_prefix('w') {
        Some(sides) => sides.split_once('h'),
        None => ratio.split_once(':'),
    };
    let (width, height) = sides?;
    let (width, height): (u32, u32) = (width.parse().ok()?, height.parse().ok()?);
    let longest = width.max(height).max(1);
    let side = |part: u32| (part * DEFAULT_SIDE / longest).max(1);
    Some(Size {
        width: side(width),
        height: side(height),
    })
}

/// Returns an integer field. A value outside of what the mock renders becomes the closest one.
pub(super) fn integer<N>(call: &Call<'_>, field: &str, default: N, rendered: RangeInclusive<N>) -> N
where
    N: Copy + Into<f64> + TryFrom<i64>,
{
    let (min, max) = ((*rendered.start()).into(), (*rendered.end()).into());
    let value = number(call, field, default.into(), min..=max);
    N::try_from(value as i64).unwrap_or(default)
}

/// Returns a number field. A value outside of what the mock renders becomes the closest one.
pub(super) fn number(
    call: &Call<'_>,
    field: &str,
    default: f64,
    rendered: RangeInclusive<f64>,
) -> f64 {
    let value = call.body().get(field).and_then(Value::as_f64);
    value
        .unwrap_or(default)
        .clamp(*rendered.start(), *rendered.end())
}

/// Rejects data URLs without an image. Other strings are URLs, which the mock does not fetch.
pub(super) fn check_images(call: &Call<'_>) -> Result<(), ErrorResponse> {
    for field in IMAGE_FIELDS {
        check_image(call, field, &call.string(field))?;
    }
    let images = call.body().get("init_images").and_then(Value::as_array);
    for image in images.into_iter().flatten().filter_map(Value::as_str) {
        check_image(call, "init_images", image)?;
    }
    Ok(())
}

fn check_image(call: &Call<'_>, field: &str, image: &str) -> Result<(), ErrorResponse> {
    let Some(data) = image.strip_prefix("data:") else {
        return Ok(());
    };
    check_data_url(data)
        .map_err(|message| ErrorResponse::invalid_field(call.operation, field, message))
}

fn check_data_url(data: &str) -> Result<(), &'static str> {
    let (media_type, encoded) = data
        .split_once(";base64,")
        .ok_or("must be a data URL in base64")?;
    if !media_type.starts_with("image/") {
        return Err("must be a data URL with an image media type");
    }
    let file = STANDARD
        .decode(encoded)
        .map_err(|_| "must be a data URL with valid base64")?;
    if is_image(&file) {
        Ok(())
    } else {
        Err("must be a PNG, JPEG, GIF, WebP, BMP, TIFF, AVIF or HEIC file")
    }
}

fn is_image(file: &[u8]) -> bool {
    let is_webp = file.starts_with(b"RIFF") && file.get(8..12) == Some(b"WEBP");
    let is_container = file
        .get(4..12)
        .is_some_and(|file_type| CONTAINER_TYPES.contains(&file_type));
    is_webp
        || is_container
        || MAGIC_NUMBERS
            .iter()
            .any(|magic_number| file.starts_with(magic_number))
}
