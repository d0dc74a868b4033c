//! Short ways to what is mostly wanted of a response.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{
    ChatCompletionResponse, ChatCompletionStreamResponse, ChatMessageToolCall, CompletionResponse,
    CompletionStreamResponse, EmbeddingResponse, ImageData, TranslateResponse,
};
use crate::error::Error;

impl ChatCompletionResponse {
    /// The text of the first alternative. Nothing where the model only calls tools.
    #[doc(alias = "first_content")]
    pub fn text(&self) -> Option<Cow<'_, str>> {
        self.choices.first()?.message.text()
    }

    /// The tool calls of the first alternative.
    pub fn tool_calls(&self) -> &[ChatMessageToolCall] {
        self.choices
            .first()
            .map(|choice| choice.message.tool_calls())
            .unwrap_or_default()
    }
}

impl ChatCompletionStreamResponse {
    /// The text that the chunk adds to the first alternative. Nothing in a chunk of another.
    #[doc(alias("first_content", "first_text"))]
    pub fn text(&self) -> Option<&str> {
        let choice = self.choices.iter().find(|choice| choice.index == 0)?;
        choice.delta.content.as_deref()
    }
}

impl CompletionResponse {
    /// The text of the first alternative.
    #[doc(alias("first_content", "first_text"))]
    pub fn text(&self) -> Option<&str> {
        self.choices.first().map(|choice| choice.text.as_str())
    }
}

impl CompletionStreamResponse {
    /// The text that the chunk adds to the first alternative. Nothing in a chunk of another.
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
    /// The text of the first alternative.
    #[doc(alias("first_content", "first_text"))]
    pub fn text(&self) -> Option<&str> {
        self.choices.first().map(|choice| choice.text.as_str())
    }
}

impl EmbeddingResponse {
    /// The first vector.
    pub fn first_embedding(&self) -> Option<&[f64]> {
        self.data
            .first()
            .map(|embedding| embedding.embedding.as_slice())
    }
}

impl ImageData {
    /// The bytes of the image file, where the response carries them and not a link.
    ///
    /// A `data:` URL and white space in the base64 are taken as well.
    ///
    /// # Errors
    ///
    /// When there are no bytes, or they are no base64.
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

/// Why an image has no bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImageError {
    /// The response carries a link or nothing. Ask with `response_format(ImageFormat::B64Json)`, or fetch
    /// the link.
    Absent,
    /// The response contains a string that is not base64.
    Base64,
}

impl std::fmt::Display for ImageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Absent => "the response carries no image but perhaps a link to it; ask for `response_format` b64_json",
            Self::Base64 => "the image is no base64",
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
    fn base64_is_read_in_every_wrapping() {
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
