//! Accessors for the most relevant values of responses.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{
    ChatCompletionResponse, ChatCompletionStreamResponse, ChatMessageToolCall, CompletionResponse,
    CompletionStreamResponse, Embedding, EmbeddingResponse, ImageData, TranslateResponse,
};
use crate::error::Error;

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

impl ChatCompletionStreamResponse {
    /// Returns the text that the chunk adds to the first choice. `None` if the chunk adds to another choice.
    #[doc(alias("first_content", "first_text"))]
    pub fn text(&self) -> Option<&str> {
        let choice = self.choices.iter().find(|choice| choice.index == 0)?;
        choice.delta.content.as_deref()
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
    pub fn text(&self) -> Option<&str> {
        let choice = self.choices.iter().find(|choice| choice.index == 0)?;
        choice
            .delta
            .as_ref()
            .and_then(|delta| delta.content.as_deref())
            .or(choice.text.as_deref())
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
    /// A `data:` URL and white space in the base64 are accepted.
    ///
    /// # Errors
    ///
    /// Fails if the response contains no bytes, or invalid base64.
    pub fn bytes(&self) -> Result<Vec<u8>, ImageError> {
        let text = self.b64_json.as_deref().ok_or(ImageError::Absent)?;
        let text = match text.strip_prefix("data:") {
            Some(url) => url.split_once(',').map_or(url, |(_, data)| data),
            None => text,
        };
        let packed: Vec<u8> = text
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        STANDARD.decode(packed).map_err(|_| ImageError::Base64)
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
    fn base64_is_decoded_in_every_form() {
        for text in ["AAAA", "AA AA\n", "data:image/png;base64,AAAA"] {
            let image = ImageData {
                b64_json: Some(text.into()),
                ..ImageData::default()
            };
            assert_eq!(image.bytes().unwrap(), [0, 0, 0], "{text}");
        }
        assert_eq!(ImageData::default().bytes(), Err(ImageError::Absent));
        let image = ImageData {
            b64_json: Some("*".into()),
            ..ImageData::default()
        };
        assert_eq!(image.bytes(), Err(ImageError::Base64));
    }
}
