//! What can go wrong, and the questions one may ask about it.

mod api;
mod body;
pub(crate) mod detect;
mod display;
mod predicates;
pub(crate) mod rejection;

use std::any::Any;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use url::Url;

pub(crate) use self::api::request_id;
pub use self::api::{ApiError, FieldError};
pub(crate) use self::body::{redact, shorten};
pub(crate) use self::detect::{from_event, from_message, from_words};
use crate::auth_scheme::AuthScheme;
use crate::transport::{BoxError, TransportError, TransportErrorKind};

/// Why a call failed.
///
/// `Display` is one line: the operation, what was wrong, and where there is something to do about it,
/// what. It never contains the key, a prompt or a response. The questions (`is_*`) tell kinds apart;
/// [`api_error`](Self::api_error) has what the service said; `source()` has the error of the library below.
///
/// ```
/// # fn handle(error: imagine_sdk::Error) {
/// if error.is_rate_limited() {
///     println!("later, in {:?}", error.retry_after());
/// } else if let Some(api) = error.api_error() {
///     println!("{} {}", api.status(), api.message());
/// }
/// # }
/// ```
#[doc(alias("ImagineException", "ImagineAPITooManyRequestsException"))]
pub struct Error(Box<Inner>);

struct Inner {
    operation: Option<&'static str>,
    kind: Kind,
    attempts: u32,
    source: Option<BoxError>,
    partial: Option<Box<dyn Any + Send + Sync>>,
    /// Whether an attempt before the last one may have done what was asked.
    may_be_done: bool,
}

/// What happened. Private, so that it can grow; callers ask questions instead.
enum Kind {
    /// The client cannot be built.
    Config(String),
    /// A value cannot be sent.
    Invalid(InvalidField),
    /// A file cannot be read.
    Upload(String),
    /// The time ran out.
    Timeout(TimeoutKind, Duration),
    /// The connection failed, to this host if that is known.
    Transport(TransportErrorKind, Option<Box<str>>),
    /// The service refused.
    Api(Box<ApiError>),
    /// The response cannot be read.
    Decode(Decode),
    /// The response is not of the kind that was asked for.
    Protocol(String, Answered),
    /// The stream ended before its end.
    Cut,
    /// The response is larger than allowed.
    TooLarge(String),
    /// An image cannot be sent.
    Image(String),
    /// The response says something that cannot be used.
    Unusable(String),
    /// A job failed, perhaps because the account has used up its quota.
    #[cfg_attr(
        not(feature = "media"),
        expect(dead_code, reason = "only generations are jobs")
    )]
    Job {
        message: String,
        is_quota_exceeded: bool,
    },
    /// A file cannot be written.
    #[cfg_attr(
        not(feature = "media"),
        expect(dead_code, reason = "only media are downloaded")
    )]
    Save(String),
}

/// What was being waited for when the time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeoutKind {
    /// Waiting for a permit among the client's concurrent requests.
    Queue,
    /// Connecting.
    Connect,
    /// Opening a file to upload.
    FileOpen,
    /// Sending the request body: reading the source of an upload took too long.
    RequestBody,
    /// Waiting for the first byte of the response.
    FirstByte,
    /// Waiting for the next bytes of the response.
    Idle,
    /// The whole call.
    Call,
}

struct Decode {
    path: String,
    problem: String,
    answered: Answered,
}

/// The part of a response that an error keeps.
struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// A field whose value cannot be sent, and why.
#[derive(Clone, Debug)]
pub struct InvalidField {
    name: String,
    problem: String,
}

impl InvalidField {
    /// Creates the error for a field of this name. The problem follows the name: "is 3, must be between 0 and 2".
    pub fn new(name: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            problem: problem.into(),
        }
    }
}

impl Error {
    // Failures are rare: what leads to one is kept apart from the code of calls that succeed.
    #[cold]
    fn new(kind: Kind) -> Self {
        Self(Box::new(Inner {
            operation: None,
            kind,
            attempts: 0,
            source: None,
            partial: None,
            may_be_done: false,
        }))
    }

    pub(crate) fn config(problem: impl Into<String>) -> Self {
        Self::new(Kind::Config(problem.into()))
    }

    pub(crate) fn invalid(operation: &'static str, invalid: InvalidField) -> Self {
        Self::new(Kind::Invalid(invalid)).of(operation)
    }

    /// A value that cannot be sent, before it is known with which operation.
    pub(crate) fn unsendable(invalid: InvalidField) -> Self {
        Self::new(Kind::Invalid(invalid))
    }

    pub(crate) fn upload(error: crate::transport::UploadError) -> Self {
        Self::new(Kind::Upload(error.to_string())).because(error)
    }

    pub(crate) fn timeout(phase: TimeoutKind, limit: Duration) -> Self {
        Self::new(Kind::Timeout(phase, limit))
    }

    /// Says more exactly what was being waited for.
    pub(crate) fn in_phase(mut self, exact: TimeoutKind) -> Self {
        if let Kind::Timeout(phase, _) = &mut self.0.kind {
            *phase = exact;
        }
        self
    }

