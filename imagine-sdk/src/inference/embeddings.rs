//! Sends requests for embeddings as 32-bit floats.

use futures_util::FutureExt;

use super::builder::Embeddings;
use super::{EmbeddingF32Response, EmbeddingRequest, validate};
use crate::client::RequestBuilder;
use crate::error::Error;
use crate::request::ResponseContext;
use crate::response::Response;

fn validate_f32(
    response: &mut EmbeddingF32Response,
    context: &ResponseContext,
) -> Result<(), String> {
    validate::sort(&mut response.data, |vector| vector.index, context)
}

impl RequestBuilder<EmbeddingRequest> {
    /// Sends the request and reads the vectors as 32-bit floats.
    #[inline]
    pub(crate) fn send_f32(
        self,
    ) -> impl Future<Output = Result<EmbeddingF32Response, Error>> + Send {
        let response = self.send_as(validate_f32);
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
    #[inline]
    pub fn send_f32(self) -> impl Future<Output = Result<EmbeddingF32Response, Error>> + Send {
        self.0.send_f32()
    }
}
