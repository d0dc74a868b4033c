//! Connections that can be told how to end.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Where connections come in.
#[derive(Debug)]
pub(crate) struct Door {
    listener: TcpListener,
    open: Open,
}

impl Door {
    /// A door that counts the connections that are open.
    pub(crate) fn new(listener: TcpListener, open: Open) -> Self {
        Self { listener, open }
    }
}

impl Listener for Door {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Events of a stream are small and must not wait for each other.
        let _ = stream.set_nodelay(true);
        (Connection::new(stream, self.open.clone()), address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// How many connections are open.
#[derive(Clone, Debug, Default)]
pub(crate) struct Open(Arc<AtomicUsize>);

impl Open {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// How a connection is to end, as the handler of a request says it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line(Arc<Ending>);

#[derive(Debug, Default)]
struct Ending {
    hung_up: AtomicBool,
    reset: AtomicBool,
}

impl Line {
    /// Ends the connection before anything else is written to it.
    pub(crate) fn hang_up(&self) {
        self.0.hung_up.store(true, Ordering::Relaxed);
    }

    /// Makes the connection end with a reset instead of an orderly close, once it ends.
    pub(crate) fn reset(&self) {
        self.0.reset.store(true, Ordering::Relaxed);
    }

    fn is_hung_up(&self) -> bool {
        self.0.hung_up.load(Ordering::Relaxed)
    }

    fn is_reset(&self) -> bool {
        self.0.reset.load(Ordering::Relaxed)
    }
}

impl Connected<IncomingStream<'_, Door>> for Line {
    fn connect_info(incoming: IncomingStream<'_, Door>) -> Self {
        incoming.io().line.clone()
    }
}

/// An open connection.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    line: Line,
    open: Open,
}

impl Connection {
    fn new(stream: TcpStream, open: Open) -> Self {
        open.0.fetch_add(1, Ordering::Relaxed);
        let line = Line::default();
        Self { stream, line, open }
    }

    fn stream(self: Pin<&mut Self>) -> Pin<&mut TcpStream> {
        Pin::new(&mut self.get_mut().stream)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.line.is_reset() {
            // Without time to linger, closing forgets what is unsent and sends a reset.
            let _ = self.stream.set_zero_linger();
        }
        self.open.0.fetch_sub(1, Ordering::Relaxed);
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
        if self.line.is_hung_up() {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        self.stream().poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.line.is_reset() {
            return Poll::Ready(Ok(()));
        }
        self.stream().poll_shutdown(context)
    }
}
