//! HTTP/2 with faults of its own.

use std::future::poll_fn;
use std::num::NonZeroU32;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, Request};
use axum::http;
use axum::response::Response;
use futures_util::stream;
use h2::server::SendResponse;
use h2::{Reason, RecvStream, SendStream};
use tokio::io::{AsyncRead, AsyncWrite};
use tower_service::Service;

use crate::connection::ConnectionHandle;

/// HTTP/2 over TLS, with the faults of its connections. Faults of operations apply as well: a closed connection is a
/// stream that is reset.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// use imagine_mock::{Http2, MockServer};
///
/// // Each connection processes 20 requests, as behind a proxy.
/// let http2 = Http2::new().requests_per_connection(20);
/// let server = MockServer::builder().http2(http2).start().await?;
/// assert!(server.inference_endpoint().starts_with("https://"));
/// assert!(server.certificate().is_some_and(|pem| pem.contains("BEGIN CERTIFICATE")));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Http2 {
    requests_per_connection: Option<u32>,
    refused_each: Option<NonZeroU32>,
    stalls_request_bodies: bool,
}

impl Http2 {
    /// Creates HTTP/2 without faults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Processes this many requests of a connection, then sends GOAWAY and refuses further streams. Default: unlimited.
    ///
    /// Requests that are refused are neither recorded nor executed.
    #[must_use]
    pub fn requests_per_connection(mut self, requests: u32) -> Self {
        self.requests_per_connection = Some(requests);
        self
    }

    /// Refuses every stream of a connection with this number or a multiple of it. 0 refuses none. Default: 0.
    #[must_use]
    pub fn refuse_each(mut self, number: u32) -> Self {
        self.refused_each = NonZeroU32::new(number);
        self
    }

    /// Never enlarges the flow-control window of request bodies: a body of more than 65,535 bytes stalls.
    #[must_use]
    pub fn stall_request_bodies(mut self) -> Self {
        self.stalls_request_bodies = true;
        self
    }

    /// Returns whether the stream with this number on its connection, from 1, is refused.
    fn refuses(self, number: u32) -> bool {
        let is_over = self
            .requests_per_connection
            .is_some_and(|limit| number > limit);
        is_over || self.refused_each.is_some_and(|each| number % each == 0)
    }
}

/// Serves a connection until its end.
pub(crate) async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    http2: Http2,
    handle: ConnectionHandle,
    app: Router,
) {
    if let Ok(connection) = h2::server::handshake(&mut stream).await {
        accept(connection, http2, handle, app).await;
    }
    // Closing a connection while requests arrive resets it, and the client could lose the GOAWAY that returns them.
    let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
}

async fn accept(
    mut connection: h2::server::Connection<impl AsyncRead + AsyncWrite + Unpin, Bytes>,
    http2: Http2,
    handle: ConnectionHandle,
    app: Router,
) {
    let mut number = 0_u32;
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        number = number.saturating_add(1);
        if http2.refuses(number) {
            respond.send_reset(Reason::REFUSED_STREAM);
        } else {
            let request = incoming(request, http2.stalls_request_bodies, handle.clone());
            let app = app.clone();
            tokio::spawn(async move { exchange(request, respond, app).await });
        }
        if http2.requests_per_connection == Some(number) {
            connection.graceful_shutdown();
        }
    }
}

fn incoming(request: http::Request<RecvStream>, stalls: bool, handle: ConnectionHandle) -> Request {
    let mut request = request.map(|body| {
        Body::from_stream(stream::unfold(body, move |mut body| async move {
            let chunk = body.data().await?;
            if let (Ok(chunk), false) = (&chunk, stalls) {
                // Fails if the stream was reset, which the next read reports.
                let _ = body.flow_control().release_capacity(chunk.len());
            }
            Some((chunk, body))
        }))
    });
    // Each stream has a handle of its own, because the end of one does not end the others.
    let handle = handle.for_stream();
    request.extensions_mut().insert(ConnectInfo(handle));
    request
}

async fn exchange(request: Request, mut respond: SendResponse<Bytes>, mut app: Router) {
    let ConnectInfo(handle) = match request.extensions().get::<ConnectInfo<ConnectionHandle>>() {
        Some(info) => info.clone(),
        None => return,
    };
    // The client can reset the stream while the handler runs.
    let response = tokio::select! {
        response = app.call(request) => response,
        _ = poll_fn(|context| respond.poll_reset(context)) => return,
    };
    let Ok(response) = response;
    if handle.closes_before_response() {
        respond.send_reset(Reason::INTERNAL_ERROR);
        return;
    }
    let _ = send(response, &mut respond).await;
}

/// Sends a response. A body that fails resets the stream.
async fn send(response: Response, respond: &mut SendResponse<Bytes>) -> Result<(), h2::Error> {
    let (mut head, mut body) = response.into_parts();
    // HTTP/2 has no such header.
    head.headers.remove(http::header::CONNECTION);
    if body.is_end_stream() {
        respond.send_response(Response::from_parts(head, ()), true)?;
        return Ok(());
    }
    let mut stream = respond.send_response(Response::from_parts(head, ()), false)?;
    loop {
        let frame = tokio::select! {
            frame = poll_fn(|context| Pin::new(&mut body).poll_frame(context)) => frame,
            _ = poll_fn(|context| stream.poll_reset(context)) => return Ok(()),
        };
        match frame {
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    send_data(&mut stream, data).await?;
                }
            }
            Some(Err(_)) => {
                stream.send_reset(Reason::INTERNAL_ERROR);
                return Ok(());
            }
            None => return stream.send_data(Bytes::new(), true),
        }
    }
}

/// Sends bytes as the window of the client allows.
async fn send_data(stream: &mut SendStream<Bytes>, mut data: Bytes) -> Result<(), h2::Error> {
    while !data.is_empty() {
        stream.reserve_capacity(data.len());
        match poll_fn(|context| stream.poll_capacity(context)).await {
            Some(capacity) => {
                let capacity = capacity?.min(data.len());
                stream.send_data(data.split_to(capacity), false)?;
            }
            None => return Ok(()),
        }
    }
    Ok(())
}
