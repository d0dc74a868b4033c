//! Connections whose end a request handler controls.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// A TCP listener that counts open connections.
#[derive(Debug)]
pub(crate) struct Listener {
    listener: TcpListener,
    open: ConnectionCount,
}

impl Listener {
    pub(crate) fn new(listener: TcpListener, open: ConnectionCount) -> Self {
        Self { listener, open }
    }
}

impl serve::Listener for Listener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, address) = serve::Listener::accept(&mut self.listener).await;
        // The small events of a stream must not wait for each other.
        let _ = stream.set_nodelay(true);
        (Connection::new(stream, self.open.clone()), address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// The number of open connections.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConnectionCount(Arc<AtomicUsize>);

impl ConnectionCount {
    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::Acquire)
    }
}

/// A handle with which a request handler controls the end of its connection.
///
/// The connection counts as open until all of its handles are dropped, so that it outlives its handlers.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionHandle(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    closes_before_response: AtomicBool,
    resets_on_close: AtomicBool,
    open: ConnectionCount,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.open.0.fetch_sub(1, Ordering::Release);
    }
}

impl ConnectionHandle {
    fn new(open: ConnectionCount) -> Self {
        open.0.fetch_add(1, Ordering::Relaxed);
        Self(Arc::new(Shared {
            closes_before_response: AtomicBool::new(false),
            resets_on_close: AtomicBool::new(false),
            open,
        }))
    }

    /// Closes the connection before anything else is written.
    pub(crate) fn close_before_response(&self) {
        self.0.closes_before_response.store(true, Ordering::Relaxed);
    }

    /// Makes the connection end with a reset instead of an orderly close.
    pub(crate) fn reset_on_close(&self) {
        self.0.resets_on_close.store(true, Ordering::Relaxed);
    }

    /// Returns the handle of a stream of this connection, which ends independently.
    #[cfg(feature = "tls")]
    pub(crate) fn for_stream(&self) -> Self {
        Self::new(ConnectionCount::default())
    }

    pub(crate) fn closes_before_response(&self) -> bool {
        self.0.closes_before_response.load(Ordering::Relaxed)
    }

    fn resets_on_close(&self) -> bool {
        self.0.resets_on_close.load(Ordering::Relaxed)
    }
}

impl Connected<serve::IncomingStream<'_, Listener>> for ConnectionHandle {
    fn connect_info(incoming: serve::IncomingStream<'_, Listener>) -> Self {
        incoming.io().handle.clone()
    }
}

/// An open connection.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    handle: ConnectionHandle,
}

impl Connection {
    fn new(stream: TcpStream, open: ConnectionCount) -> Self {
        let handle = ConnectionHandle::new(open);
        Self { stream, handle }
    }

    /// Returns the handle with which a request handler controls the end of the connection.
    #[cfg(feature = "tls")]
    pub(crate) fn handle(&self) -> ConnectionHandle {
        self.handle.clone()
    }

    fn stream(self: Pin<&mut Self>) -> Pin<&mut TcpStream> {
        Pin::new(&mut self.get_mut().stream)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.handle.resets_on_close() {
            // With a linger time of 0, closing discards unsent data and sends a reset.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream().poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.handle.closes_before_response() {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        self.stream().poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.handle.resets_on_close() {
            return Poll::Ready(Ok(()));
        }
        self.stream().poll_shutdown(context)
    }
}
