//! Embeddings as 32-bit floats.

use futures_util::FutureExt;
use serde::Serialize;

use super::builder::Embeddings;
use super::{EmbeddingRequest, UsageInfo, validate};
use crate::client::RequestBuilder;
use crate::error::Error;
use crate::json::UnknownFields;
use crate::response::Response;

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

impl RequestBuilder<EmbeddingRequest> {
    /// Sends the request and reads the vectors as 32-bit floats.
    pub(crate) fn send_f32(
        self,
    ) -> impl Future<Output = Result<EmbeddingF32Response, Error>> + Send {
        let response = self.send_as(validate::embeddings_f32);
        response.map(|response| response.map(Response::into_inner))
    }
}

impl Embeddings {
    /// Sends the request and reads the vectors as 32-bit floats, the type of most vector stores. Each number is rounded
    /// to the nearest `f32`. This takes less time than `f64`, and half the memory.
    ///
    /// A server that offers OpenAI's `encoding_format` sends fewer bytes on request:
    ///
    #[cfg_attr(all(feature = "inference", feature = "rustls"), doc = "```no_run")]
    #[cfg_attr(not(all(feature = "inference", feature = "rustls")), doc = "```ignore")]
    /// # async fn run(client: imagine_sdk::Client) -> Result<(), imagine_sdk::Error> {
    /// let request = client.embeddings(["Manchego", "Gouda"]);
    /// let request = request.with_extra_field("encoding_format", "base64");
    /// let vectors: Vec<Vec<f32>> = request.send_f32().await?.into_vectors();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Fails as `send` does.
    pub fn send_f32(self) -> impl Future<Output = Result<EmbeddingF32Response, Error>> + Send {
        self.0.send_f32()
    }
}
