//! Errors: their kinds, the predicates over them, and the error responses of the services.

mod api;
pub(crate) mod detect;
mod display;
mod excerpt;
mod file_read;
mod kind;
mod limit;
mod predicates;
mod redact;
pub(crate) mod rejection;
mod response;
mod transport;

use std::any::Any;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use url::Url;

pub(crate) use self::api::request_id;
pub use self::api::{ApiError, FieldError};
pub(crate) use self::excerpt::shorten;
pub(crate) use self::file_read::FileReadError;
pub use self::kind::{ErrorKind, TimeoutKind};
pub use self::limit::{BudgetExceeded, RateLimitExceeded};
pub(crate) use self::redact::Secret;
use self::redact::{redact, redact_bytes, redact_headers};
use self::response::ResponseHead;
pub(crate) use self::transport::BoxError;
pub use self::transport::{TransportError, TransportErrorKind};
use crate::auth::AuthScheme;

/// Why a call failed.
///
/// `Display` is one line: the operation, the problem, and the fix if there is one. It never contains the API key, a
/// prompt or a response, and not the cause, which is [`source`](std::error::Error::source); `{error:#}` prints both.
/// Classify errors with the predicates, such as [`is_rate_limited`](Self::is_rate_limited), or match on
/// [`kind`](Self::kind). [`api_error`](Self::api_error) has the service's error response.
///
/// ```
/// use imagine_sdk::{Error, ErrorKind};
///
/// fn handle(error: &Error) {
///     match error.kind() {
///         ErrorKind::RateLimited => println!("retry after {:?}", error.retry_after()),
///         ErrorKind::InvalidRequest => println!("{:?}", error.api_error().map(|api| api.fields())),
///         _ => println!("{error:#}"),
///     }
/// }
/// ```
#[doc(alias("ImagineException", "ImagineAPITooManyRequestsException"))]
pub struct Error(Box<Inner>);

struct Inner {
    repr: Repr,
    operation: Option<&'static str>,
    attempts: u32,
    /// The response that the error is about, if there was one and the service did not reject the request.
    response: Option<ResponseHead>,
    cause: Option<Cause>,
    partial: Option<Box<dyn Any + Send + Sync>>,
    /// True if an attempt before the last one may have been executed.
    maybe_executed: bool,
    /// The time that the call waited for a permit among the client's concurrent requests.
    queued: Duration,
    /// True if there was no retry because the client's retry budget is used up.
    is_retry_budget_exhausted: bool,
    /// The rest of the client's cool-down after the 429 that ended the call.
    cool_down: Option<Duration>,
}

/// The error behind an error.
enum Cause {
    /// An error whose message is not part of this one's.
    Source(BoxError),
    /// A typed error whose message this one has. Its own source is the source of this one.
    Original(BoxError),
}

/// The data of each kind of error.
enum Repr {
    Configuration(String),
    InvalidArgument(InvalidField),
    FileRead(String),
    Timeout(TimeoutKind, Duration),
    /// A limit that the client itself keeps, whose typed error has the numbers.
    Limit(ErrorKind),
    /// The connection failed, to this host if it is known.
    Transport(TransportErrorKind, Option<Box<str>>),
    Api(Box<ApiError>),
    Decode {
        path: String,
        problem: String,
    },
    UnexpectedResponse(String),
    Truncated,
    TooLarge(String),
    Image(String),
    InvalidOutput(String),
    #[cfg_attr(
        not(feature = "media"),
        expect(dead_code, reason = "only generations are jobs")
    )]
    JobFailed {
        message: String,
        is_quota_exceeded: bool,
    },
    #[cfg_attr(
        not(any(feature = "inference", feature = "media")),
        expect(dead_code, reason = "only downloads and journals are written")
    )]
    FileWrite(String),
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

/// Constructors.
impl Error {
    // Errors are rare: their construction stays out of the code of successful calls.
    #[cold]
    fn new(repr: Repr) -> Self {
        Self(Box::new(Inner {
            repr,
            operation: None,
            attempts: 0,
            response: None,
            cause: None,
            partial: None,
            maybe_executed: false,
            queued: Duration::ZERO,
            is_retry_budget_exhausted: false,
            cool_down: None,
        }))
    }

    pub(crate) fn configuration(problem: impl Into<String>) -> Self {
        Self::new(Repr::Configuration(problem.into()))
    }

    pub(crate) fn invalid_argument(invalid: InvalidField) -> Self {
        Self::new(Repr::InvalidArgument(invalid))
    }

    pub(crate) fn file_read(error: FileReadError) -> Self {
        let FileReadError { message, source } = error;
        let error = Self::new(Repr::FileRead(message));
        match source {
            Some(source) => error.with_source(source),
            None => error,
        }
    }

    pub(crate) fn timeout(kind: TimeoutKind, limit: Duration) -> Self {
        Self::new(Repr::Timeout(kind, limit))
    }

    pub(crate) fn rate_limit_exceeded(error: RateLimitExceeded) -> Self {
        Self::new(Repr::Limit(ErrorKind::RateLimited)).with_original(error)
    }

    pub(crate) fn budget_exceeded(error: BudgetExceeded) -> Self {
        Self::new(Repr::Limit(ErrorKind::BudgetExceeded)).with_original(error)
    }

    pub(crate) fn transport(error: TransportError) -> Self {
        Self::new(Repr::Transport(error.kind, None)).with_original(error)
    }

