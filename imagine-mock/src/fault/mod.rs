//! What can be made to go wrong.

mod chaos;
mod damage;
mod plan;
mod spec;

use std::time::Duration;

use axum::http::StatusCode;

pub(crate) use self::chaos::Chaos;
pub(crate) use self::damage::{deliver, replaced};
pub(crate) use self::plan::Faults;
pub use self::plan::UnknownOperation;
pub use self::spec::FaultError;

/// A fault that the requests for an operation meet.
///
/// It is made from its kind and then refined. A fault comes again and again unless [`times`](Self::times)
/// limits it. Each says whether the operation is carried out: a response that is damaged on its way was
/// given, so a generation behind it was accepted and charged; a request that is refused was not.
///
/// A fault is also a text, in the form in which the program takes it: `status=429,retry-after=2,times=2`.
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
    kind: Kind,
    delay: Duration,
    retry_after: Option<u64>,
    times: Option<u32>,
    after_work: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Nothing but the delay.
    Late,
    Status(StatusCode),
    Html,
    HangUp,
    Close,
    Malformed,
    Mislabelled,
    Stall(usize),
    Reset(usize),
    Cut(usize),
    Drip(usize, Duration),
}

/// Kinds.
impl Fault {
    /// The request is refused with this status, in the form of its API, and not carried out. A number that
    /// no last response can have (200 to 999) becomes 500.
    pub fn status(status: u16) -> Self {
        let status = final_status(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self {
            after_work: false,
            ..Self::of(Kind::Status(status))
        }
    }

    /// The response is good, but late.
    pub fn delay(span: Duration) -> Self {
        Self::of(Kind::Late).delayed(span)
    }

    /// After the head of the response nothing comes, until the client closes the connection.
    pub fn stall() -> Self {
        Self::stall_after(0)
    }

    /// After so many events of a stream nothing comes, until the client closes the connection. Of a response
    /// that is no stream only the head comes.
    pub fn stall_after(events: usize) -> Self {
        Self::of(Kind::Stall(events))
    }

    /// After so many bytes of the body the connection is reset, at the latest before the last byte.
    pub fn reset(bytes: usize) -> Self {
        Self::of(Kind::Reset(bytes))
    }

    /// After so many bytes of the body the connection is closed in an orderly way, at the latest before the
    /// last byte: without the rest that `Content-Length` promised, or without the final chunk.
    pub fn cut(bytes: usize) -> Self {
        Self::of(Kind::Cut(bytes))
    }

    /// The JSON of the response, or of each of its events, ends in the middle. HTTP sees nothing wrong with it.
    pub fn malformed() -> Self {
        Self::of(Kind::Malformed)
    }

    /// The response is good, but said to be `text/plain`, be it JSON or a stream.
    pub fn mislabelled() -> Self {
        Self::of(Kind::Mislabelled)
    }

    /// A web page comes instead of the response, with status 200. The operation was carried out.
    pub fn html() -> Self {
        Self::of(Kind::Html)
    }

    /// The body comes in pieces of so many bytes, at least one, with a pause after each.
    pub fn drip(bytes: usize, pause: Duration) -> Self {
        Self::of(Kind::Drip(bytes.max(1), pause))
    }

    /// The response is good, and the connection ends with it, instead of being kept for the next request.
    pub fn close() -> Self {
        Self::of(Kind::Close)
    }

    /// The connection is closed without a response. The operation was carried out.
    pub fn hang_up() -> Self {
        Self::of(Kind::HangUp)
    }

    fn of(kind: Kind) -> Self {
        Self {
            kind,
            delay: Duration::ZERO,
            retry_after: None,
            times: None,
            after_work: true,
        }
    }
}

/// Refinements.
impl Fault {
    /// Comes so often, and then no more. Without it, always.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Sends a `Retry-After` of so many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Comes only after this time.
    #[must_use]
    pub fn delayed(mut self, span: Duration) -> Self {
        self.delay = span;
        self
    }

    /// The operation is carried out all the same, where it would not be.
    #[must_use]
    pub fn after_work(mut self) -> Self {
        self.after_work = true;
        self
    }

    /// The operation is not carried out. Only faults that leave nothing of the response can do without one
    /// (status, web page, closed without a response); the others are as before.
    #[must_use]
    pub fn before_work(mut self) -> Self {
        self.after_work = !self.replaces_response();
        self
    }

    /// Whether the operation is carried out before the fault shows.
    pub fn is_after_work(&self) -> bool {
        self.after_work
    }

    /// Whether it shows in a response that comes whole and at once.
    #[cfg(feature = "httpmock")]
    pub(crate) fn is_at_once(&self) -> bool {
        let is_whole = matches!(
            self.kind,
            Kind::Status(_) | Kind::Html | Kind::Late | Kind::Mislabelled
        );
        self.delay.is_zero() && is_whole
    }

    fn replaces_response(&self) -> bool {
        matches!(self.kind, Kind::Status(_) | Kind::Html | Kind::HangUp)
    }

    /// Whether the request gets a response, be it a bad one.
    pub(crate) fn responses(&self) -> bool {
        self.kind != Kind::HangUp
    }
}

/// The status of a last response: those below 200 announce another.
fn final_status(status: u16) -> Option<StatusCode> {
    let status = StatusCode::from_u16(status).ok()?;
    (!status.is_informational()).then_some(status)
}
