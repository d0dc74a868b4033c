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

use crate::api::Api;
use crate::auth::Keys;
use crate::record::RecordedRequest;
use crate::router;
use crate::state::State;

/// The credits of a mock that is not told how many it grants.
const CREDITS: u64 = 1_000;

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
        self.state.endpoint(Api::Inference)
    }

    /// The base URL of the media API, without a trailing slash.
    pub fn media_endpoint(&self) -> &str {
        self.state.endpoint(Api::Media)
    }

    /// The address that the mock listens at.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requests that came in so far, oldest first, whatever they were answered.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.state.record.all()
    }

    /// How many generations the media API accepted so far.
    pub fn accepted(&self) -> usize {
        self.state.jobs.accepted()
    }

    /// How many credits are left to generate with.
    pub fn credits(&self) -> u64 {
        self.state.jobs.credits()
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
            .field("media_endpoint", &self.media_endpoint())
            .finish_non_exhaustive()
    }
}

/// Settings of a mock that is not started yet.
#[derive(Debug)]
pub struct MockServerBuilder {
    port: u16,
    keys: Keys,
    credits: u64,
}

impl Default for MockServerBuilder {
    fn default() -> Self {
        Self {
            port: 0,
            keys: Keys::default(),
            credits: CREDITS,
        }
    }
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

    /// Grants this many credits for generations. Without it, 1000.
    #[must_use]
    pub fn credits(mut self, credits: u64) -> Self {
        self.credits = credits;
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
        let state = Arc::new(State::new(address, self.keys, self.credits));
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
