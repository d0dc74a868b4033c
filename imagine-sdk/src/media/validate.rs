//! Documented constraints of requests beyond the types of their fields.

use super::{AspectRatio, GenerationType, ImagineParams, MusicRequest, MusicType, UpscaleRequest};
use crate::error::InvalidField;
use crate::request::Check;

/// The documented aspect ratios of `upscale`.
const UPSCALE_ASPECT_RATIOS: &str = "1:1, 16:9, 21:9, 2:3, 3:2, 3:4, 4:3, 4:5, 5:4, 9:16 or 9:21";

/// Accepts unknown values, except those in the format of the other operations.
impl Check for AspectRatio {
    fn check(&self) -> Result<(), String> {
        let Self::Other(ratio) = self else {
            return Ok(());
        };
        match ratio.split_once(':') {
            Some((width, height)) => Err(format!(
                "is `{ratio}`, must be written as `w{width}h{height}`"
            )),
            None => Ok(()),
        }
    }
}

/// Validates the aspect ratio. Only `upscale` accepts the format `16:9`.
pub(crate) fn upscale(request: &UpscaleRequest) -> Result<(), InvalidField> {
    let Some(ratio) = &request.aspect_ratio else {
        return Ok(());
    };
    let sides = ratio
        .strip_prefix('w')
        .and_then(|ratio| ratio.split_once('h'));
    let problem = match (sides, ratio.as_str()) {
        (Some((width, height)), _) => format!("must be written as `{width}:{height}`"),
        (None, "1:2" | "2:1") => format!("must be {UPSCALE_ASPECT_RATIOS}"),
        _ => return Ok(()),
    };
    Err(InvalidField::new(
        "aspect_ratio",
        format!("is `{ratio}`, {problem}"),
    ))
}

/// Requires lyrics for music with vocals.
pub(crate) fn music(request: &MusicRequest) -> Result<(), InvalidField> {
    lyrics(request.music_type.as_ref(), request.lyrics.as_deref())
}

/// Requires lyrics for music with vocals.
pub(crate) fn imagine(request: &ImagineParams) -> Result<(), InvalidField> {
    match request.generation_type {
        Some(GenerationType::TextToMusic) => {
            lyrics(request.music_type.as_ref(), request.lyrics.as_deref())
        }
        _ => Ok(()),
    }
}

fn lyrics(music_type: Option<&MusicType>, lyrics: Option<&str>) -> Result<(), InvalidField> {
    let Some(with_vocals @ (MusicType::Vocals | MusicType::Mixed)) = music_type else {
        return Ok(());
    };
    if lyrics.is_some_and(|lyrics| !lyrics.trim().is_empty()) {
        return Ok(());
    }
    let problem = format!(
        "is missing, and `music_type` `{with_vocals}` requires it; set it, or use `MusicType::Instrumental`"
    );
    Err(InvalidField::new("lyrics", problem))
}
