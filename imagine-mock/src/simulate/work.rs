//! Files that are made when they are asked for.

use axum::body::Bytes;

use super::film::{self, Film};
use super::paint::{self, Size};
use super::{model, sound};
use crate::failure::Failure;

/// What it takes to make a file, which is far less than the file. It is the same each time.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    Picture { seed: u64, size: Size },
    Film(Film),
    Sound { seed: u64, seconds: f64 },
    Model { seed: u64, is_vrm: bool },
}

impl Work {
    /// The media type of the file.
    pub(crate) fn media(&self) -> &'static str {
        match self {
            Self::Picture { .. } => "image/png",
            Self::Film(_) => "image/gif",
            Self::Sound { .. } => "audio/wav",
            Self::Model { .. } => "model/gltf-binary",
        }
    }

    /// What the name of the file ends with.
    pub(crate) fn extension(&self) -> &'static str {
        match self {
            Self::Picture { .. } => "png",
            Self::Film(_) => "gif",
            Self::Sound { .. } => "wav",
            Self::Model { is_vrm: false, .. } => "glb",
            Self::Model { is_vrm: true, .. } => "vrm",
        }
    }

    /// The file.
    pub(crate) fn render(&self) -> Result<Bytes, Failure> {
        let file = match self {
            Self::Picture { seed, size } => paint::png(*seed, *size).map_err(Failure::internal)?,
            Self::Film(film) => film::gif(film).map_err(Failure::internal)?,
            Self::Sound { seed, seconds } => sound::wav(*seed, *seconds),
            Self::Model { seed, .. } => model::glb(*seed),
        };
        Ok(file.into())
    }
}
