//! Numbers and images that requests carry, and what the schema cannot say of them.

use std::ops::RangeInclusive;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::failure::Failure;
use crate::simulate::Call;
use crate::simulate::paint::{LONGEST_SIDE, Size};

/// The fields that carry images.
const IMAGES: [&str; 4] = ["image", "init_image", "end_image", "mask_image"];

/// The side of an image of which nothing is said.
const SIDE: u32 = 1024;

/// What files of images begin with.
const BEGINNINGS: [&[u8]; 7] = [
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"BM",
    b"II*\0",
    b"MM\0*",
];

/// What files of images in containers say of their kind, from the fifth byte on.
const KINDS: [&[u8]; 5] = [
    b"ftypavif",
    b"ftypavis",
    b"ftypheic",
    b"ftypheix",
    b"ftypmif1",
];

/// The size of an image. A proportion takes precedence over width and height.
pub(super) fn size(call: &Call<'_>) -> Result<Size, Failure> {
    if let Some(size) = call
        .field("aspect_ratio")
        .and_then(|ratio| of_ratio(&ratio))
    {
        return Ok(size);
    }
    Ok(Size {
        width: whole(call, "width", SIDE, 1..=LONGEST_SIDE)?,
        height: whole(call, "height", SIDE, 1..=LONGEST_SIDE)?,
    })
}

/// The size of a proportion, written as `w16h9` or as `16:9`.
fn of_ratio(ratio: &str) -> Option<Size> {
    let sides = match ratio.strip_prefix('w') {
        Some(sides) => sides.split_once('h'),
        None => ratio.split_once(':'),
    };
    let (width, height) = sides?;
    let (width, height): (u32, u32) = (width.parse().ok()?, height.parse().ok()?);
    let longest = width.max(height).max(1);
    let side = |part: u32| (part * SIDE / longest).max(1);
    Some(Size {
        width: side(width),
        height: side(height),
    })
}

/// A whole number, which the contract makes sure of.
pub(super) fn whole<N>(
    call: &Call<'_>,
    field: &str,
    default: N,
    allowed: RangeInclusive<N>,
) -> Result<N, Failure>
where
    N: Copy + Into<f64> + TryFrom<i64>,
{
    let (least, most) = ((*allowed.start()).into(), (*allowed.end()).into());
    let given = number(call, field, default.into(), least..=most)?;
    Ok(N::try_from(given as i64).unwrap_or(default))
}

/// A number within limits that the mock sets.
pub(super) fn number(
    call: &Call<'_>,
    field: &str,
    default: f64,
    allowed: RangeInclusive<f64>,
) -> Result<f64, Failure> {
    let given = call.body().get(field).and_then(Value::as_f64);
    let given = given.unwrap_or(default);
    if allowed.contains(&given) {
        return Ok(given);
    }
    let message = format!("is not from {} to {}", allowed.start(), allowed.end());
    Err(Failure::field(call.operation, field, message))
}

/// Refuses images that are none. What is no data URL is taken for an address, which nobody visits.
pub(super) fn check_images(call: &Call<'_>) -> Result<(), Failure> {
    for field in IMAGES {
        let image = call.text(field);
        if let Some(data) = image.strip_prefix("data:") {
            check_image(data).map_err(|message| Failure::field(call.operation, field, message))?;
        }
    }
    let listed = call.body().get("init_images").and_then(Value::as_array);
    for image in listed.into_iter().flatten().filter_map(Value::as_str) {
        if let Some(data) = image.strip_prefix("data:") {
            let wrong = |message| Failure::field(call.operation, "init_images", message);
            check_image(data).map_err(wrong)?;
        }
    }
    Ok(())
}

fn check_image(data: &str) -> Result<(), &'static str> {
    let (kind, encoded) = data
        .split_once(";base64,")
        .ok_or("is a data URL that is not in base64")?;
    if !kind.starts_with("image/") {
        return Err("is a data URL of something else than an image");
    }
    let file = STANDARD
        .decode(encoded)
        .map_err(|_| "is a data URL whose base64 is broken")?;
    if is_image(&file) {
        Ok(())
    } else {
        Err("does not begin as a PNG, JPEG, GIF, WebP, BMP, TIFF, AVIF or HEIC does")
    }
}

fn is_image(file: &[u8]) -> bool {
    let is_webp = file.starts_with(b"RIFF") && file.get(8..12) == Some(b"WEBP");
    let in_container = file.get(4..12).is_some_and(|kind| KINDS.contains(&kind));
    is_webp || in_container || BEGINNINGS.iter().any(|begin| file.starts_with(begin))
}
