//! The thread that drives a client's connections, and waiting for a future on any other one.
//!
//! A call is polled by the thread that makes it; the client's own thread only drives what the call starts:
//! connections and timers. So nothing is handed back and forth, and no runtime is blocked on, which inside
//! another one would panic.

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

/// The way in which a blocking client's calls are sent: the thread that makes a call waits for it.
///
/// It stands where an asynchronous client's builders have [`Async`](crate::Async). Clones share one thread,
/// which ends with the last of them.
#[derive(Clone)]
pub struct Blocking(Arc<Inner>);

struct Inner {
    handle: Handle,
    thread: ThreadId,
    /// The thread ends when this is dropped.
    _running: oneshot::Sender<Infallible>,
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
    /// Starts what drives the connections on the thread that `spawn` makes.
    fn spawn(
        spawn: impl FnOnce(Box<dyn FnOnce() + Send>) -> io::Result<ThreadId>,
    ) -> io::Result<Self> {
        let (running, stopped) = oneshot::channel();
        let (ready, started) = mpsc::channel();
        // It is built there because only there it can be dropped, whatever happens.
        let thread = spawn(Box::new(move || drive(&ready, stopped)))?;
        let handle = started.recv().map_err(io::Error::other)??;
        Ok(Self(Arc::new(Inner {
            handle,
            thread,
            _running: running,
        })))
    }

    /// The value of `future`, for which this thread waits.
    ///
    /// # Errors
    ///
    /// When this is the thread that drives the connections, which would wait for itself, or when the system
    /// grants no thread to an asynchronous program that calls.
    pub(crate) fn run<F>(&self, future: F) -> Result<F::Output, Error>
    where
        F: Future + Send,
        F::Output: Send,
    {
        if thread::current().id() == self.0.thread {
            return Err(Error::configuration(OWN_THREAD));
        }
        if Handle::try_current().is_err_and(|none| none.is_missing_context()) {
            return Ok(self.wait(future));
        }
        // A thread that works on tasks keeps some wake-ups until its task yields, which it cannot while it
        // waits. One that ends may have dropped what the runtime keeps there. So another waits in its place.
        let substitute = thread::Builder::new().name("imagine-blocking-call".to_owned());
        thread::scope(|scope| {
            let waiting = substitute.spawn_scoped(scope, || self.wait(future));
            let waiting =
                waiting.map_err(|error| Error::configuration(NO_THREAD).with_source(error))?;
            Ok(waiting.join().unwrap_or_else(|panic| resume_unwind(panic)))
        })
    }

    fn wait<F: Future>(&self, future: F) -> F::Output {
        let _inside = self.0.handle.enter();
        wait(future)
    }
}

const OWN_THREAD: &str = "a blocking client cannot be called on its own thread, where its connections are driven; call it from another thread, or use the asynchronous client";

const NO_THREAD: &str = "no thread can be started for the blocking client; free some threads, or use the asynchronous client";

impl fmt::Debug for Blocking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Blocking")
    }
}

/// Drives connections and timers until there is no client left.
fn drive(ready: &mpsc::Sender<io::Result<Handle>>, stopped: oneshot::Receiver<Infallible>) {
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        // Who asked for it is waiting, so the message arrives.
        Err(error) => return drop(ready.send(Err(error))),
    };
    let _ = ready.send(Ok(runtime.handle().clone()));
    let _ = runtime.block_on(stopped);
    // A lookup of a name that is under way is not worth waiting for.
    runtime.shutdown_background();
}

/// Wakes a waiting thread. The flag is what counts: anything on the thread may use up its token.
struct Alarm {
    rung: AtomicBool,
    thread: Thread,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.rung.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// Polls `future` whenever it asks to be, and sleeps in between.
fn wait<F: Future>(future: F) -> F::Output {
    let alarm = Arc::new(Alarm {
        rung: AtomicBool::new(false),
        thread: thread::current(),
    });
    let waker = Waker::from(Arc::clone(&alarm));
    let mut cx = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut cx) {
            return value;
        }
        while !alarm.rung.swap(false, Ordering::Acquire) {
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
    fn a_thread_that_the_system_does_not_grant_is_an_error() {
        let error = Blocking::spawn(|_| Err(io::Error::other("no more"))).unwrap_err();
        assert_eq!(error.to_string(), "no more");
    }

    #[test]
    fn the_clients_own_thread_cannot_wait_for_itself() {
        let runtime = start();
        let (said, heard) = mpsc::channel();
        let (own, handle) = (runtime.clone(), runtime.0.handle.clone());
        let call = handle.spawn(async move { said.send(own.run(async {})).unwrap() });
        let error = heard.recv().unwrap().unwrap_err();
        assert!(
            error.is_configuration() && error.to_string().contains("its own thread"),
            "{error}"
        );
        runtime.run(call).unwrap().unwrap();
    }

    #[test]
    fn a_call_survives_what_takes_its_token_and_what_wakes_it_for_nothing() {
        let runtime = start();
        let (send, receive) = oneshot::channel();
        let waiting = async {
            thread::current().unpark();
            thread::park();
            thread::current().unpark();
            receive.await
        };
        let sender = thread::spawn(|| send.send(7));
        assert_eq!(runtime.run(waiting).unwrap(), Ok(7));
        sender.join().unwrap().unwrap();
    }

    #[test]
    fn a_task_that_waits_is_woken_though_it_does_not_yield() {
        let runtime = start();
        let outer = Builder::new_current_thread().build().unwrap();
        let (inner, yielding) = (runtime.clone(), tokio::task::yield_now());
        outer.block_on(async move { inner.run(yielding).unwrap() });
        let panicking = || runtime.run(async { panic!("as the caller's own code may") });
        let panicked = outer.block_on(async { catch_unwind(AssertUnwindSafe(panicking)) });
        assert!(panicked.is_err());
    }

    /// What a thread keeps is dropped when it ends, perhaps after what a runtime keeps there.
    #[test]
    fn a_call_can_be_made_while_a_thread_ends() {
        struct Late(Blocking, mpsc::Sender<i32>);
        impl Drop for Late {
            fn drop(&mut self) {
                self.1.send(self.0.run(async { 7 }).unwrap()).unwrap();
            }
        }
        thread_local!(static LATE: RefCell<Option<Late>> = const { RefCell::new(None) });
        let (send, receive) = mpsc::channel();
        let late = Late(start(), send);
        let ending = thread::spawn(|| {
            let runtime = late.0.clone();
            LATE.set(Some(late));
            runtime.run(async {}).unwrap();
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
        assert_eq!(clone.run(async { 1 }).unwrap(), 1);
        drop(clone);
        // What ran there is dropped with the runtime, and with it the sender.
        assert!(wait(ended).is_err());
    }

    fn start() -> Blocking {
        Blocking::spawn(|run| Ok(thread::spawn(run).thread().id())).unwrap()
    }
}
