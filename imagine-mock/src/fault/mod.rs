//! Faults that the mock injects into requests for an operation.

mod apply;
mod chaos;
mod plan;
mod syntax;

use std::time::Duration;

use axum::http::StatusCode;

pub(crate) use self::apply::{deliver, replace_response};
pub(crate) use self::chaos::Chaos;
pub(crate) use self::plan::Faults;
pub use self::syntax::FaultError;
pub(crate) use self::syntax::parse_duration;

/// A fault for the requests of an operation.
///
/// A constructor chooses the kind, and modifiers refine it. A fault applies to every request unless
/// [`times`](Self::times) limits it. Each fault defines whether the operation is executed. Faults that damage a
/// response execute it: a generation is accepted and charged. An error status does not execute it.
///
/// A fault parses from the syntax of the command line and prints as such: `status=429,retry-after=2,times=2`.
///
/// ```
/// use imagine_mock::Fault;
///
/// let fault = Fault::status(429).retry_after(2).times(2);
/// assert_eq!(fault.to_string(), "status=429,retry-after=2,times=2");
/// assert_eq!("status=429,retry-after=2,times=2".parse(), Ok(fault));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    kind: FaultKind,
    delay: Duration,
    retry_after: Option<u64>,
    times: Option<u32>,
    executed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FaultKind {
    /// A delay without any damage.
    Delay,
    Status(StatusCode),
    HtmlPage,
    EmptyResponse,
    ConnectionClose,
    Malformed,
    WrongContentType,
    Stall(usize),
    Reset(usize),
    Truncate(usize),
    Dribble(usize, Duration),
}

/// Constructors, one for each kind.
impl Fault {
    /// Responds with this error status, in the error format of the API. The operation is not executed.
    ///
    /// A number that is not the status of a final response (200 to 999) becomes 500.
    pub fn status(status: u16) -> Self {
        let status = final_status(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self {
            executed: false,
            ..Self::of(FaultKind::Status(status))
        }
    }

    /// Delays an undamaged response.
    pub fn delay(duration: Duration) -> Self {
        Self::of(FaultKind::Delay).delayed(duration)
    }

    /// Sends the response head and then nothing until the client closes the connection.
    pub fn stall() -> Self {
        Self::stall_after(0)
    }

    /// Sends this many events of a stream and then nothing until the client closes the connection.
    ///
    /// Of a response that is not a stream, only the head is sent.
    pub fn stall_after(events: usize) -> Self {
        Self::of(FaultKind::Stall(events))
    }

    /// Resets the connection after this many bytes of the body, at the latest before the last byte.
    pub fn reset(bytes: usize) -> Self {
        Self::of(FaultKind::Reset(bytes))
    }

    /// Closes the connection in an orderly way after this many bytes of the body, at the latest before the last byte.
    ///
    /// The rest that `Content-Length` announced, or the final chunk, is missing.
    pub fn truncate(bytes: usize) -> Self {
        Self::of(FaultKind::Truncate(bytes))
    }

    /// Truncates the JSON of the response, or of each event, in the middle. The HTTP message stays valid.
    pub fn malformed() -> Self {
        Self::of(FaultKind::Malformed)
    }

    /// Sends an undamaged response, JSON or stream, with the content type `text/plain`.
    pub fn wrong_content_type() -> Self {
        Self::of(FaultKind::WrongContentType)
    }

    /// Sends a web page with status 200 instead of the response. The operation is executed.
    pub fn html_page() -> Self {
        Self::of(FaultKind::HtmlPage)
    }

    /// Sends the body in chunks of this many bytes, at least 1, with a delay after each chunk.
    pub fn dribble(bytes: usize, chunk_delay: Duration) -> Self {
        Self::of(FaultKind::Dribble(bytes.max(1), chunk_delay))
    }

    /// Sends an undamaged response with `Connection: close`, and closes the connection after it.
    pub fn connection_close() -> Self {
        Self::of(FaultKind::ConnectionClose)
    }

    /// Closes the connection without a response. The operation is executed.
    pub fn empty_response() -> Self {
        Self::of(FaultKind::EmptyResponse)
    }

    fn of(kind: FaultKind) -> Self {
        Self {
            kind,
            delay: Duration::ZERO,
            retry_after: None,
            times: None,
            executed: true,
        }
    }
}

/// Modifiers.
impl Fault {
    /// Limits the fault to this many requests. Default: unlimited.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Sends a `Retry-After` header with this many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Delays the fault. Default: 0.
    #[must_use]
    pub fn delayed(mut self, duration: Duration) -> Self {
        self.delay = duration;
        self
    }

    /// Sets whether the operation is executed. Default: `false` for [`status`](Self::status), `true` for all others.
    ///
    /// `false` has an effect on faults that replace the complete response: [`status`](Self::status),
    /// [`html_page`](Self::html_page) and [`empty_response`](Self::empty_response). All others need a response, and
    /// execute the operation in any case.
    #[must_use]
    pub fn executed(mut self, executed: bool) -> Self {
        self.executed = executed || !self.replaces_response();
        self
    }

    /// Returns whether the operation is executed before the fault applies.
    pub fn is_executed(&self) -> bool {
        self.executed
    }

    /// Returns whether a buffered, immediate response can carry the fault.
    #[cfg(feature = "httpmock")]
    pub(crate) fn is_buffered(&self) -> bool {
        let needs_no_stream = matches!(
            self.kind,
            FaultKind::Status(_)
                | FaultKind::HtmlPage
                | FaultKind::Delay
                | FaultKind::WrongContentType
        );
        self.delay.is_zero() && needs_no_stream
    }

    fn replaces_response(&self) -> bool {
        matches!(
            self.kind,
            FaultKind::Status(_) | FaultKind::HtmlPage | FaultKind::EmptyResponse
        )
    }

    /// Returns whether the client receives a response, damaged or not.
    pub(crate) fn sends_response(&self) -> bool {
        self.kind != FaultKind::EmptyResponse
    }
}

/// Returns the status of a final response. A status below 200 announces another response.
fn final_status(status: u16) -> Option<StatusCode> {
    let status = StatusCode::from_u16(status).ok()?;
    (!status.is_informational()).then_some(status)
}
