//! Starts and stops the mock.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::auth::Keys;
use crate::record::RecordedRequest;
use crate::router;
use crate::state::State;

/// A running mock of the service.
///
/// It runs on threads of its own, so it works under any runtime and beside blocking code. Dropping it
/// closes its port and all of its connections.
pub struct MockServer {
    address: SocketAddr,
    state: Arc<State>,
    runtime: Option<Runtime>,
}

impl MockServer {
    /// Starts a mock on a free port of the loopback interface that takes any key.
    ///
    /// # Errors
    ///
    /// Fails where the system grants no port or no threads.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Starts a mock with other settings.
    pub fn builder() -> MockServerBuilder {
        MockServerBuilder::default()
    }

    /// The base URL of the inference API, without a trailing slash.
    pub fn endpoint(&self) -> &str {
        self.state.endpoint()
    }

    /// The address that the mock listens at.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requests that came in so far, oldest first, whatever they were answered.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.state.record.all()
    }

    /// Stops the mock and waits until its port and its connections are closed.
    pub async fn shutdown(mut self) {
        let Some(runtime) = self.runtime.take() else {
            return;
        };
        let (closed, wait) = oneshot::channel();
        thread::spawn(move || {
            drop(runtime);
            // The caller may have stopped waiting, which is no failure.
            let _ = closed.send(());
        });
        // The sender is gone only when the runtime is, so either way the mock has stopped.
        let _ = wait.await;
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for MockServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MockServer")
            .field("endpoint", &self.endpoint())
            .finish_non_exhaustive()
    }
}

/// Settings of a mock that is not started yet.
#[derive(Debug, Default)]
pub struct MockServerBuilder {
    port: u16,
    keys: Keys,
}

impl MockServerBuilder {
    /// Listens at this port. Without it, or with 0, the system picks a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Takes this key only. Without it any key is taken, but a request without one is refused.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.keys = Keys::only(key);
        self
    }

    /// Starts the mock.
    ///
    /// # Errors
    ///
    /// Fails where the port is taken, or where the system grants no port or no threads.
    pub async fn start(self) -> io::Result<MockServer> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::new(address, self.keys));
        let runtime = serve(listener, Arc::clone(&state))?;
        Ok(MockServer {
            address,
            state,
            runtime: Some(runtime),
        })
    }
}

/// A runtime of the mock's own lets it close every connection at once, by ending all that runs there.
fn serve(listener: TcpListener, state: Arc<State>) -> io::Result<Runtime> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("imagine-mock")
        .enable_all()
        .build()?;
    let entered = runtime.enter();
    // Events of a stream are small and must not wait for each other.
    let listener = tokio::net::TcpListener::from_std(listener)?.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    let app = Router::new().fallback(router::receive).with_state(state);
    runtime.spawn(async move { axum::serve(listener, app).await });
    drop(entered);
    Ok(runtime)
}
