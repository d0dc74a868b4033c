//! What can go wrong, and the questions one may ask about it.

mod api;

use std::any::Any;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

pub(crate) use self::api::from_event;
pub use self::api::{ApiError, FieldMessage};
use crate::pipeline::AuthScheme;
use crate::transport::{TransportError, TransportErrorKind};

/// The error of a library below, kept as the source.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a call failed.
///
/// `Display` is one line: the operation, what was wrong, and where there is something to do about it,
/// what. It never contains the key, a prompt or an answer. The questions (`is_*`) tell kinds apart;
/// [`api`](Self::api) has what the service said; `source()` has the error of the library below.
///
/// ```
/// # fn handle(error: imagine_sdk::Error) {
/// if error.is_rate_limited() {
///     println!("later, in {:?}", error.retry_after());
/// } else if let Some(api) = error.api() {
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
    Timeout(Phase, Duration),
    /// The connection failed.
    Transport(TransportErrorKind),
    /// The service refused.
    Api(Box<ApiError>),
    /// The answer cannot be read.
    Decode(Decode),
    /// The answer is not of the kind that was asked for.
    Protocol(String, Answered),
    /// The stream ended before its end.
    Cut,
    /// The answer is larger than allowed.
    TooLarge(String),
    /// An image cannot be sent.
    Image(String),
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
pub enum Phase {
    /// For a place among the client's concurrent requests.
    Slot,
    /// For a connection.
    Connect,
    /// For the head of the answer.
    FirstByte,
    /// For the next bytes of the answer.
    Idle,
    /// For the whole call.
    Total,
}

struct Decode {
    path: String,
    problem: String,
    answered: Answered,
}

/// The part of an answer that an error keeps.
struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// A value that cannot be sent.
#[derive(Clone, Debug)]
pub struct InvalidField {
    name: String,
    problem: String,
}

impl InvalidField {
    /// Says that the field `name` `problem`: "is 3, but must be between 0 and 2".
    pub(crate) fn new(name: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            problem: problem.into(),
        }
    }
}

impl Error {
    fn new(kind: Kind) -> Self {
        Self(Box::new(Inner {
            operation: None,
            kind,
            attempts: 0,
            source: None,
            partial: None,
        }))
    }

    pub(crate) fn config(problem: impl Into<String>) -> Self {
        Self::new(Kind::Config(problem.into()))
    }

    pub(crate) fn invalid(operation: &'static str, invalid: InvalidField) -> Self {
        Self::new(Kind::Invalid(invalid)).of(operation)
    }

    pub(crate) fn upload(error: crate::body::UploadError) -> Self {
        Self::new(Kind::Upload(error.to_string())).because(error)
    }

    pub(crate) fn timeout(phase: Phase, limit: Duration) -> Self {
        Self::new(Kind::Timeout(phase, limit))
    }

