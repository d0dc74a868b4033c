//! Media files that are rendered on download.

pub(crate) mod gif;
mod glb;
pub(crate) mod png;
pub(crate) mod wav;

use axum::body::Bytes;

use self::gif::Animation;
use self::png::Size;

/// An encoder failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RenderError {
    #[error("rendering a PNG file failed: {0}")]
    Png(#[from] ::png::EncodingError),
    #[error("rendering a GIF file failed: {0}")]
    Gif(#[from] ::gif::EncodingError),
}

/// The parameters of a file. They take less memory than the file, and rendering is deterministic.
#[derive(Clone, Debug)]
pub(crate) enum MediaFile {
    Png { seed: u64, size: Size },
    Gif(Animation),
    Wav { seed: u64, seconds: f64 },
    Glb { seed: u64, is_vrm: bool },
}

impl MediaFile {
    pub(crate) fn media_type(&self) -> &'static str {
        match self {
            Self::Png { .. } => "image/png",
            Self::Gif(_) => "image/gif",
            Self::Wav { .. } => "audio/wav",
            Self::Glb { .. } => "model/gltf-binary",
        }
    }

    /// Returns the extension of the file name.
    pub(crate) fn extension(&self) -> &'static str {
        match self {
            Self::Png { .. } => "png",
            Self::Gif(_) => "gif",
            Self::Wav { .. } => "wav",
            Self::Glb { is_vrm: false, .. } => "glb",
            Self::Glb { is_vrm: true, .. } => "vrm",
        }
    }

    /// Renders the file.
    pub(crate) fn render(&self) -> Result<Bytes, RenderError> {
        let file = match self {
            Self::Png { seed, size } => png::render(*seed, *size)?,
            Self::Gif(animation) => gif::render(animation)?,
            Self::Wav { seed, seconds } => wav::render(*seed, *seconds),
            Self::Glb { seed, .. } => glb::render(*seed),
        };
        Ok(file.into())
    }
}
