//! Estimates the tokens of a request before it is sent.

use memchr::memmem;

use crate::error::{Error, InvalidField};
use crate::request::{Body, EncodedRequest};

/// The start of an image in a request.
const IMAGE: &[u8] = b";base64,";

/// The numbers by which tokens are estimated before a request is sent, for [rate limits](crate::RateLimits) and
/// [budgets](crate::Budget).
///
/// The estimate is the length of the encoded request divided by `bytes_per_token`, plus `max_tokens` for each choice of
/// operations that generate text, plus `image` for each embedded image, whose bytes do not count. Other operations
/// without a JSON request use no tokens. The `usage` of the response replaces the estimate. Without one, as in a stream
/// without `include_usage`, the estimate stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenEstimate {
    bytes_per_token: u64,
    max_tokens: u64,
    image: u64,
    upload: Option<u64>,
}

impl Default for TokenEstimate {
    fn default() -> Self {
        Self {
            bytes_per_token: 4,
            max_tokens: 1024,
            image: 1024,
            upload: None,
        }
    }
}

impl TokenEstimate {
    /// Creates the default estimate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the bytes of JSON for one token. Minimum: 1. Default: 4, which is usual for English text.
    #[must_use]
    pub fn bytes_per_token(mut self, bytes: u64) -> Self {
        self.bytes_per_token = bytes;
        self
    }

    /// Sets the tokens of a response for requests without `max_tokens`. Default: 1024.
    #[must_use]
    pub fn default_max_tokens(mut self, tokens: u64) -> Self {
        self.max_tokens = tokens;
        self
    }

    /// Sets the tokens of an embedded image. Default: 1024.
    #[must_use]
    pub fn image(mut self, tokens: u64) -> Self {
        self.image = tokens;
        self
    }

    /// Sets the tokens of an uploaded file. Default: none. Where tokens are limited, an upload is then an error before
    /// it is sent, because its tokens cannot be estimated.
    #[must_use]
    pub fn upload(mut self, tokens: u64) -> Self {
        self.upload = Some(tokens);
        self
    }

    /// Rejects an estimate that divides by zero.
    pub(crate) fn validate(&self) -> Result<(), Error> {
        match self.bytes_per_token {
            0 => Err(Error::configuration(
                "the token estimate has 0 bytes for each token; set at least 1",
            )),
            _ => Ok(()),
        }
    }

    /// Estimates the tokens of a request.
    ///
    /// # Errors
    ///
    /// Fails for an upload without an estimate.
    pub(crate) fn of(&self, request: &EncodedRequest) -> Result<u64, Error> {
        let operation = request.operation;
        // Generations of media are charged in credits.
        if operation.exclusive {
            return Ok(0);
        }
        match &request.body {
            Body::Empty => Ok(0),
            Body::Fields(fields) => {
                let length = |(name, value): &(String, String)| name.len() + value.len();
                Ok(self.of_text(fields.iter().map(length).sum()))
            }
            Body::Text(text) => Ok(self.of_text(text.len())),
            Body::Form(_) | Body::File(_) => self.upload.ok_or_else(|| {
                let problem = "cannot be estimated for an upload; set them with `TokenEstimate::upload`, or limit no tokens";
                let error = Error::invalid_argument(InvalidField::new("tokens", problem));
                error.with_operation(operation.id)
            }),
            Body::Json(json) => {
                let prompt = self.of_json(json);
                Ok(prompt.saturating_add(match operation.streams {
                    true => self.of_response(request),
                    false => 0,
                }))
            }
        }
    }

    fn of_json(&self, json: &[u8]) -> u64 {
        let (mut bytes, mut images, mut rest) = (json.len(), 0_u64, json);
        while let Some(start) = memmem::find(rest, IMAGE) {
            let (_, data) = rest.split_at(start.saturating_add(IMAGE.len()).min(rest.len()));
            let length = memchr::memchr(b'"', data).unwrap_or(data.len());
            bytes = bytes.saturating_sub(length);
            images = images.saturating_add(1);
            (_, rest) = data.split_at(length);
        }
        let text = self.of_text(bytes);
        text.saturating_add(images.saturating_mul(self.image))
    }

    fn of_text(&self, bytes: usize) -> u64 {
        (bytes as u64).div_ceil(self.bytes_per_token.max(1))
    }

    fn of_response(&self, request: &EncodedRequest) -> u64 {
        let fields = request.telemetry.as_deref();
        let field = |value: Option<i64>| value.and_then(|value| u64::try_from(value).ok());
        let tokens = field(fields.and_then(|fields| fields.max_tokens));
        let choices = field(fields.and_then(|fields| fields.n));
        let tokens = tokens.unwrap_or(self.max_tokens);
        tokens.saturating_mul(choices.unwrap_or(1))
    }
}
