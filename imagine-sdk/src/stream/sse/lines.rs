//! From bytes to lines, however the bytes are cut.

use bytes::{Buf, Bytes, BytesMut};

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Cuts bytes into lines, which end with a carriage return, a line feed, or both.
///
/// A line that arrives whole is a view of what arrived. Only a line that is cut is copied, each byte once.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The start of a line whose end is still to come.
    begun: BytesMut,
    /// What has arrived after it.
    arrived: Bytes,
    /// How much of that was looked at.
    place: usize,
    /// Whether the last line ended with a carriage return, to which a line feed may belong.
    after_return: bool,
    /// Whether the first line is past, which alone may begin with a byte order mark.
    past_first: bool,
}

impl Lines {
    pub(super) fn push(&mut self, bytes: Bytes) {
        let rest = self.rest();
        self.arrived = if rest.is_empty() {
            bytes
        } else {
            [rest, &bytes].concat().into()
        };
        self.place = 0;
    }

    /// What has arrived and was not looked at.
    fn rest(&self) -> &[u8] {
        self.arrived.get(self.place..).unwrap_or_default()
    }

    /// The next line, without its end.
    pub(super) fn next(&mut self) -> Option<Bytes> {
        if self.rest().is_empty() {
            // Whoever reads from the network can use the memory again.
            self.push(Bytes::new());
            return None;
        }
        if std::mem::take(&mut self.after_return) {
            self.place += usize::from(self.rest().first() == Some(&b'\n'));
        }
        let length = match self.rest() {
            // Every event ends with an empty line.
            [b'\n' | b'\r', ..] => Some(0),
            rest => memchr::memchr2(b'\n', b'\r', rest),
        };
        let Some(length) = length else {
            let rest = self.take(self.rest().len());
            self.begun.extend_from_slice(&rest);
            return None;
        };
        let line = self.take(length);
        self.after_return = self.rest().first() == Some(&b'\r');
        self.place += 1;
        Some(self.complete(line))
    }

    /// Goes on by so many bytes.
    fn take(&mut self, length: usize) -> Bytes {
        let start = self.place;
        self.place += length;
        if length == 0 {
            // A view has its price, and so has an empty one.
            return Bytes::new();
        }
        self.arrived.slice(start..self.place)
    }

    /// How many bytes the line has whose end is still to come.
    pub(super) fn unfinished(&self) -> usize {
        let may_be_mark = !self.past_first && BOM.starts_with(&self.begun);
        if may_be_mark {
            0
        } else {
            self.begun.len() - self.mark(&self.begun)
        }
    }

    /// The last line, which has no end.
    pub(super) fn into_rest(mut self) -> Bytes {
        let last = self.take(self.rest().len());
        self.complete(last)
    }

    fn complete(&mut self, end: Bytes) -> Bytes {
        if self.past_first && self.begun.is_empty() {
            return end;
        }
        let mut line = if self.begun.is_empty() {
            end
        } else {
            let mut begun = std::mem::take(&mut self.begun);
            begun.extend_from_slice(&end);
            begun.freeze()
        };
        line.advance(self.mark(&line));
        self.past_first = true;
        line
    }

    /// How long the byte order mark is that the current line begins with.
    fn mark(&self, line: &[u8]) -> usize {
        if !self.past_first && line.starts_with(BOM) {
            BOM.len()
        } else {
            0
        }
    }
}
