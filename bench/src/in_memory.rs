//! Clients without a network, a runtime or a real clock. They do the same in each run.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::{StreamExt, stream};
use imagine_sdk::http::{Request, Response};
use imagine_sdk::transport::{RequestBody, ResponseBody, Transport, TransportError};
use imagine_sdk::{Client, ClientBuilder, Clock};

/// Creates a client whose requests get these responses in turn.
pub fn client(responses: impl IntoIterator<Item = Reply>) -> ClientBuilder<Client> {
    let replay = Replay {
        replies: responses.into_iter().collect(),
        sent: AtomicUsize::new(0),
    };
    let builder = Client::builder().endpoint("https://service.test/v2");
    let builder = builder.api_key("key").transport(replay);
    builder.clock(CountingClock::new())
}

/// Returns the output of a future that needs no wait.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("everything is in memory")
}

/// A response.
#[derive(Debug)]
pub struct Reply {
    status: u16,
    content_type: &'static str,
    chunks: Vec<Bytes>,
}

impl Reply {
    /// Creates a response with status 200 and this JSON.
    pub fn json(body: impl Into<Bytes>) -> Self {
        Self::error(200, body)
    }

    /// Creates a response with this status and this JSON.
    pub fn error(status: u16, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            content_type: "application/json",
            chunks: vec![body.into()],
        }
    }

    /// Creates a stream of server-sent events.
    pub fn events(chunks: Vec<Bytes>) -> Self {
        Self {
            status: 200,
            content_type: "text/event-stream",
            chunks,
        }
    }

    fn to_response(&self) -> Response<ResponseBody> {
        let body = match &self.chunks[..] {
            [body] => ResponseBody::from(body.clone()),
            chunks => ResponseBody::new(stream::iter(chunks.to_vec()).map(Ok)),
        };
        let response = Response::builder().status(self.status);
        let response = response.header("content-type", self.content_type);
        response.body(body).unwrap()
    }
}

/// Reads each request and responds. `MockTransport` of the SDK would keep all requests.
#[derive(Debug)]
struct Replay {
    replies: Vec<Reply>,
    sent: AtomicUsize,
}

impl Transport for Replay {
    fn send(
        &self,
        request: Request<RequestBody>,
    ) -> BoxFuture<'static, Result<Response<ResponseBody>, TransportError>> {
        let sent = self.sent.fetch_add(1, Ordering::Relaxed);
        let response = self.replies[sent % self.replies.len()].to_response();
        async move {
            if let RequestBody::Stream { mut chunks, .. } = request.into_body() {
                while let Some(chunk) = chunks.next().await {
                    std::hint::black_box(chunk.unwrap());
                }
            }
            Ok(response)
        }
        .boxed()
    }
}

/// A clock that advances at each reading. Pauses complete immediately, timeouts never do.
#[derive(Debug)]
struct CountingClock {
    start: Instant,
    readings: AtomicU32,
}

/// The time between two readings. The calls of a minute fill no rate limit.
const STEP: Duration = Duration::from_millis(10);

/// All pauses of the areas are shorter, and all timeouts are longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

impl CountingClock {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            readings: AtomicU32::new(0),
        }
    }

    fn passed(&self) -> Duration {
        STEP * self.readings.fetch_add(1, Ordering::Relaxed)
    }
}

impl Clock for CountingClock {
    fn now(&self) -> Instant {
        self.start + self.passed()
    }

    fn time_of_day(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600) + self.passed()
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        if span <= LONGEST_PAUSE {
            futures_util::future::ready(()).boxed()
        } else {
            futures_util::future::pending().boxed()
        }
    }
}
