//! The rows of one session in a journal.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::{Record, cannot, open_at, parse};
use crate::error::Error;

/// The part of a journal that one process wrote, read along with the inputs.
#[derive(Debug)]
pub(super) struct Session {
    path: PathBuf,
    /// The offset of the next line.
    offset: u64,
    /// The offset after the last line.
    pub(super) end: u64,
    reader: Option<BufReader<File>>,
    /// A row is written before the row that is this many rows later.
    window: u64,
    /// The rows that were read ahead.
    ahead: BTreeMap<u64, Vec<Record>>,
    /// The last row that was read.
    last: Option<u64>,
}

impl Session {
    pub(super) fn new(path: &Path, start: u64, window: u64) -> Self {
        Self {
            path: path.to_owned(),
            offset: start,
            end: start,
            reader: None,
            window,
            ahead: BTreeMap::new(),
            last: None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.offset >= self.end
    }

    /// Returns the records of a row, and forgets those of rows before it.
    pub(super) fn take(&mut self, row: u64) -> Result<Vec<Record>, Error> {
        let horizon = row.saturating_add(self.window);
        while self.offset < self.end && self.last.is_none_or(|last| last < horizon) {
            let record = self.read()?;
            self.last = self.last.max(Some(record.row));
            if record.row >= row {
                self.ahead.entry(record.row).or_default().push(record);
            }
        }
        self.ahead = self.ahead.split_off(&row);
        Ok(self.ahead.remove(&row).unwrap_or_default())
    }

    fn read(&mut self) -> Result<Record, Error> {
        let reader = match &mut self.reader {
            Some(reader) => reader,
            None => self.reader.insert(open_at(&self.path, self.offset)?),
        };
        let mut line = Vec::new();
        let read = reader.read_until(b'\n', &mut line);
        let read = read.map_err(|error| cannot("read", &self.path, error))?;
        let record = parse(&self.path, self.offset, &line)?;
        self.offset += read as u64;
        Ok(record)
    }
}
