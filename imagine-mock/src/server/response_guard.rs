//! Notices clients that hang up before their response is complete.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::CONTENT_LENGTH;
use axum::response::Response;
use http_body::{Frame, SizeHint};

use crate::connection::ConnectionHandle;
use crate::server::state::State;

/// Records a disconnect if it is dropped before the response is complete: the server drops handlers and bodies when
/// the client closes the connection.
pub(crate) struct ResponseGuard {
    state: Arc<State>,
    number: u64,
    is_complete: bool,
    /// Keeps the connection open until the disconnect is recorded.
    _connection: ConnectionHandle,
}

impl ResponseGuard {
    /// Guards the response to the request with this number.
    pub(crate) fn new(state: Arc<State>, number: u64, connection: ConnectionHandle) -> Self {
        Self {
            state,
            number,
            is_complete: false,
            _connection: connection,
        }
    }

    /// Marks the response as complete. A connection that the mock closes itself counts as complete.
    pub(crate) fn complete(&mut self) {
        self.is_complete = true;
    }

    /// Guards the body of the response until its end.
    pub(crate) fn watch(mut self, response: Response) -> Response {
        let length = response.headers().get(CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        response.map(|body| {
            self.is_complete |= body.is_end_stream() || length == Some(0);
            Body::new(GuardedBody {
                body,
                remaining: length.unwrap_or(u64::MAX),
                guard: self,
            })
        })
    }
}

impl Drop for ResponseGuard {
    fn drop(&mut self) {
        if !self.is_complete {
            self.state.request_log.set_disconnected(self.number);
        }
    }
}

struct GuardedBody {
    body: Body,
    /// The bytes up to the announced length, after which the server drops the body without polling its end.
    remaining: u64,
    guard: ResponseGuard,
}

impl HttpBody for GuardedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        let is_last = match &frame {
            Poll::Pending => false,
            Poll::Ready(None | Some(Err(_))) => true,
            Poll::Ready(Some(Ok(frame))) => {
                let length = frame.data_ref().map_or(0, |data| data.len() as u64);
                self.remaining = self.remaining.saturating_sub(length);
                self.remaining == 0 || self.body.is_end_stream()
            }
        };
        if is_last {
            self.guard.complete();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
