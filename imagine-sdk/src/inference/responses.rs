//! Accessors for the most relevant values of responses.

use std::borrow::Cow;

use bytes::Bytes;

use super::{
    ChatCompletionResponse, ChatCompletionResponseChoice, ChatCompletionStreamResponse,
    ChatMessageToolCall, CompletionResponse, CompletionResponseChoice, CompletionStreamResponse,
    Embedding, EmbeddingResponse, FinishReason, ImageData, TranslateResponse,
};
use crate::error::Error;
use crate::json::UnknownFields;
use crate::types::{Base64, Content, InvalidBase64, data_of};

impl ChatCompletionResponse {
    /// Returns the text of the first choice. `None` if the model only calls tools.
    #[doc(alias = "first_content")]
    pub fn text(&self) -> Option<Cow<'_, str>> {
        self.choices.first()?.message.text()
    }

    /// Returns the tool calls of the first choice.
    pub fn tool_calls(&self) -> &[ChatMessageToolCall] {
        self.choices
            .first()
            .map(|choice| choice.message.tool_calls())
            .unwrap_or_default()
    }
}

impl ChatCompletionResponseChoice {
    /// Returns true if the model stopped at the limit of tokens: by its `finish_reason`, or because the response used
    /// `max_tokens` tokens. Some servers report `stop` for such a response.
    ///
    /// A stream has the number of tokens if the request sets `include_usage` in `stream_options`, as `parse_stream` and
    /// the streams of tool runs do by default.
    ///
    /// The service counts the tokens of all choices together. If there are several choices, those without the reason
    /// `length` count as truncated only if all choices used all their tokens.
    pub fn is_truncated(&self) -> bool {
        is_truncated(self.finish_reason.as_ref(), &self.extra)
    }
}

impl CompletionResponseChoice {
    /// Returns true if the model stopped at the limit of tokens: by its `finish_reason`, or because the response used
    /// `max_tokens` tokens. See [`ChatCompletionResponseChoice::is_truncated`].
    pub fn is_truncated(&self) -> bool {
        is_truncated(self.finish_reason.as_ref(), &self.extra)
    }
}

fn is_truncated(reason: Option<&FinishReason>, extra: &UnknownFields) -> bool {
    reason == Some(&FinishReason::Length) || extra.has_reached_limit()
}

impl ChatCompletionStreamResponse {
    /// Returns the text that the chunk adds to the first choice. `None` if the chunk adds to another choice.
    #[doc(alias("first_content", "first_text"))]
    pub fn text(&self) -> Option<Cow<'_, str>> {
        let choice = self.choices.iter().find(|choice| choice.index == 0)?;
        choice.delta.content.as_ref()?.text()
    }
}

impl CompletionResponse {
    /// Returns the text of the first choice.
    #[doc(alias("first_content", "first_text"))]
    pub fn text(&self) -> Option<&str> {
        self.choices.first().map(|choice| choice.text.as_str())
    }
}

impl CompletionStreamResponse {
    /// Returns the text that the chunk adds to the first choice. `None` if the chunk adds to another choice.
    #[doc(alias("first_content", "first_text"))]
    pub fn text(&self) -> Option<Cow<'_, str>> {
        let choice = self.choices.iter().find(|choice| choice.index == 0)?;
        let content = choice
            .delta
            .as_ref()
            .and_then(|delta| delta.content.as_ref());
        let text = content.and_then(Content::text);
        text.or_else(|| choice.text.as_deref().map(Cow::Borrowed))
    }
}

impl TranslateResponse {
    /// Returns the text of the first choice.
    #[doc(alias("first_content", "first_text"))]
    pub fn text(&self) -> Option<&str> {
        self.choices.first().map(|choice| choice.text.as_str())
    }
}

impl EmbeddingResponse {
    /// Returns the first vector.
    pub fn first_embedding(&self) -> Option<&[f64]> {
        self.data
            .first()
            .map(|embedding| embedding.embedding.as_slice())
    }

    /// Returns the vectors as 32-bit floats, the type of most vector stores, in the order of the response. Each number
    /// is rounded to the nearest `f32`.
    pub fn embeddings_f32(&self) -> Vec<Vec<f32>> {
        self.data.iter().map(Embedding::embedding_f32).collect()
    }
}

impl Embedding {
    /// Returns the vector as 32-bit floats. Each number is rounded to the nearest `f32`.
    pub fn embedding_f32(&self) -> Vec<f32> {
        let numbers = self.embedding.iter();
        #[expect(clippy::cast_possible_truncation, reason = "documented")]
        numbers.map(|number| *number as f32).collect()
    }
}

impl ImageData {
    /// Decodes the bytes of the image file, if the response contains them and not a URL.
    ///
    /// Both alphabets of base64 are accepted, with and without padding, and a `data:` URL in either field.
    ///
    /// # Errors
    ///
    /// Fails if the response contains no bytes, or invalid base64.
    pub fn bytes(&self) -> Result<Vec<u8>, ImageError> {
        Ok(self.base64()?.to_bytes()?)
    }

    /// Decodes the bytes as [`bytes`](Self::bytes) does, in the memory of the response if this is its only image.
    ///
    /// # Errors
    ///
    /// Fails as [`bytes`](Self::bytes) does.
    pub fn into_bytes(self) -> Result<Bytes, ImageError> {
        let text = self.base64()?;
        drop(self);
        Ok(text.into_bytes()?)
    }

    fn base64(&self) -> Result<Base64, ImageError> {
        let url = self.url.as_deref().filter(|url| data_of(url).is_some());
        let text = self.b64_json.clone().filter(|text| !text.is_empty());
        text.or_else(|| url.map(Base64::from))
            .ok_or(ImageError::Absent)
    }
}

/// The error of an image without bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImageError {
    /// The response contains a URL or nothing. Request bytes with `response_format(ImageFormat::B64Json)`, or download
    /// the URL.
    Absent,
    /// The response contains invalid base64.
    Base64,
}

impl std::fmt::Display for ImageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Absent => "the response contains no image data; request it with `response_format(ImageFormat::B64Json)`",
            Self::Base64 => "the image is not valid base64",
        })
    }
}

impl From<InvalidBase64> for ImageError {
    fn from(_: InvalidBase64) -> Self {
        Self::Base64
    }
}

impl From<ImageError> for Error {
    fn from(error: ImageError) -> Self {
        Self::invalid_output(error.to_string()).with_original(error)
    }
}

impl std::error::Error for ImageError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_in_either_field() {
        let image = |text: &str| ImageData {
            b64_json: Some(text.into()),
            ..ImageData::default()
        };
        assert_eq!(image("-_8").bytes().unwrap(), [0xFB, 0xFF]);
        assert_eq!(image("-_8").into_bytes().unwrap(), [0xFB, 0xFF][..]);
        assert_eq!(image("+/8=*").bytes(), Err(ImageError::Base64));
        let linked = |url: &str| ImageData {
            url: Some(url.into()),
            ..ImageData::default()
        };
        assert_eq!(linked("data:;base64,+/8=").bytes().unwrap(), [0xFB, 0xFF]);
        assert_eq!(linked("https://h/x,y").bytes(), Err(ImageError::Absent));
        assert_eq!(ImageData::default().bytes(), Err(ImageError::Absent));
    }
}