    pub(crate) fn transport(error: TransportError) -> Self {
        Self::new(Kind::Transport(error.kind)).because(error)
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
            path,
            problem,
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
        Self::new(Kind::Protocol(problem.into(), answered))
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

    /// Takes a secret out of what the service said.
    pub(crate) fn without(mut self, secret: &str) -> Self {
        if let Kind::Api(api) = &mut self.0.kind {
            api.redact(secret);
        }
        self
    }

    /// Whether the last attempt failed before anything was sent.
    pub(crate) fn is_unsent(&self) -> bool {
        matches!(self.0.kind, Kind::Upload(_) | Kind::Config(_))
    }

    /// How far the exchange got, if it is the transport that failed.
    pub(crate) fn transport_kind(&self) -> Option<TransportErrorKind> {
        match self.0.kind {
            Kind::Transport(kind) => Some(kind),
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

/// Questions.
impl Error {
    /// The client cannot be built: a variable is missing, or the endpoint, the key, the proxy or a
    /// certificate is unusable. Mend the configuration.
    pub fn is_config(&self) -> bool {
        matches!(self.0.kind, Kind::Config(_))
    }

    /// A value cannot be sent: out of its documented range, not finite, no name in a path, no legal
    /// header. Nothing was sent; [`field`](Self::field) names it.
    pub fn is_invalid_argument(&self) -> bool {
        matches!(self.0.kind, Kind::Invalid(_))
    }

    /// A file or an image to send cannot be read.
    pub fn is_upload(&self) -> bool {
        matches!(
            self.0.kind,
            Kind::Upload(_) | Kind::Image(_) | Kind::Transport(TransportErrorKind::RequestBody)
        )
    }

    /// The request reached the service, or may have, and it is not known what came of it: the connection
    /// failed or the time ran out after it was sent, the service failed over it, or its answer cannot be
    /// read. Of an operation that costs something this is the error that is not tried again: look whether it
    /// was done before you do it again.
    pub fn is_outcome_unknown(&self) -> bool {
        match &self.0.kind {
            Kind::Timeout(phase, _) => !matches!(phase, Phase::Slot | Phase::Connect),
            Kind::Transport(kind) => {
                matches!(
                    kind,
                    TransportErrorKind::Exchange | TransportErrorKind::ResponseBody
                )
            }
            Kind::Api(api) => {
                let failed = api.status().is_server_error() && !api.is_auth();
                failed && api.status() != StatusCode::SERVICE_UNAVAILABLE
            }
            Kind::Decode(_) | Kind::Protocol(..) | Kind::Cut | Kind::TooLarge(_) => true,
            Kind::Config(_)
            | Kind::Invalid(_)
            | Kind::Upload(_)
            | Kind::Image(_)
            | Kind::Save(_) => false,
        }
    }

    /// What was downloaded cannot be written to where it should be.
    pub fn is_save(&self) -> bool {
        matches!(self.0.kind, Kind::Save(_))
    }

    /// The time ran out. [`timeout_phase`](Self::timeout_phase) says what for; raise that limit.
    pub fn is_timeout(&self) -> bool {
        self.timeout_phase().is_some()
    }

    /// No connection could be made: the server is down, the name or the port is wrong, a proxy is in
    /// between, or its certificate is not trusted. The server saw no request.
    pub fn is_connect(&self) -> bool {
        matches!(
            self.transport_kind(),
            Some(TransportErrorKind::Connect | TransportErrorKind::ConnectTimeout)
        )
    }

    /// The connection failed, before or during the answer.
    pub fn is_transport(&self) -> bool {
        self.transport_kind().is_some()
    }

    /// The service answered 429: too many requests. Wait as long as [`retry_after`](Self::retry_after)
    /// says.
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// The service does not accept the key, or not for this: 401, 403 (which may also be about credits), or
    /// the 500 with which it is known to answer a
    /// missing one.
    pub fn is_auth(&self) -> bool {
        self.api().is_some_and(ApiError::is_auth)
    }

    /// The service does not know the path, the model or the item: 404.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// The answer came, but cannot be read. [`decode_path`](Self::decode_path) says where; `send_raw`
    /// gives the bytes.
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::Decode(_))
    }

    /// The answer is of another kind than was asked for: HTML from a proxy, a redirect, JSON instead of
    /// a stream.
    pub fn is_protocol(&self) -> bool {
        matches!(self.0.kind, Kind::Protocol(..))
    }

    /// The stream ended without a sign that it was complete. What came before it is good.
    pub fn is_cut(&self) -> bool {
        matches!(self.0.kind, Kind::Cut)
    }

    /// The answer, or one event of it, is larger than the client accepts.
    pub fn is_too_large(&self) -> bool {
        matches!(self.0.kind, Kind::TooLarge(_))
    }
}

/// Details.
impl Error {
    /// What the service said, if it refused.
    pub fn api(&self) -> Option<&ApiError> {
        match &self.0.kind {
            Kind::Api(api) => Some(api),
            _ => None,
        }
    }

    /// The operation that failed.
    pub fn operation(&self) -> Option<&str> {
        self.0.operation
    }

    /// The field that cannot be sent.
    pub fn field(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Invalid(invalid) => Some(&invalid.name),
            _ => None,
        }
    }

    /// What was being waited for when the time ran out.
    pub fn timeout_phase(&self) -> Option<Phase> {
        match self.0.kind {
            Kind::Timeout(phase, _) => Some(phase),
            Kind::Transport(TransportErrorKind::ConnectTimeout) => Some(Phase::Connect),
            _ => None,
        }
    }

    /// Where in the answer the decoding failed, as `choices[0].message`.
    pub fn decode_path(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Decode(decode) => Some(&decode.path),
            _ => None,
        }
    }

