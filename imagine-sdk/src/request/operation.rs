//! Operations.

use http::Method;
use url::Url;

use super::path;

/// An operation of a service, as described by the OpenAPI document.
///
/// The operations of an API are in a table such as [`inference::OPERATIONS`](crate::inference::OPERATIONS).
#[derive(Debug)]
#[non_exhaustive]
pub struct Operation {
    /// The name of the operation, which is also the name of the client's method.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below the endpoint, with `{name}` for each parameter, which may be a part of a segment.
    pub path: &'static str,
    /// The encoding of the body.
    pub body_encoding: BodyEncoding,
    /// The media type of the buffered response. JSON and JSON lines are decoded, and text is returned as a `String`; the
    /// response of every other media type is its bytes.
    pub response_media: &'static str,
    /// True if the operation supports streaming responses.
    pub streams: bool,
    /// The media type of a streaming response: `text/event-stream`, or a type of JSON lines.
    pub stream_media: &'static str,
    /// The condition for retries.
    pub retry_safety: RetrySafety,
    /// The documented authentication.
    pub authentication: Authentication,
    /// True if the service processes only one such request of an account at a time.
    pub exclusive: bool,
}

/// The media type of most bodies.
pub(crate) const JSON: &str = "application/json";

/// The media type of server-sent events.
const EVENT_STREAM: &str = "text/event-stream";

/// The media types of JSON lines, in which each line is a JSON document.
const JSON_LINES: [&str; 5] = [
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonlines",
    "application/jsonlines",
];

/// Returns true for the media types of JSON lines. `media` has no parameters.
pub(crate) fn is_json_lines(media: &str) -> bool {
    JSON_LINES.contains(&media)
}

/// The encodings of a request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyEncoding {
    /// No body.
    None,
    /// `application/json`.
    Json,
    /// `multipart/form-data`.
    Multipart,
    /// `application/x-www-form-urlencoded`.
    UrlEncoded,
    /// Text of this media type.
    Text(&'static str),
    /// The bytes of a file of this media type. A range such as `image/*` stands for the type of the file.
    Binary(&'static str),
}

/// The ways in which an operation accepts the API key.
///
/// A scheme set with [`auth_scheme`](crate::ClientBuilder::auth_scheme) applies to all operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Authentication {
    /// In the default header of the client.
    Client,
    /// In the header `Authorization: Bearer <key>`.
    Bearer,
    /// In the header with this name, without a prefix. The name is lower case.
    Header(&'static str),
    /// The operation requires no key.
    None,
}

/// The conditions under which a failed attempt may be retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetrySafety {
    /// Retry after any transient failure. Repeating the operation has no side effect.
    Idempotent,
    /// Retry only if the operation did not start (not processed by the server). For billable operations.
    OnlyIfNotStarted,
}

/// Constructors for operations that the SDK does not contain. See [`operation`](crate::operation).
impl Operation {
    /// Creates an operation from its name, HTTP method, and path below the endpoint, with `{name}` for each parameter.
    /// Default: no body, no streaming, [`RetrySafety::OnlyIfNotStarted`], [`Authentication::Client`].
    ///
    /// ```
    /// use imagine_sdk::http::Method;
    /// use imagine_sdk::operation::{Operation, BodyEncoding, RetrySafety};
    ///
    /// static CAPTION: Operation = Operation::new("caption", Method::POST, "/images/captions")
    ///     .with_body_encoding(BodyEncoding::Json)
    ///     .with_retry_safety(RetrySafety::Idempotent);
    /// # assert_eq!(CAPTION.id, "caption");
    /// ```
    #[must_use]
    pub const fn new(id: &'static str, method: Method, path: &'static str) -> Self {
        Self {
            id,
            method,
            path,
            body_encoding: BodyEncoding::None,
            response_media: JSON,
            streams: false,
            stream_media: EVENT_STREAM,
            retry_safety: RetrySafety::OnlyIfNotStarted,
            authentication: Authentication::Client,
            exclusive: false,
        }
    }

