//! Starts and stops the mock.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;

use axum::Router;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::api::Api;
use crate::auth::Keys;
use crate::connection::{Door, Line};
use crate::expect::Expectations;
use crate::fault::{Chaos, Fault, UnknownOperation};
use crate::media_build::MediaBuild;
#[cfg(feature = "httpmock")]
use crate::on_httpmock;
use crate::record::{Observer, RecordedRequest};
use crate::router;
use crate::state::{Settings, State};

/// A running mock of the service.
///
/// It runs on threads of its own, so it works under any runtime and beside blocking code. Dropping it
/// closes its port and all of its connections.
pub struct MockServer {
    address: SocketAddr,
    state: Arc<State>,
    host: Option<Host>,
}

/// What carries the mock.
enum Host {
    /// A runtime of its own.
    Own(Runtime),
    /// A server of httpmock's.
    #[cfg(feature = "httpmock")]
    Httpmock(httpmock::MockServer),
}

impl Host {
    /// Closes the port and the connections, as far as they are the mock's own.
    fn close(self) {
        match self {
            Self::Own(runtime) => runtime.shutdown_background(),
            #[cfg(feature = "httpmock")]
            Self::Httpmock(server) => drop(server),
        }
    }
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

    /// Makes the requests for an operation meet a fault from now on.
    ///
    /// The operation is named as in the specification, `chat` or `text2img`: operations are data, and a new
    /// one can be named without a new version of this crate. Faults of an operation come in the order in
    /// which they were scripted; one without [`times`](Fault::times) hides all after it. They are met by
    /// requests that call the operation with a good key.
    ///
    /// # Errors
    ///
    /// Fails where no operation has this name, and lists those there are.
    pub fn fault(&self, operation: &str, fault: Fault) -> Result<(), UnknownOperation> {
        self.state.faults.script(operation, fault)
    }

    /// Forgets the faults that were scripted. Chaos goes on.
    pub fn clear_faults(&self) {
        self.state.faults.clear();
    }

    /// The server of httpmock's that carries the mock, where one does.
    #[cfg(feature = "httpmock")]
    pub fn httpmock(&self) -> Option<&httpmock::MockServer> {
        match &self.host {
            Some(Host::Httpmock(server)) => Some(server),
            _ => None,
        }
    }

    pub(crate) fn expectations(&self) -> &Expectations {
        &self.state.expectations
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.state.open.count()
    }

    /// The latest requests, oldest first, whatever they were answered. There are 10,000 at most, unless
    /// [`MockServerBuilder::remember`] says otherwise, with bodies of 256 MiB in all.
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
        let Some(host) = self.host.take() else {
            return;
        };
        let (closed, wait) = oneshot::channel();
        thread::spawn(move || {
            drop(host);
            // The caller may have stopped waiting, which is no failure.
            let _ = closed.send(());
        });
        // The sender is gone only when the runtime is, so either way the mock has stopped.
        let _ = wait.await;
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        if let Some(host) = self.host.take() {
            host.close();
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
#[derive(Debug, Default)]
pub struct MockServerBuilder {
    port: u16,
    settings: Settings,
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
        self.settings.keys = Keys::only(key);
        self
    }

    /// Grants this many credits for generations. Without it, 10,000.
    #[must_use]
    pub fn credits(mut self, credits: u64) -> Self {
        self.settings.credits = credits;
        self
    }

    /// Plays this build of the media API. Without it, both in turn.
    #[must_use]
    pub fn media_build(mut self, build: MediaBuild) -> Self {
        self.settings.media_build = build;
        self
    }

    /// Accepts several generation requests of an account at a time. Without it, the second one gets 429, as the live
    /// service is reported to respond. It is about requests: any number of generations can be in progress.
    #[must_use]
    pub fn concurrent_generations(mut self) -> Self {
        self.settings.concurrent_generations = true;
        self
    }

    /// Remembers at most this many requests, generations and files, and pairs of each history. Without it,
    /// 10,000 of each, and 1,000 pairs.
    #[must_use]
    pub fn remember(mut self, most: usize) -> Self {
        self.settings.remembered = most;
        self
    }

    /// Scripts a fault, as [`MockServer::fault`] does, for the requests from the first one on.
    ///
    /// # Errors
    ///
    /// Fails where no operation has this name, and lists those there are.
    pub fn fault(self, operation: &str, fault: Fault) -> Result<Self, UnknownOperation> {
        self.settings.faults.script(operation, fault)?;
        Ok(self)
    }

    /// Lets each request that calls an operation meet a fault by chance, with a probability from 0 to 1.
    ///
    /// They are refusals, delays of up to 50 ms, damaged or missing answers, and closed connections, each of
    /// which comes to an end. The same requests meet the same faults for the same seed; where requests run
    /// side by side, their order decides which one meets which. What is scripted comes first.
    #[must_use]
    pub fn chaos(mut self, probability: f64, seed: u64) -> Self {
        self.settings.faults.chaos = Some(Chaos::new(probability, seed));
        self
    }

    /// Calls this function for each request, as soon as it is decided what becomes of it and before it is
    /// answered. A long run can count with it what [`MockServer::requests`] no longer remembers.
    #[must_use]
    pub fn observe(mut self, observe: impl Fn(&RecordedRequest) + Send + Sync + 'static) -> Self {
        self.settings.observer = Observer::new(observe);
        self
    }

    /// Refuses requests for operations of which nothing is [expected](crate::expect), instead of answering
    /// them as the service might.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.settings.expectations.strict = true;
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
        let state = Arc::new(State::new(address, self.settings));
        let runtime = serve(listener, Arc::clone(&state))?;
        Ok(MockServer {
            address,
            state,
            host: Some(Host::Own(runtime)),
        })
    }

    /// Puts the mock on a server of httpmock's, beside what it answers already, at the same base paths.
    ///
    /// Mocks that were made on the server before come first, and so do those for other paths:
    /// [`MockServer::httpmock`] gives access to it. httpmock answers whole and at once, so a stream comes in
    /// one piece; a request that is to meet a delay, a pause or a fault of the connection is refused with 501
    /// instead. The port and the connections are httpmock's, and [`MockServer::connections`] counts none.
    #[cfg(feature = "httpmock")]
    pub async fn on_httpmock(self, server: httpmock::MockServer) -> MockServer {
        let address = *server.address();
        let state = Arc::new(State::new(address, self.settings));
        on_httpmock::mount(&server, Arc::clone(&state)).await;
        MockServer {
            address,
            state,
            host: Some(Host::Httpmock(server)),
        }
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
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let door = Door::new(listener, state.open.clone());
    let app = Router::new().fallback(router::receive).with_state(state);
    let app = app.into_make_service_with_connect_info::<Line>();
    runtime.spawn(async move { axum::serve(door, app).await });
    drop(entered);
    Ok(runtime)
}
