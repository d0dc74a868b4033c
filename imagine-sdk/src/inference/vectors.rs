//! Embeddings as 32-bit floats.

use serde::Serialize;

use super::UsageInfo;
use crate::json::UnknownFields;

/// The embeddings of strings as 32-bit floats: an [`EmbeddingResponse`](super::EmbeddingResponse) with other numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, imagine_macros::Response)]
#[non_exhaustive]
pub struct EmbeddingF32Response {
    /// One vector for each string, in the order of the strings.
    #[response(required)]
    pub data: Vec<EmbeddingF32>,
    /// The id of the response.
    pub id: String,
    /// The model that computed the vectors.
    pub model: String,
    /// Always `list`.
    pub object: String,
    /// The token counts of the call.
    pub usage: UsageInfo,
    /// Fields of the response that are unknown to this version of the SDK.
    #[serde(flatten)]
    #[response(extra)]
    pub extra: UnknownFields,
}

/// The embedding of a string as 32-bit floats.
#[derive(Clone, Debug, Default, PartialEq, Serialize, imagine_macros::Response)]
#[non_exhaustive]
pub struct EmbeddingF32 {
    /// The vector. Each number is rounded to the nearest `f32`.
    #[response(required)]
    pub embedding: Vec<f32>,
    /// The index of the string in the request.
    pub index: u64,
    /// Always `embedding`.
    pub object: String,
    /// Fields of the response that are unknown to this version of the SDK.
    #[serde(flatten)]
    #[response(extra)]
    pub extra: UnknownFields,
}

impl EmbeddingF32Response {
    /// Returns the vectors.
    pub fn into_vectors(self) -> Vec<Vec<f32>> {
        self.data.into_iter().map(|item| item.embedding).collect()
    }
}