    /// Sets the encoding of the body. Default: [`BodyEncoding::None`].
    #[must_use]
    pub const fn with_body_encoding(mut self, encoding: BodyEncoding) -> Self {
        self.body_encoding = encoding;
        self
    }

    /// Sets the media type of the response. Default: `application/json`.
    ///
    /// ```
    /// use imagine_sdk::http::Method;
    /// use imagine_sdk::operation::Operation;
    ///
    /// static NOTICE: Operation = Operation::new("notice", Method::GET, "/notice").with_response_media("text/plain");
    /// # assert_eq!(NOTICE.response_media, "text/plain");
    /// ```
    #[must_use]
    pub const fn with_response_media(mut self, media: &'static str) -> Self {
        self.response_media = media;
        self
    }

    /// Enables streaming responses. Default: disabled.
    #[must_use]
    pub const fn with_streaming(mut self) -> Self {
        self.streams = true;
        self
    }

    /// Enables streaming responses of a media type. Default: disabled.
    ///
    /// ```
    /// use imagine_sdk::http::Method;
    /// use imagine_sdk::operation::Operation;
    ///
    /// static LOG: Operation = Operation::new("log", Method::GET, "/log").with_stream_media("application/x-ndjson");
    /// # assert!(LOG.streams);
    /// ```
    #[must_use]
    pub const fn with_stream_media(mut self, media: &'static str) -> Self {
        self.stream_media = media;
        self.with_streaming()
    }

    /// Sets the condition for retries. Default: [`RetrySafety::OnlyIfNotStarted`].
    #[must_use]
    pub const fn with_retry_safety(mut self, safety: RetrySafety) -> Self {
        self.retry_safety = safety;
        self
    }

    /// Sets the authentication. Default: [`Authentication::Client`].
    #[must_use]
    pub const fn with_authentication(mut self, authentication: Authentication) -> Self {
        self.authentication = authentication;
        self
    }
}

impl Operation {
    /// Returns true if the response is JSON.
    pub(crate) fn returns_json(&self) -> bool {
        self.response_media == JSON
    }

    /// Returns true if a streaming response consists of JSON lines.
    pub(crate) fn streams_lines(&self) -> bool {
        is_json_lines(self.stream_media)
    }

    /// Returns the URL of the operation below `base`. No argument can add or remove a segment.
    ///
    /// A trailing slash of `base` is irrelevant: `https://host/v2` and `https://host/v2/` give the same URL.
    pub(crate) fn url(&self, base: &Url, arguments: &[(&str, String)]) -> Url {
        path::below(base, self.path, arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static VOICE: Operation = Operation {
        id: "delete_voice",
        method: Method::DELETE,
        path: "/voices/{voice_id}",
        body_encoding: BodyEncoding::None,
        response_media: JSON,
        streams: false,
        stream_media: EVENT_STREAM,
        retry_safety: RetrySafety::Idempotent,
        authentication: Authentication::Client,
        exclusive: false,
    };

    fn path(base: &str, id: &str) -> String {
        let base = Url::parse(base).unwrap();
        VOICE
            .url(&base, &[("voice_id", id.to_owned())])
            .path()
            .to_owned()
    }

    #[test]
    fn base_paths_are_kept_with_and_without_trailing_slash() {
        for base in [
            "https://h",
            "https://h/",
            "https://h/v2",
            "https://h/v2/",
            "https://h/a/b",
        ] {
            let path = path(base, "x");
            assert!(path.ends_with("/voices/x"), "{base}: {path}");
            assert!(!path.contains("//"), "{base}: {path}");
        }
        assert_eq!(path("https://h/a/b", "x"), "/a/b/voices/x");
    }

    #[test]
    fn an_argument_is_one_encoded_segment() {
        assert_eq!(path("https://h/v2", "../x?y"), "/v2/voices/..%2Fx%3Fy");
        assert_eq!(
            path("https://h/v2", "a/b?c#d%.."),
            "/v2/voices/a%2Fb%3Fc%23d%25.."
        );
        assert_eq!(path("https://h/v2", "é ü"), "/v2/voices/%C3%A9%20%C3%BC");
    }
}
