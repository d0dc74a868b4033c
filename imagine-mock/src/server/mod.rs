//! Starts and stops the mock.

mod account_permits;
mod admin;
mod auth;
mod expectations;
mod extra_fields;
mod handler;
mod lenient;
#[cfg(feature = "httpmock")]
mod on_httpmock;
mod protocol;
mod rate_limits;
mod response_guard;
mod router;
mod state;
mod verify;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use axum::Router;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use self::auth::Keys;
use self::extra_fields::ExtraFields;
#[cfg(feature = "tls")]
pub use self::protocol::Http2;
use self::protocol::{PreparedProtocol, Protocol};
use self::rate_limits::ElapsedTime;
use self::state::{Settings, State};
pub use self::verify::{ContractViolations, RequestViolations};
use crate::api::Api;
use crate::connection::Listener;
use crate::expect::Expectations;
use crate::fault::{Chaos, Fault};
use crate::profile::Profile;
use crate::request_log::{Observer, RecordedRequest};
use crate::rule::{Scope, UnknownOperation};
use crate::service::media_build::MediaBuild;

/// A running mock of the service.
///
/// It runs on its own threads, so it works with any runtime and with blocking code. Dropping it closes its port and all
/// of its connections.
pub struct MockServer {
    address: SocketAddr,
    state: Arc<State>,
    host: Option<Host>,
    /// In PEM format, if the mock serves TLS.
    #[cfg_attr(
        not(feature = "tls"),
        expect(dead_code, reason = "plain HTTP has no certificate")
    )]
    certificate: Option<String>,
}

/// The host of the mock.
enum Host {
    /// The mock's own runtime.
    Runtime(Runtime),
    /// An httpmock server.
    #[cfg(feature = "httpmock")]
    Httpmock(httpmock::MockServer),
}

impl Host {
    /// Closes the port and the connections that the mock owns.
    fn close(self) {
        match self {
            Self::Runtime(runtime) => runtime.shutdown_background(),
            #[cfg(feature = "httpmock")]
            Self::Httpmock(server) => drop(server),
        }
    }
}

impl MockServer {
    /// Starts a mock on a free port of the loopback interface. It accepts any API key.
    ///
    /// # Errors
    ///
    /// Fails if the operating system provides no port or no threads.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Starts a mock from synchronous code, as [`start`](Self::start) does.
    ///
    /// # Errors
    ///
    /// Fails if the operating system provides no port or no threads.
    pub fn start_blocking() -> io::Result<Self> {
        Self::builder().start_blocking()
    }

    /// Returns a builder for a mock with other settings.
    pub fn builder() -> MockServerBuilder {
        MockServerBuilder::default()
    }

    /// Returns the base URL of an API, without a trailing slash.
    pub fn endpoint(&self, api: Api) -> &str {
        self.state.backend.endpoint(api)
    }

    /// Returns the base URL of the operations in the shapes of OpenAI's API, without a trailing slash.
    pub fn openai_endpoint(&self) -> &str {
        self.endpoint(Api::OpenAi)
    }

    /// Returns the socket address of the mock.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the self-signed certificate in PEM format, for clients to trust. `None` without
    /// [`tls`](MockServerBuilder::tls).
    #[cfg(feature = "tls")]
    pub fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// Adds a fault for the requests of an operation.
    ///
    /// The operation is named as in the specification, such as `chat` or `text2img`. If several APIs have an operation
    /// of this name, `inference.chat` selects one; the first API is the default. Faults of an operation apply in
    /// the order of their addition; one without [`times`](Fault::times) disables all later ones. They apply to requests
    /// that call the operation with a valid key. A method and a path, such as `POST /summarize`, select the requests of
    /// [`expect_request`](Self::expect_request).
    ///
    /// # Errors
    ///
    /// Fails if no operation has this name, and lists the known operations.
    pub fn fault(&self, operation: &str, fault: Fault) -> Result<(), UnknownOperation> {
        self.state.faults.script(operation, fault)
    }

    pub(crate) fn fault_of(
        &self,
        api: Api,
        operation: &str,
        fault: Fault,
    ) -> Result<(), UnknownOperation> {
        self.state
            .faults
            .add(Scope::operation(api, operation)?, fault);
        Ok(())
    }

    /// Removes the faults of all operations. [`chaos`](MockServerBuilder::chaos) continues.
    pub fn clear_faults(&self) {
        self.state.faults.clear();
    }