    pub(crate) fn api(error: ApiError) -> Self {
        Self::new(Repr::Api(Box::new(error)))
    }

    pub(crate) fn decode(path: String, problem: String) -> Self {
        Self::new(Repr::Decode {
            path: shorten(path),
            problem: shorten(problem),
        })
    }

    pub(crate) fn unexpected_response(problem: impl Into<String>) -> Self {
        Self::new(Repr::UnexpectedResponse(shorten(problem.into())))
    }

    pub(crate) fn truncated() -> Self {
        Self::new(Repr::Truncated)
    }

    pub(crate) fn too_large(problem: impl Into<String>) -> Self {
        Self::new(Repr::TooLarge(problem.into()))
    }

    pub(crate) fn image(problem: impl Into<String>) -> Self {
        Self::new(Repr::Image(problem.into()))
    }

    pub(crate) fn invalid_output(problem: impl Into<String>) -> Self {
        Self::new(Repr::InvalidOutput(problem.into()))
    }

    #[cfg(feature = "media")]
    pub(crate) fn job_failed(message: impl Into<String>, is_quota_exceeded: bool) -> Self {
        Self::new(Repr::JobFailed {
            message: message.into(),
            is_quota_exceeded,
        })
    }

    #[cfg(any(feature = "inference", feature = "media"))]
    pub(crate) fn file_write(problem: impl Into<String>) -> Self {
        Self::new(Repr::FileWrite(problem.into()))
    }
}

/// Context.
impl Error {
    pub(crate) fn with_operation(mut self, operation: &'static str) -> Self {
        self.0.operation = Some(operation);
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Adds the response that the error is about. An error response has its own.
    pub(crate) fn with_response(
        mut self,
        status: StatusCode,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Self {
        if self.0.response.is_none() {
            self.0.response = Some(ResponseHead::new(status, headers.clone(), body));
        }
        self
    }

    /// Records that an attempt before the last one may have been executed.
    pub(crate) fn with_maybe_executed(mut self, maybe_executed: bool) -> Self {
        self.0.maybe_executed |= maybe_executed;
        self
    }

    /// Adds the time that the call waited for a permit.
    pub(crate) fn with_queue_time(mut self, queued: Duration) -> Self {
        self.0.queued = queued;
        self
    }

    /// Records that the retry budget prevented a retry.
    pub(crate) fn with_exhausted_retry_budget(mut self) -> Self {
        self.0.is_retry_budget_exhausted = true;
        self
    }

    /// Adds the rest of the client's cool-down.
    pub(crate) fn with_cool_down(mut self, rest: Duration) -> Self {
        self.0.cool_down = Some(rest).filter(|rest| !rest.is_zero());
        self
    }

    pub(crate) fn with_partial(mut self, partial: impl Any + Send + Sync) -> Self {
        self.0.partial = Some(Box::new(partial));
        self
    }

    /// Adds the error that caused this one, whose message this one does not repeat.
    pub(crate) fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.cause = Some(Cause::Source(source.into()));
        self
    }

    /// Adds the typed error that this one was made from, whose message this one has.
    pub(crate) fn with_original(mut self, original: impl Into<BoxError>) -> Self {
        self.0.cause = Some(Cause::Original(original.into()));
        self
    }

    /// Adds the host that a connection failed to. The other parts of a URL may be secret.
    pub(crate) fn with_host(mut self, url: &Url) -> Self {
        if let (Repr::Transport(_, host), Some(name)) = (&mut self.0.repr, url.host_str()) {
            *host = Some(match url.port() {
                Some(port) => format!("{name}:{port}").into(),
                None => name.into(),
            });
        }
        self
    }

    /// Adds how the key was sent, for the message of an authentication error.
    pub(crate) fn with_scheme(mut self, scheme: Option<AuthScheme>) -> Self {
        if let Repr::Api(api) = &mut self.0.repr {
            api.set_scheme(scheme);
        }
        self
    }

    /// Adds the path that the endpoint may lack, for the message of an error with status 404.
    pub(crate) fn with_missing_path(mut self, path: Option<&'static str>) -> Self {
        if let Repr::Api(api) = &mut self.0.repr {
            api.set_missing_path(path);
        }
        self
    }

    /// Marks the error response of a host that received no key.
    pub(crate) fn with_foreign_origin(mut self) -> Self {
        if let Repr::Api(api) = &mut self.0.repr {
            api.set_foreign();
        }
        self
    }

    /// Replaces the problem of an unexpected response.
    #[cfg(feature = "media")]
    pub(crate) fn with_problem(mut self, problem: impl Into<String>) -> Self {
        if let Repr::UnexpectedResponse(old) = &mut self.0.repr {
            *old = problem.into();
        }
        self
    }

    /// Redacts a secret in everything that comes from outside.
    fn redacted(mut self, secret: &str) -> Self {
        match &mut self.0.repr {
            Repr::Api(api) => api.redact(secret),
            Repr::Decode { path, problem } => {
                redact(path, secret);
                redact(problem, secret);
            }
            Repr::UnexpectedResponse(problem)
            | Repr::InvalidOutput(problem)
            | Repr::JobFailed {
                message: problem, ..
            } => redact(problem, secret),
            _ => {}
        }
        if let Some(response) = &mut self.0.response {
            response.redact(secret);
        }
        self
    }
}
