//! The thread that drives the connections of a blocking client, and blocking on futures.
//!
//! The calling thread polls its call. The client's thread only drives connections and timers. This avoids moving calls
//! between threads. It also avoids blocking on a runtime, which panics inside another runtime.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread, ThreadId};

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::client::Mode;
use crate::error::Error;

/// The blocking mode of a client: the calling thread blocks until its call completes.
///
/// Builders of asynchronous clients have [`Async`](crate::operation::Async) instead. Clones share one thread, which
/// ends with the last clone.
#[derive(Clone)]
pub struct Blocking(Arc<Inner>);

struct Inner {
    handle: Handle,
    thread: ThreadId,
    /// The process of the thread. A fork does not copy threads.
    process: u32,
    /// Dropping it ends the thread.
    _shutdown: oneshot::Sender<Infallible>,
}

impl Mode for Blocking {
    fn start() -> Result<Self, Error> {
        let started = Self::spawn(|run| {
            let thread = thread::Builder::new().name("imagine-blocking".to_owned());
            thread.spawn(run).map(|thread| thread.thread().id())
        });
        started.map_err(|error| Error::configuration(NO_THREAD).with_source(error))
    }
}

impl Blocking {
    /// Starts the driver on the thread that `spawn` creates.
    fn spawn(
        spawn: impl FnOnce(Box<dyn FnOnce() + Send>) -> io::Result<ThreadId>,
    ) -> io::Result<Self> {
        let (shutdown, stopped) = oneshot::channel();
        let (ready, started) = mpsc::channel();
        // The thread builds the runtime, because dropping a runtime elsewhere may panic.
        let thread = spawn(Box::new(move || drive(&ready, stopped)))?;
        let handle = started.recv().map_err(io::Error::other)??;
        Ok(Self(Arc::new(Inner {
            handle,
            thread,
            process: std::process::id(),
            _shutdown: shutdown,
        })))
    }

    /// Blocks until `future` completes.
    ///
    /// # Errors
    ///
    /// Fails on the thread that drives the connections, which would block itself, and in a forked process, which has no
    /// such thread. Fails if an asynchronous program
    /// calls and no thread can be started.
    pub(crate) fn block_on<F>(&self, future: F) -> Result<F::Output, Error>
    where
        F: Future + Send,
        F::Output: Send,
    {
        if std::process::id() != self.0.process {
            return Err(Error::configuration(OTHER_PROCESS));
        }
        if thread::current().id() == self.0.thread {
            return Err(Error::configuration(OWN_THREAD));
        }
        if Handle::try_current().is_err_and(|none| none.is_missing_context()) {
            return Ok(self.enter_and_block_on(future));
        }
        // A worker thread defers some wake-ups until its task yields, which a blocked task never does. A thread that is
        // ending may have destroyed the thread-locals of the runtime. Therefore another thread blocks instead.
        let substitute = thread::Builder::new().name("imagine-blocking-call".to_owned());
        thread::scope(|scope| {
            let waiting = substitute.spawn_scoped(scope, || self.enter_and_block_on(future));
            let waiting =
                waiting.map_err(|error| Error::configuration(NO_THREAD).with_source(error))?;
            Ok(waiting.join().unwrap_or_else(|panic| resume_unwind(panic)))
        })
    }

    fn enter_and_block_on<F: Future>(&self, future: F) -> F::Output {
        let _guard = self.0.handle.enter();
        block_on(future)
    }
}

const OWN_THREAD: &str = "a blocking client cannot be called on its own thread, which drives its connections; call it from another thread, or use the asynchronous client";

const OTHER_PROCESS: &str = "a blocking client cannot be used after a fork, because its thread is in the parent process; build another client in the child process";

const NO_THREAD: &str = "cannot start a thread for the blocking client; free some threads, or use the asynchronous client";

impl fmt::Debug for Blocking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Blocking")
    }
}

/// Drives connections and timers until the last client is dropped.
fn drive(ready: &mpsc::Sender<io::Result<Handle>>, stopped: oneshot::Receiver<Infallible>) {
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        // The caller waits for this message.
        Err(error) => return drop(ready.send(Err(error))),
    };
    let _ = ready.send(Ok(runtime.handle().clone()));
    let _ = runtime.block_on(stopped);
    // A pending name lookup must not delay the shutdown.
    runtime.shutdown_background();
}

