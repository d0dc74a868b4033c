//! The journal of a run: a file with a line of JSON for each output, from which a killed run continues.
//!
//! The first line identifies the run. Each session, the part of a run in one process, starts with a line as well.
//! Within a session, a row is written before the row that is `window` rows later. The file is therefore read along with
//! the inputs, and memory does not depend on its length.

mod session;

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use fs4::FileExt;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use self::session::Session;
use super::seen::Key;
use crate::error::Error;

/// The start of the first line, with the version of the format.
const FIRST: &str = "{\"imagine_bulk\":1,";

/// The line of a row.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Record {
    row: u64,
    /// The start of the hash of the input in hexadecimal.
    input: String,
    /// The output. Absent if the row is about to be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    output: Option<Box<RawValue>>,
}

/// The line of a session.
#[derive(Debug, Deserialize, Serialize)]
struct SessionLine {
    session: SessionStart,
}

#[derive(Debug, Deserialize, Serialize)]
struct SessionStart {
    window: u64,
    /// The state of the service before the session, by which an operation finds what was sent in it.
    #[serde(default)]
    mark: Value,
}

/// The state of a row.
#[derive(Debug)]
pub(super) enum Found {
    Nothing,
    /// It was about to be sent.
    Intent,
    Output(Box<RawValue>),
}

/// A run, which a journal belongs to.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) operation: &'static str,
    /// The hash of the settings of all requests.
    pub(super) settings: String,
    pub(super) window: u64,
}

/// An open journal.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    /// The length of the file up to the last complete line.
    len: u64,
    sessions: Vec<Session>,
    /// The mark of the first session.
    mark: Option<Value>,
    window: u64,
    /// Held while the run lasts.
    _lock: File,
}

impl Journal {
    /// Opens the journal of a run, or creates it. Calls `see` with each output in it.
    ///
    /// # Errors
    ///
    /// Fails if the file belongs to another run, is used by another process, is damaged, or cannot be read or written.
    pub(super) fn open(
        path: &Path,
        run: &Run,
        mut see: impl FnMut(&RawValue),
    ) -> Result<Self, Error> {
        let failed = |error| cannot("open", path, error);
        let lock = lock(path)?;
        let mut options = OpenOptions::new();
        let file = options.read(true).append(true).create(true).open(path);
        let mut journal = Self {
            path: path.to_owned(),
            file: file.map_err(failed)?,
            len: 0,
            sessions: Vec::new(),
            mark: None,
            window: run.window,
            _lock: lock,
        };
        journal.scan(run, &mut see)?;
        journal.file.set_len(journal.len).map_err(failed)?;
        if journal.len == 0 {
            let line = json!({"operation": run.operation, "settings": run.settings}).to_string();
            journal.append(format!("{FIRST}{}\n", line.trim_start_matches('{')).as_bytes())?;
        }
        Ok(journal)
    }

    /// Reads the file to the end of its last complete line.
    fn scan(&mut self, run: &Run, see: &mut dyn FnMut(&RawValue)) -> Result<(), Error> {
        let mut reader = open_at(&self.path, 0)?;
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line);
            let read = read.map_err(|error| cannot("read", &self.path, error))? as u64;
            let is_complete = line.ends_with(b"\n");
            if self.len == 0 && read > 0 {
                check_first(&self.path, run, &line, is_complete)?;
            }
            if !is_complete {
                break;
            }
            if self.len > 0 {
                self.scan_line(&line, see)?;
            }
            self.len += read;
            if let Some(session) = self.sessions.last_mut() {
                session.end = self.len;
            }
        }
        self.sessions.retain(|session| !session.is_empty());
        Ok(())
    }

    fn scan_line(&mut self, line: &[u8], see: &mut dyn FnMut(&RawValue)) -> Result<(), Error> {
        if line.starts_with(b"{\"session\":") {
            let damaged = |_| damaged(&self.path, self.len);
            let SessionLine { session } = serde_json::from_slice(line).map_err(damaged)?;
            let start = self.len + line.len() as u64;
            self.sessions
                .push(Session::new(&self.path, start, session.window));
            self.mark.get_or_insert(session.mark);
            return Ok(());
        }
        let record = parse(&self.path, self.len, line)?;
        if let Some(output) = &record.output {
            see(output);
        }
        Ok(())
    }

    /// Returns the mark of the first session.
    pub(super) fn mark(&self) -> Option<&Value> {
        self.mark.as_ref()
    }

    /// Starts a session.
    pub(super) fn start(&mut self, mark: Value) -> Result<(), Error> {
        let window = self.window;
        let session = SessionStart { window, mark };
        self.write(&[&SessionLine { session }])
    }

    /// Returns the state of a row. Rows are looked up in ascending order.
    ///
    /// # Errors
    ///
    /// Fails if the row has another input.
    pub(super) fn find(&mut self, row: u64, key: Key) -> Result<Found, Error> {
        let key = key.to_hex();
        let mut found = Found::Nothing;
        for session in &mut self.sessions {
            for record in session.take(row)? {
                if record.input != key {
                    return Err(Error::configuration(format!(
                        "the journal `{}` belongs to other inputs: it has another one for row {row}; use the inputs of its run, or another journal",
                        self.path.display()
                    )));
                }
                match record.output {
                    Some(output) => found = Found::Output(output),
                    None if matches!(found, Found::Nothing) => found = Found::Intent,
                    None => {}
                }
            }
        }
        Ok(found)
    }

    /// Returns the error of a row whose output cannot be read or written as JSON.
    pub(super) fn unreadable(&self, row: u64, problem: &str) -> Error {
        Error::configuration(format!(
            "the journal `{}` cannot contain the output of row {row}: {problem}",
            self.path.display()
        ))
    }

    /// Records outputs of rows, with one write.
    pub(super) fn record(
        &mut self,
        outputs: impl IntoIterator<Item = (u64, Key, Box<RawValue>)>,
    ) -> Result<(), Error> {
        let records = outputs.into_iter().map(|(row, key, output)| Record {
            row,
            input: key.to_hex(),
            output: Some(output),
        });
        let records: Vec<_> = records.collect();
        match records.is_empty() {
            true => Ok(()),
            false => self.write(&records),
        }
    }

    /// Records that a row is about to be sent, and synchronizes the file to the disk.
    pub(super) fn intend(&mut self, row: u64, key: Key) -> Result<(), Error> {
        let record = Record {
            row,
            input: key.to_hex(),
            output: None,
        };
        self.write(&[record])?;
        let synced = self.file.sync_data();
        synced.map_err(|error| cannot("write", &self.path, error))
    }

    fn write(&mut self, records: &[impl Serialize]) -> Result<(), Error> {
        let mut lines = Vec::new();
        for record in records {
            let written = serde_json::to_writer(&mut lines, record);
            written.map_err(|error| cannot("write", &self.path, error.into()))?;
            lines.push(b'\n');
        }
        self.append(&lines)
    }

    /// Appends lines. After a failure, the file ends with its last complete line.
    fn append(&mut self, lines: &[u8]) -> Result<(), Error> {
        if let Err(error) = self.file.write_all(lines) {
            let _ = self.file.set_len(self.len);
            return Err(cannot("write", &self.path, error));
        }
        self.len += lines.len() as u64;
        Ok(())
    }
}

