//! The operation table's row, and the only place that encodes a path.

use http::Method;
use url::Url;

/// An operation of a service, as the OpenAPI document describes it.
///
/// The tables are [`inference::OPERATIONS`](crate::inference::OPERATIONS) and its like.
#[derive(Debug)]
#[non_exhaustive]
pub struct Operation {
    /// The name of the operation, which is also the name of the client's method.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below the endpoint, with `{name}` for each part that the caller gives.
    pub path: &'static str,
    /// How the arguments are encoded in the body.
    pub body_encoding: BodyEncoding,
    /// Whether the response can come as a stream of events.
    pub streams: bool,
    /// When a failed attempt may be repeated.
    pub retry_safety: RetrySafety,
    /// How the service documents that the operation takes the key.
    pub authentication: Authentication,
    /// Whether the service processes one such request at a time for an account.
    pub exclusive: bool,
}

/// How the arguments of an operation travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyEncoding {
    /// There is no body.
    None,
    /// `application/json`.
    Json,
    /// `multipart/form-data`.
    Multipart,
}

/// How an operation takes the key of the account.
///
/// A scheme that the caller chose with [`auth_scheme`](crate::ClientBuilder::auth_scheme) holds for every operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Authentication {
    /// In the client's header, like the other operations of the service.
    Client,
    /// As `Authorization: Bearer <key>`.
    Bearer,
    /// In the header of this name, without a prefix. The name is in lower case.
    Header(&'static str),
    /// The operation needs no key.
    None,
}

/// When a failed attempt of an operation may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetrySafety {
    /// After any failure that may pass: doing it twice does no harm.
    Idempotent,
    /// Only when the service provably did not start on it: it costs the caller something.
    OnlyIfNotStarted,
}

/// Operations that no table has: see [`operation`](crate::operation).
impl Operation {
    /// An operation of your own: its name, the HTTP method, and the path below the endpoint with `{name}` for
    /// each part that the caller gives. It has no body and no stream, and is sent again only when it
    /// provably did not start.
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
            streams: false,
            retry_safety: RetrySafety::OnlyIfNotStarted,
            authentication: Authentication::Client,
            exclusive: false,
        }
    }

    /// How its arguments travel.
    #[must_use]
    pub const fn with_body_encoding(mut self, encoding: BodyEncoding) -> Self {
        self.body_encoding = encoding;
        self
    }

    /// Its response can also come as a stream of events.
    #[must_use]
    pub const fn with_streaming(mut self) -> Self {
        self.streams = true;
        self
    }

    /// When a failed attempt may be repeated.
    #[must_use]
    pub const fn with_retry_safety(mut self, safety: RetrySafety) -> Self {
        self.retry_safety = safety;
        self
    }

    /// How it takes the key of the account. Default: [`Authentication::Client`].
    #[must_use]
    pub const fn with_authentication(mut self, authentication: Authentication) -> Self {
        self.authentication = authentication;
        self
    }
}

impl Operation {
    /// The address of the operation below `base`, each part of the path encoded as one segment.
    ///
    /// Segments are appended to those of `base`, so `https://host/v2` and `https://host/v2/` are alike.
    pub(crate) fn url(&self, base: &Url, arguments: &[(&str, String)]) -> Url {
        let mut url = base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty();
            for part in self.path.split('/').filter(|part| !part.is_empty()) {
                segments.push(fill(part, arguments));
            }
        }
        url
    }
}

/// The root of the host of `url`.
#[cfg(feature = "media")]
pub(crate) fn origin(url: &Url) -> Url {
    let mut origin = url.clone();
    origin.set_path("/");
    origin
}

/// An address with a slash at its end, so that what is joined to it comes below it.
#[cfg(feature = "media")]
pub(crate) fn folder(base: &Url) -> Url {
    let mut folder = base.clone();
    if let Ok(mut segments) = folder.path_segments_mut() {
        segments.pop_if_empty().push("");
    }
    folder
}

/// The value of a `{name}` part, or the part itself.
fn fill<'a>(part: &'a str, arguments: &'a [(&str, String)]) -> &'a str {
    part.strip_prefix('{')
        .and_then(|part| part.strip_suffix('}'))
        .and_then(|name| arguments.iter().find(|(argument, _)| *argument == name))
        .map_or(part, |(_, value)| value)
}

/// Whether a value can be a segment of a path. An empty one would name the collection above, dots climb,
/// even percent-encoded, and an address has no tabs and line ends: they would be left out in silence.
pub(crate) fn is_segment(value: &str) -> bool {
    !matches!(value, "" | "." | "..") && !value.contains(['\t', '\n', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    static VOICE: Operation = Operation {
        id: "delete_voice",
        method: Method::DELETE,
        path: "/voices/{voice_id}",
        body_encoding: BodyEncoding::None,
        streams: false,
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
    fn a_base_is_kept_whole_with_and_without_a_slash() {
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

    #[test]
    fn what_would_name_another_path_is_no_segment() {
        let others = ["", ".", "..", "a\nb", "\n", ".\n.", "\t..", "a\r"];
        assert!(others.iter().all(|value| !is_segment(value)));
        assert!(is_segment("../x?y"));
    }
}
