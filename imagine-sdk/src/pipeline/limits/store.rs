//! Keeps the state of the limits in a file that processes share.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::PathBuf;

use fs4::{FileExt, TryLockError};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::plan::Record;
use super::settings::RateLimits;
use crate::error::Error;

/// The version of the format.
const VERSION: u32 = 1;

/// A file with the records of several accounts.
#[derive(Debug)]
pub(super) struct Store {
    path: PathBuf,
    lock: PathBuf,
    account: String,
}

/// The content of the file. Its fields are those of this version only.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    version: u32,
    /// By the hash of an endpoint and a key.
    accounts: BTreeMap<String, Record>,
}

/// The locked file.
pub(super) struct Locked<'a> {
    store: &'a Store,
    content: Content,
    /// Unlocked when it is closed.
    _lock: File,
}

/// Returns the name of an account in the file, which does not reveal the key.
fn account(endpoint: &str, key: Option<&str>) -> String {
    let mut hash = Sha256::new();
    hash.update(endpoint);
    hash.update([0]);
    hash.update(key.unwrap_or_default());
    let hash = hash.finalize();
    let bytes = hash.iter().take(16);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

impl Store {
    /// Returns the store of the limits, if they have one. `endpoint` and `key` identify the account.
    ///
    /// # Errors
    ///
    /// Fails if the path names no file, or a directory.
    pub(super) fn of(
        limits: &RateLimits,
        (endpoint, key): (&str, Option<&str>),
    ) -> Result<Option<Self>, Error> {
        let Some(path) = limits.path.clone() else {
            return Ok(None);
        };
        if path.file_name().is_none() || path.is_dir() {
            return Err(Error::configuration(format!(
                "the path of the rate limits, `{}`, names no file; pass one in a directory that exists",
                path.display()
            )));
        }
        let mut lock = path.clone().into_os_string();
        lock.push(".lock");
        Ok(Some(Self {
            path,
            lock: lock.into(),
            account: account(endpoint, key),
        }))
    }

    /// Locks and reads the file. Returns `None` while another process holds it.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be locked or read, or has another content.
    pub(super) fn try_lock(&self) -> Result<Option<Locked<'_>>, Error> {
        let mut options = OpenOptions::new();
        let options = options.create(true).truncate(false).write(true);
        let lock = options
            .open(&self.lock)
            .map_err(|error| self.io_error("lock", error))?;
        match FileExt::try_lock(&lock) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(self.io_error("lock", error)),
        }
        Ok(Some(Locked {
            content: self.read()?,
            store: self,
            _lock: lock,
        }))
    }

    fn read(&self) -> Result<Content, Error> {
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(self.io_error("read", error)),
        };
        if text.is_empty() {
            return Ok(Content {
                version: VERSION,
                accounts: BTreeMap::new(),
            });
        }
        let content: Result<Content, _> = serde_json::from_slice(&text);
        let problem = match content {
            Ok(content) if content.version == VERSION => return Ok(content),
            Ok(content) => format!("has the version {}", content.version),
            Err(_) => "is damaged or of another program".to_owned(),
        };
        Err(Error::configuration(format!(
            "the file of the rate limits, `{}`, {problem}; delete it to start with empty windows, or choose another path",
            self.path.display()
        )))
    }

    /// Returns the error of a call whose time is over while another process holds the file.
    pub(super) fn still_locked(&self) -> Error {
        Error::configuration(format!(
            "another process has locked the file of the rate limits, `{}`, up to the timeout; check that process",
            self.path.display()
        ))
    }

    fn io_error(&self, verb: &str, error: io::Error) -> Error {
        Error::configuration(format!(
            "cannot {verb} the file of the rate limits, `{}`; check that its directory exists and is writable",
            self.path.display()
        ))
        .with_source(error)
    }
}

impl Locked<'_> {
    /// Returns the record of the account.
    pub(super) fn record(&self) -> Record {
        let accounts = &self.content.accounts;
        let record = accounts.get(&self.store.account);
        record.cloned().unwrap_or_default()
    }

    /// Replaces the record of the account. The file is replaced as one, so that a crash does not damage it.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written.
    pub(super) fn write(mut self, record: &Record) -> Result<(), Error> {
        let store = self.store;
        let accounts = &mut self.content.accounts;
        if accounts.get(&store.account) == Some(record) {
            return Ok(());
        }
        accounts.insert(store.account.clone(), record.clone());
        let failed = |error| store.io_error("write", error);
        let text = serde_json::to_vec(&self.content).map_err(|error| failed(error.into()))?;
        let mut temporary = store.path.as_os_str().to_owned();
        temporary.push(".tmp");
        fs::write(&temporary, text).map_err(failed)?;
        fs::rename(&temporary, &store.path).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::{Duration, Instant, SystemTime};

    use futures_util::FutureExt;
    use futures_util::future::{self, BoxFuture};

    use super::*;
    use crate::clock::Clock;
    use crate::pipeline::limits::Limiter;

    /// A clock whose pauses are over at once, up to an hour in total.
    #[derive(Debug, Default)]
    struct SkippingClock(Mutex<Duration>);

    impl Clock for SkippingClock {
        fn now(&self) -> Instant {
            Instant::now()
        }

        fn time_of_day(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH + *self.0.lock().unwrap()
        }

        fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
            let mut elapsed = self.0.lock().unwrap();
            *elapsed += span;
            match *elapsed < Duration::from_secs(3600) {
                true => future::ready(()).boxed(),
                false => future::pending().boxed(),
            }
        }
    }

    /// The process that holds the lock may have been stopped.
    #[test]
    fn a_call_waits_for_a_locked_file_until_its_deadline() {
        let path = std::env::temp_dir().join(format!("imagine-locked-{}.json", std::process::id()));
        let limits = RateLimits::new().requests_per_hour(1).persist(&path);
        let clock = Arc::new(SkippingClock::default());
        let limiter = Limiter::new(&limits, clock, ("https://h/v2", None)).unwrap();
        let lock = path.with_extension("json.lock");
        let held = File::open(&lock).unwrap();
        FileExt::try_lock(&held).unwrap();
        let turn = limiter.wait(0, Some(Duration::from_secs(1))).now_or_never();
        let error = turn.unwrap().unwrap_err();
        assert!(
            error.to_string().contains("another process has locked"),
            "{error}"
        );
        drop(held);
        let turn = limiter.wait(0, Some(Duration::from_secs(1))).now_or_never();
        assert!(turn.unwrap().is_ok());
        for file in [path, lock] {
            std::fs::remove_file(file).unwrap();
        }
    }
}