/// Locks the file beside the journal, because a lock of the journal itself would keep it from being read.
fn lock(path: &Path) -> Result<File, Error> {
    let mut lock = path.as_os_str().to_owned();
    lock.push(".lock");
    let lock = PathBuf::from(lock);
    let mut options = OpenOptions::new();
    let file = options.create(true).truncate(false).write(true).open(&lock);
    let file = file.map_err(|error| cannot("open", &lock, error))?;
    match FileExt::try_lock(&file) {
        Ok(()) => Ok(file),
        Err(fs4::TryLockError::WouldBlock) => Err(Error::configuration(format!(
            "another run uses the journal `{}`; wait for its end, or use another journal",
            path.display()
        ))),
        Err(fs4::TryLockError::Error(error)) => Err(cannot("lock", &lock, error)),
    }
}

/// Compares the first line with the run. An incomplete line is from a run that was killed at its start.
fn check_first(path: &Path, run: &Run, line: &[u8], is_complete: bool) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct FirstLine {
        operation: String,
        settings: String,
    }
    let common = line.len().min(FIRST.len());
    let is_journal = FIRST.as_bytes().get(..common) == line.get(..common);
    let first = serde_json::from_slice::<FirstLine>(line);
    let problem = match first {
        _ if !is_journal => "is not a journal of a run".to_owned(),
        Err(_) if !is_complete => return Ok(()),
        Err(_) => return Err(damaged(path, 0)),
        Ok(first) if first.operation != run.operation => {
            format!("belongs to a run of `{}`", first.operation)
        }
        Ok(first) if first.settings != run.settings => {
            "belongs to a run with other settings of its requests, such as another model".to_owned()
        }
        Ok(_) => return Ok(()),
    };
    Err(Error::configuration(format!(
        "the journal `{}` {problem}; use another journal",
        path.display()
    )))
}

/// Reads the line of a row at an offset.
fn parse(path: &Path, offset: u64, line: &[u8]) -> Result<Record, Error> {
    serde_json::from_slice(line).map_err(|_| damaged(path, offset))
}

fn damaged(path: &Path, offset: u64) -> Error {
    Error::configuration(format!(
        "the journal `{}` is damaged: its line at byte {offset} cannot be read; remove that line, and its row is resent",
        path.display()
    ))
}

fn cannot(verb: &str, path: &Path, error: std::io::Error) -> Error {
    let problem = format!(
        "cannot {verb} the journal `{}`: {error}; the rows in it are not lost, run again when it can be used",
        path.display()
    );
    Error::file_write(problem).with_source(error)
}

/// Opens a file at an offset.
fn open_at(path: &Path, offset: u64) -> Result<BufReader<File>, Error> {
    let failed = |error| cannot("read", path, error);
    let mut file = File::open(path).map_err(failed)?;
    file.seek(SeekFrom::Start(offset)).map_err(failed)?;
    Ok(BufReader::new(file))
}