/// Wakes a parked thread. The flag is required, because other code may consume the thread's park token.
struct ThreadWaker {
    is_woken: AtomicBool,
    thread: Thread,
}

impl Wake for ThreadWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// Polls `future` until it completes, and parks the thread in between.
fn block_on<F: Future>(future: F) -> F::Output {
    let thread_waker = Arc::new(ThreadWaker {
        is_woken: AtomicBool::new(false),
        thread: thread::current(),
    });
    let waker = Waker::from(Arc::clone(&thread_waker));
    let mut cx = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut cx) {
            return value;
        }
        while !thread_waker.is_woken.swap(false, Ordering::Acquire) {
            thread::park();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn a_thread_that_cannot_be_started_is_an_error() {
        let error = Blocking::spawn(|_| Err(io::Error::other("no more"))).unwrap_err();
        assert_eq!(error.to_string(), "no more");
    }

    /// A call would wait for ever (F20).
    #[test]
    fn a_forked_process_cannot_use_the_thread_of_its_parent() {
        let mut runtime = start();
        Arc::get_mut(&mut runtime.0).unwrap().process = 0;
        let error = runtime.block_on(async {}).unwrap_err();
        assert!(
            error.is_configuration() && error.to_string().contains("fork"),
            "{error}"
        );
    }

    #[test]
    fn the_own_thread_of_a_client_cannot_block() {
        let runtime = start();
        let (sender, receiver) = mpsc::channel();
        let (own, handle) = (runtime.clone(), runtime.0.handle.clone());
        let call = handle.spawn(async move { sender.send(own.block_on(async {})).unwrap() });
        let error = receiver.recv().unwrap().unwrap_err();
        assert!(
            error.is_configuration() && error.to_string().contains("its own thread"),
            "{error}"
        );
        runtime.block_on(call).unwrap().unwrap();
    }

    #[test]
    fn a_call_survives_a_consumed_park_token_and_spurious_wake_ups() {
        let runtime = start();
        let (send, receive) = oneshot::channel();
        let waiting = async {
            thread::current().unpark();
            thread::park();
            thread::current().unpark();
            receive.await
        };
        let sender = thread::spawn(|| send.send(7));
        assert_eq!(runtime.block_on(waiting).unwrap(), Ok(7));
        sender.join().unwrap().unwrap();
    }

    #[test]
    fn a_blocked_task_is_woken_without_yielding() {
        let runtime = start();
        let outer = Builder::new_current_thread().build().unwrap();
        let (inner, yielding) = (runtime.clone(), tokio::task::yield_now());
        outer.block_on(async move { inner.block_on(yielding).unwrap() });
        let panicking = || runtime.block_on(async { panic!("a panic in the caller's code") });
        let panicked = outer.block_on(async { catch_unwind(AssertUnwindSafe(panicking)) });
        assert!(panicked.is_err());
    }

    /// Thread-locals are dropped when a thread ends, possibly after those of a runtime.
    #[test]
    fn a_call_can_be_made_while_a_thread_ends() {
        struct Late(Blocking, mpsc::Sender<i32>);
        impl Drop for Late {
            fn drop(&mut self) {
                self.1.send(self.0.block_on(async { 7 }).unwrap()).unwrap();
            }
        }
        thread_local!(static LATE: RefCell<Option<Late>> = const { RefCell::new(None) });
        let (send, receive) = mpsc::channel();
        let late = Late(start(), send);
        let ending = thread::spawn(|| {
            let runtime = late.0.clone();
            LATE.set(Some(late));
            runtime.block_on(async {}).unwrap();
        });
        ending.join().unwrap();
        assert_eq!(receive.recv(), Ok(7));
    }

    #[test]
    fn the_thread_ends_with_the_last_clone() {
        let runtime = start();
        let (alive, ended) = oneshot::channel::<()>();
        let task = async move {
            std::future::pending::<()>().await;
            drop(alive);
        };
        drop(runtime.0.handle.spawn(task));
        let clone = runtime.clone();
        drop(runtime);
        assert_eq!(clone.block_on(async { 1 }).unwrap(), 1);
        drop(clone);
        // Dropping the runtime drops its tasks, and with them the sender.
        assert!(block_on(ended).is_err());
    }

    fn start() -> Blocking {
        Blocking::spawn(|run| Ok(thread::spawn(run).thread().id())).unwrap()
    }
}
