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
    /// What has arrived after it and was not looked at yet.
    arrived: Bytes,
    /// Whether the last line ended with a carriage return, to which a line feed may belong.
    after_return: bool,
    /// Whether the first line is past, which alone may begin with a byte order mark.
    past_first: bool,
}

impl Lines {
    pub(super) fn push(&mut self, bytes: Bytes) {
        self.arrived = if self.arrived.is_empty() {
            bytes
        } else {
            let mut joined = BytesMut::from(std::mem::take(&mut self.arrived));
            joined.extend_from_slice(&bytes);
            joined.freeze()
        };
    }

    /// The next line, without its end.
    pub(super) fn next(&mut self) -> Option<Bytes> {
        if self.after_return && !self.arrived.is_empty() {
            self.after_return = false;
            if self.arrived.first() == Some(&b'\n') {
                self.arrived.advance(1);
            }
        }
        let Some(end) = memchr::memchr2(b'\n', b'\r', &self.arrived) else {
            self.begun.extend_from_slice(&self.arrived);
            self.arrived.clear();
            return None;
        };
        let line = self.arrived.split_to(end);
        self.after_return = self.arrived.first() == Some(&b'\r');
        self.arrived.advance(1);
        Some(self.complete(line))
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
        let last = std::mem::take(&mut self.arrived);
        self.complete(last)
    }

    fn complete(&mut self, end: Bytes) -> Bytes {
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
