//! Inputs that were seen, so that equal ones are sent once.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The first half of the hash of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key([u8; 16]);

impl Key {
    pub(super) fn of(identity: &[u8]) -> Self {
        let hash = Sha256::digest(identity);
        let mut key = [0; 16];
        key.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        Self(key)
    }

    pub(super) fn to_hex(self) -> String {
        let mut hex = String::new();
        for byte in self.0 {
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }
}

#[derive(Debug)]
enum Entry<T> {
    /// It is waiting or sent. These rows get its result too.
    Unfinished(Vec<u64>),
    Finished(T),
}

/// The result of adding an input.
#[derive(Debug, PartialEq)]
pub(super) enum Added<T> {
    /// It has to be sent.
    New,
    /// It gets the result of an equal input later.
    Waits,
    /// An equal input has this result.
    Known(T),
}

/// The unfinished inputs, and the last finished ones with their outputs.
#[derive(Debug)]
pub(super) struct Seen<T> {
    entries: HashMap<Key, Entry<T>>,
    finished: VecDeque<Key>,
    /// The maximum number of finished inputs. With 0, equal inputs count as different.
    limit: usize,
}

impl<T: Clone> Seen<T> {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            entries: HashMap::new(),
            finished: VecDeque::new(),
            limit,
        }
    }

    pub(super) fn add(&mut self, key: Key, row: u64) -> Added<T> {
        if self.limit == 0 {
            return Added::New;
        }
        match self.entries.get_mut(&key) {
            Some(Entry::Finished(output)) => Added::Known(output.clone()),
            Some(Entry::Unfinished(rows)) => {
                rows.push(row);
                Added::Waits
            }
            None => {
                self.entries.insert(key, Entry::Unfinished(Vec::new()));
                Added::New
            }
        }
    }

    /// Records the output of an input, and returns the other rows that get it.
    pub(super) fn finish(&mut self, key: Key, output: &T) -> Vec<u64> {
        if self.limit == 0 {
            return Vec::new();
        }
        let before = self.entries.insert(key, Entry::Finished(output.clone()));
        if !matches!(before, Some(Entry::Finished(_))) {
            self.finished.push_back(key);
        }
        if self.finished.len() > self.limit
            && let Some(oldest) = self.finished.pop_front()
        {
            self.entries.remove(&oldest);
        }
        rows_of(before)
    }

    /// Forgets an input that failed, and returns the other rows that fail too.
    pub(super) fn fail(&mut self, key: Key) -> Vec<u64> {
        if self.limit == 0 {
            return Vec::new();
        }
        rows_of(self.entries.remove(&key))
    }
}

fn rows_of<T>(entry: Option<Entry<T>>) -> Vec<u64> {
    match entry {
        Some(Entry::Unfinished(rows)) => rows,
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_inputs_are_sent_once_within_the_limit() {
        let (a, b) = (Key::of(b"a"), Key::of(b"b"));
        let mut seen = Seen::new(1);
        assert_eq!(seen.add(a, 0), Added::New);
        assert_eq!(seen.add(a, 1), Added::Waits);
        assert_eq!(seen.finish(a, &'A'), [1]);
        assert_eq!(seen.add(a, 2), Added::Known('A'));
        assert_eq!(seen.add(b, 3), Added::New);
        assert!(seen.finish(b, &'B').is_empty());
        assert_eq!(seen.add(a, 4), Added::New, "only one output is kept");
        assert_eq!(seen.add(a, 5), Added::Waits);
        assert_eq!(seen.fail(a), [5]);
        assert_eq!(seen.add(a, 6), Added::New);
    }

    #[test]
    fn a_limit_of_0_sends_equal_inputs() {
        let a = Key::of(b"a");
        let mut seen = Seen::new(0);
        assert_eq!(seen.add(a, 0), Added::New);
        assert_eq!(seen.add(a, 1), Added::New);
        assert!(seen.finish(a, &'A').is_empty());
        assert_eq!(seen.add(a, 2), Added::New);
    }

    #[test]
    fn a_key_is_the_start_of_the_sha_256() {
        let hex = Key::of(b"abc").to_hex();
        assert_eq!(hex, "ba7816bf8f01cfea414140de5dae2223");
    }
}