    /// Removes all recorded requests, faults and expectations, and all data that requests have stored: histories,
    /// usage, files, voices and generations. Restores the credits. Settings stay, and
    /// [`chaos`](MockServerBuilder::chaos) continues.
    pub fn reset(&self) {
        self.state.reset();
    }

    /// Returns the httpmock server that hosts the mock, if there is one.
    #[cfg(feature = "httpmock")]
    pub fn httpmock(&self) -> Option<&httpmock::MockServer> {
        match &self.host {
            Some(Host::Httpmock(server)) => Some(server),
            _ => None,
        }
    }

    fn expectations(&self) -> &Expectations {
        &self.state.expectations
    }

    fn extra_fields(&self) -> &ExtraFields {
        &self.state.extra_fields
    }

    /// Returns the number of open connections.
    pub fn connections(&self) -> usize {
        self.state.open_connections.get()
    }

    /// Returns the latest requests, oldest first, including those that got an error response.
    ///
    /// The number is limited by [`MockServerBuilder::retention_limit`], their total size to 256 MiB.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.state.request_log.all()
    }

    /// Returns the number of generations that the media API has accepted.
    pub fn accepted(&self) -> usize {
        self.state.backend.jobs.accepted()
    }

    /// Returns the remaining credits for generations.
    pub fn credits(&self) -> u64 {
        self.state.backend.jobs.credits()
    }

    /// Stops the mock and waits until its port and its connections are closed.
    pub async fn shutdown(mut self) {
        let Some(host) = self.host.take() else {
            return;
        };
        let (closed, wait) = oneshot::channel();
        thread::spawn(move || {
            drop(host);
            // Fails if the caller has stopped waiting, which is not an error.
            let _ = closed.send(());
        });
        // The sender outlives the runtime, so the mock has stopped in either case.
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
        let mut debug = formatter.debug_struct("MockServer");
        for api in Api::ALL {
            debug.field(&format!("{}_endpoint", api.name()), &self.endpoint(*api));
        }
        debug.finish_non_exhaustive()
    }
}

/// A builder for a [`MockServer`].
#[derive(Debug, Default)]
pub struct MockServerBuilder {
    port: u16,
    protocol: Protocol,
    settings: Settings,
}