    /// The status of the answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.answered().map(|(status, ..)| status)
    }

    /// The headers of the answer, if there was one.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.answered().map(|(_, headers, _)| headers)
    }

    /// The first 64 KiB of the answer's body, if there was one. It may repeat what was asked.
    pub fn body(&self) -> Option<&Bytes> {
        self.answered().map(|(.., body)| body)
    }

    /// The id that the service gave to the request.
    pub fn request_id(&self) -> Option<&str> {
        self.headers().and_then(crate::response::request_id)
    }

    /// How long the service asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.api().and_then(ApiError::retry_after)
    }

    /// What had come of an answer when its stream failed, where the stream was being collected: for a chat a
    /// [`ChatCompletionResponse`](crate::inference::ChatCompletionResponse) with the text until then.
    pub fn partial<T: Any>(&self) -> Option<&T> {
        self.0.partial.as_ref()?.downcast_ref()
    }

    /// How often the request was sent. 0 if it was not.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        self.0.kind.fmt(f)?;
        if let Some(id) = self.request_id() {
            write!(f, " (request id {id})")?;
        }
        match self.0.attempts {
            0 | 1 => Ok(()),
            attempts => write!(f, " (after {attempts} attempts)"),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(problem) => f.write_str(problem),
            Self::Invalid(InvalidField { name, problem }) => write!(f, "`{name}` {problem}"),
            Self::Upload(problem) => f.write_str(problem),
            Self::Timeout(phase, limit) => write!(f, "{}", phase.expired(*limit)),
            Self::Transport(kind) => f.write_str(advice(*kind)),
            Self::Api(api) => api.fmt(f),
            Self::Decode(Decode {
                path,
                problem,
                answered,
            }) => write!(
                f,
                "the answer ({}) cannot be read at `{path}`: {problem}; `send_raw` gives its bytes",
                answered.status
            ),
            Self::Protocol(problem, answered) => write!(f, "{problem} ({})", answered.status),
            Self::Cut => {
                f.write_str("the stream ended before its end; what came until then is all there is")
            }
            Self::TooLarge(problem) | Self::Image(problem) | Self::Save(problem) => {
                f.write_str(problem)
            }
        }
    }
}

impl Phase {
    fn expired(self, limit: Duration) -> String {
        match self {
            Self::Slot => format!(
                "no place among the concurrent requests came free within {limit:?}; raise `max_concurrent_requests` or the timeout"
            ),
            Self::Connect => format!("no connection within {limit:?}; raise `connect_timeout`"),
            Self::FirstByte => format!("no answer began within {limit:?}; raise the timeout"),
            Self::Idle => format!(
                "nothing came for {limit:?} in the middle of the answer; raise `idle_timeout`"
            ),
            Self::Total => format!("not done within {limit:?}; raise the timeout"),
        }
    }
}

fn advice(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::Connect => {
            "no connection to the server; check the endpoint, the proxy, and for a private certificate add its root with `add_root_certificate`"
        }
        TransportErrorKind::ConnectTimeout => {
            "connecting took too long; check the endpoint and the proxy, or raise `connect_timeout`"
        }
        TransportErrorKind::RequestBody => "the file to upload could not be read to its end",
        TransportErrorKind::Exchange => "the connection ended before an answer came",
        TransportErrorKind::ResponseBody => "the connection ended in the middle of the answer",
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("message", &self.to_string());
        if let Some(source) = &self.0.source {
            debug.field("source", source);
        }
        debug.finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.0.source.as_ref()?;
        Some(source.as_ref())
    }
}