    pub(crate) fn transport(error: TransportError) -> Self {
        Self::new(Kind::Transport(error.kind, None)).because(error)
    }

    /// Names the host that there was no connection to: of the address nothing else is fit to print.
    pub(crate) fn at(mut self, url: &Url) -> Self {
        if let (Kind::Transport(_, host), Some(name)) = (&mut self.0.kind, url.host_str()) {
            *host = Some(match url.port() {
                Some(port) => format!("{name}:{port}").into(),
                None => name.into(),
            });
        }
        self
    }

    pub(crate) fn of_api(api: ApiError) -> Self {
        Self::new(Kind::Api(Box::new(api)))
    }

    pub(crate) fn decode(
        path: String,
        problem: String,
        (status, headers, body): (StatusCode, HeaderMap, Bytes),
    ) -> Self {
        let answered = Answered {
            status,
            headers,
            body: api::capped(body),
        };
        Self::new(Kind::Decode(Decode {
            path: shorten(path),
            problem: shorten(problem),
            answered,
        }))
    }

    pub(crate) fn protocol(
        problem: impl Into<String>,
        (status, headers, body): (StatusCode, HeaderMap, Bytes),
    ) -> Self {
        let answered = Answered {
            status,
            headers,
            body: api::capped(body),
        };
        Self::new(Kind::Protocol(shorten(problem.into()), answered))
    }

    /// Says something else of the same response.
    #[cfg(feature = "media")]
    pub(crate) fn instead(mut self, problem: impl Into<String>) -> Self {
        if let Kind::Protocol(said, _) = &mut self.0.kind {
            *said = problem.into();
        }
        self
    }

    pub(crate) fn cut() -> Self {
        Self::new(Kind::Cut)
    }

    pub(crate) fn too_large(problem: impl Into<String>) -> Self {
        Self::new(Kind::TooLarge(problem.into()))
    }

    pub(crate) fn image(problem: impl Into<String>) -> Self {
        Self::new(Kind::Image(problem.into()))
    }

    pub(crate) fn unusable(problem: impl Into<String>) -> Self {
        Self::new(Kind::Unusable(problem.into()))
    }

    #[cfg(feature = "media")]
    pub(crate) fn job(message: impl Into<String>, is_quota_exceeded: bool) -> Self {
        let message = message.into();
        Self::new(Kind::Job {
            message,
            is_quota_exceeded,
        })
    }

    #[cfg(feature = "media")]
    pub(crate) fn save(problem: impl Into<String>) -> Self {
        Self::new(Kind::Save(problem.into()))
    }

    pub(crate) fn of(mut self, operation: &'static str) -> Self {
        self.0.operation = Some(operation);
        self
    }

    pub(crate) fn after(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Notes that an attempt before the last one may have done what was asked.
    pub(crate) fn perhaps_done(mut self, may_be_done: bool) -> Self {
        self.0.may_be_done |= may_be_done;
        self
    }

    pub(crate) fn with_partial(mut self, partial: impl Any + Send + Sync) -> Self {
        self.0.partial = Some(Box::new(partial));
        self
    }

    pub(crate) fn because(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Notes how the key was sent, for the reader of a refusal of it.
    pub(crate) fn with_scheme(mut self, scheme: Option<AuthScheme>) -> Self {
        if let Kind::Api(api) = &mut self.0.kind {
            api.set_scheme(scheme);
        }
        self
    }

    /// Takes a secret out of what came from outside.
    pub(crate) fn redacted(mut self, secret: &str) -> Self {
        match &mut self.0.kind {
            Kind::Api(api) => api.redact(secret),
            Kind::Decode(Decode { path, problem, .. }) => {
                redact(path, secret);
                redact(problem, secret);
            }
            Kind::Protocol(problem, _)
            | Kind::Unusable(problem)
            | Kind::Job {
                message: problem, ..
            } => redact(problem, secret),
            _ => {}
        }
        self
    }

    /// Whether the last attempt failed before anything was sent.
    pub(crate) fn is_unsent(&self) -> bool {
        matches!(
            self.0.kind,
            Kind::Upload(_) | Kind::Invalid(_) | Kind::Timeout(TimeoutKind::FileOpen, _)
        )
    }

    /// How far the exchange got, if it is the transport that failed.
    pub(crate) fn transport_kind(&self) -> Option<TransportErrorKind> {
        match self.0.kind {
            Kind::Transport(kind, _) => Some(kind),
            _ => None,
        }
    }

    fn answered(&self) -> Option<(StatusCode, &HeaderMap, &Bytes)> {
        match &self.0.kind {
            Kind::Api(api) => Some((api.status(), api.headers(), api.body())),
            Kind::Decode(Decode { answered, .. }) | Kind::Protocol(_, answered) => {
                Some((answered.status, &answered.headers, &answered.body))
            }
            _ => None,
        }
    }
}