impl MockServerBuilder {
    /// Sets the port. Default: 0, which selects a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Serves TLS with a self-signed certificate for `localhost` and 127.0.0.1, which [`MockServer::certificate`]
    /// returns. Default: plain HTTP.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self) -> Self {
        self.protocol.has_tls = true;
        self
    }

    /// Serves HTTP/2 to clients that support it, and TLS. Default: HTTP/1.1.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn http2(mut self, http2: Http2) -> Self {
        self.protocol.http2 = Some(http2);
        self.tls()
    }

    /// Accepts only this API key. Default: any key, but a request without a key is rejected.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.settings.keys = Keys::only(key);
        self
    }

    /// Sets the credits for generations. Default: 10,000.
    #[must_use]
    pub fn credits(mut self, credits: u64) -> Self {
        self.settings.credits = credits;
        self
    }

    /// Sets the build of the media API. Default: [`MediaBuild::Mixed`].
    #[must_use]
    pub fn media_build(mut self, build: MediaBuild) -> Self {
        self.settings.media_build = build;
        self
    }

    /// Sets the host of the inference API to simulate. Default: [`Profile::Documented`].
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.settings.profile = profile;
        self
    }

    /// Sets the source of the time that the limits of a [`profile`](Self::profile) use: a time since any start, which
    /// never decreases. Default: the monotonic clock of the system. Tests set the time of their own clock.
    #[must_use]
    pub fn elapsed_time(mut self, elapsed: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        self.settings.time = ElapsedTime::new(elapsed);
        self
    }

    /// Accepts several generation requests of an account at a time. Default: a second concurrent request gets 429, as
    /// reported of the live service.
    ///
    /// The limit applies to requests. The number of generations in progress is unlimited in either case.
    #[must_use]
    pub fn concurrent_generations(mut self) -> Self {
        self.settings.concurrent_generations = true;
        self
    }

    /// Limits the stored requests, generations, files, and the pairs of each history. Default: 10,000 of each, and
    /// 1,000 pairs, which is also the maximum for pairs. The size of the pairs of each history is limited to 64 MiB,
    /// that of the generations as well.
    #[must_use]
    pub fn retention_limit(mut self, limit: usize) -> Self {
        self.settings.retention_limit = limit;
        self
    }

    /// Adds a fault from the first request on, as [`MockServer::fault`] does.
    ///
    /// # Errors
    ///
    /// Fails if no operation has this name, and lists the known operations.
    pub fn fault(self, operation: &str, fault: Fault) -> Result<Self, UnknownOperation> {
        self.settings.faults.script(operation, fault)?;
        Ok(self)
    }

    /// Allows a field or a query parameter in the requests of an operation although the specification does not have it,
    /// as a test needs that sends one with the SDK's option of the same name. Default: it violates the contract, except
    /// `response_format` of a chat, which structured output sends.
    ///
    /// The operation is named as in [`MockServer::fault`], the field by a JSON pointer: `/do_sample`, or
    /// `/messages/*/weight` with `*` for any item or field.
    ///
    /// # Errors
    ///
    /// Fails if no operation has this name, and lists the known operations.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use imagine_mock::MockServer;
    ///
    /// let server = MockServer::builder()
    ///     .with_extra_field("chat", "/do_sample")?
    ///     .start_blocking()?;
    /// // .. send a chat with `do_sample`
    /// server.assert_contract();
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_extra_field(
        self,
        operation: &str,
        pointer: &str,
    ) -> Result<Self, UnknownOperation> {
        self.settings.extra_fields.allow(operation, pointer)?;
        Ok(self)
    }

    /// Applies a random fault to each request with a probability from 0 to 1.
    ///
    /// The faults are error statuses, delays of up to 50 ms, damaged or missing responses, and closed connections. All
    /// of them terminate. The same sequence of requests gets the same faults for the same seed; the order of concurrent
    /// requests determines their faults. Scripted faults take precedence.
    #[must_use]
    pub fn chaos(mut self, probability: f64, seed: u64) -> Self {
        self.settings.faults.chaos = Some(Chaos::new(probability, seed));
        self
    }

    /// Sets a callback for each request. It runs after the request is handled and before the response is sent.
    ///
    /// A long run can count requests with it that exceed the limit of [`MockServer::requests`].
    #[must_use]
    pub fn observe(mut self, observe: impl Fn(&RecordedRequest) + Send + Sync + 'static) -> Self {
        self.settings.observer = Observer::new(observe);
        self
    }

    /// Rejects requests for operations without an [expectation](crate::expect), and requests that deviate from the
    /// specification in a way that the mock otherwise tolerates. Default: the mock simulates the response.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.settings.expectations.strict = true;
        self
    }

    /// Starts the mock.
    ///
    /// # Errors
    ///
    /// Fails if the port is in use, or if the operating system provides no port or no threads.
    pub async fn start(self) -> io::Result<MockServer> {
        self.start_blocking()
    }

    /// Starts the mock from synchronous code. It runs on its own threads, and dropping it stops it.
    ///
    /// # Errors
    ///
    /// Fails if the port is in use, or if the operating system provides no port or no threads.
    pub fn start_blocking(self) -> io::Result<MockServer> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let protocol = self.protocol.prepare()?;
        let state = Arc::new(State::new(protocol.scheme(), address, self.settings));
        let certificate = protocol.certificate();
        let runtime = serve(listener, Arc::clone(&state), protocol)?;
        Ok(MockServer {
            address,
            state,
            host: Some(Host::Runtime(runtime)),
            certificate,
        })
    }

    /// Mounts the mock on an httpmock server, at the same base paths.
    ///
    /// Existing mocks of the server take precedence, and mocks for other paths keep working, so
    /// [`expect_request`](MockServer::expect_request) gets requests below the base paths only;
    /// [`MockServer::httpmock`] returns the server. httpmock sends buffered responses only: a stream arrives in one
    /// chunk, and a request with a delay or a connection fault gets 501 instead. The port and the connections belong to
    /// httpmock, and [`MockServer::connections`] returns 0.
    #[cfg(feature = "httpmock")]
    pub async fn on_httpmock(self, server: httpmock::MockServer) -> MockServer {
        let address = *server.address();
        let state = Arc::new(State::new("http", address, self.settings));
        on_httpmock::mount(&server, Arc::clone(&state)).await;
        MockServer {
            address,
            state,
            host: Some(Host::Httpmock(server)),
            certificate: None,
        }
    }
}

/// Serves the mock on its own runtime, whose shutdown closes all connections at once.
fn serve(
    listener: TcpListener,
    state: Arc<State>,
    protocol: PreparedProtocol,
) -> io::Result<Runtime> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("imagine-mock")
        .enable_all()
        .build()?;
    let entered = runtime.enter();
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let listener = Listener::new(listener, state.open_connections.clone());
    let app = Router::new().fallback(router::receive).with_state(state);
    protocol.spawn(listener, app);
    drop(entered);
    Ok(runtime)
}
