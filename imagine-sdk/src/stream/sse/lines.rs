//! From bytes to lines, however the bytes are cut.

use bytes::{Buf, Bytes, BytesMut};

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// A line, or the last part of one, without its end.
///
/// Making a view takes as long as finding the line, so a line is only a place as long as that will do.
#[derive(Debug)]
pub(super) enum Line {
    /// In what arrived last.
    Here { start: usize, end: usize },
    /// In memory of its own, or as a view of what has arrived.
    Apart(Bytes),
}

impl Line {
    #[inline]
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Here { start, end } => end - start,
            Self::Apart(bytes) => bytes.len(),
        }
    }

    #[inline]
    pub(super) fn bytes<'a>(&'a self, lines: &'a Lines) -> &'a [u8] {
        match self {
            Self::Here { start, end } => lines.arrived.get(*start..*end).unwrap_or_default(),
            Self::Apart(bytes) => bytes,
        }
    }

    /// What is left without so many bytes of its begin.
    #[inline]
    pub(super) fn after(self, length: usize) -> Self {
        match self {
            Self::Here { start, end } => Self::Here {
                start: start + length,
                end,
            },
            Self::Apart(mut bytes) => {
                bytes.advance(length);
                Self::Apart(bytes)
            }
        }
    }

    #[inline]
    pub(super) fn into_bytes(self, lines: &Lines) -> Bytes {
        match self {
            Self::Here { start, end } => lines.arrived.slice(start..end),
            Self::Apart(bytes) => bytes,
        }
    }
}

/// Cuts bytes into lines, which end with a carriage return, a line feed, or both.
///
/// A line that arrives whole is a place in what arrived. Only a line that is cut is copied, each byte once.
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
    /// Takes in bytes. Lines that are places must not be asked for their bytes any more.
    pub(super) fn push(&mut self, bytes: Bytes) {
        let rest = self.unread();
        self.arrived = if rest.is_empty() {
            bytes
        } else {
            [rest, &bytes].concat().into()
        };
        self.place = 0;
    }

    /// Lets go of what arrived, so that whoever reads from the network can use the memory again. For lines that are
    /// places this is as [`push`](Self::push).
    pub(super) fn release(&mut self) {
        self.push(Bytes::new());
    }

    /// What has arrived and was not looked at.
    fn unread(&self) -> &[u8] {
        self.arrived.get(self.place..).unwrap_or_default()
    }

    /// The next line. None if its end is still to come.
    #[inline]
    pub(super) fn next(&mut self) -> Option<Line> {
        let first = *self.unread().first()?;
        if std::mem::take(&mut self.after_return) && first == b'\n' {
            self.place += 1;
        }
        let unread = self.arrived.get(self.place..).unwrap_or_default();
        let length = match unread {
            // Every event ends with an empty line.
            [b'\n' | b'\r', ..] => Some(0),
            _ => memchr::memchr2(b'\n', b'\r', unread),
        };
        let Some(length) = length else {
            self.begun.extend_from_slice(unread);
            self.place = self.arrived.len();
            return None;
        };
        self.after_return = unread.get(length) == Some(&b'\r');
        let start = self.place;
        let end = start + length;
        self.place = end + 1;
        if self.past_first && self.begun.is_empty() {
            return Some(Line::Here { start, end });
        }
        Some(self.complete(start, end))
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
    pub(super) fn rest(&mut self) -> Line {
        let start = self.place;
        self.place = self.arrived.len();
        self.complete(start, self.place)
    }

    /// The line that ends with these bytes.
    fn complete(&mut self, start: usize, end: usize) -> Line {
        let line = if self.begun.is_empty() {
            Line::Here { start, end }
        } else {
            let mut begun = std::mem::take(&mut self.begun);
            begun.extend_from_slice(Line::Here { start, end }.bytes(self));
            Line::Apart(begun.freeze())
        };
        let mark = self.mark(line.bytes(self));
        self.past_first = true;
        line.after(mark)
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
