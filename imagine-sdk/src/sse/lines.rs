//! Splits chunks into lines.

use bytes::{Buf, Bytes, BytesMut};

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// A line without its line end, or the last part of one.
///
/// Creating a `Bytes` view takes as long as finding the line, so a line is a range as long as possible.
#[derive(Debug)]
pub(crate) enum Line {
    /// A range of the current chunk.
    InChunk { start: usize, end: usize },
    /// Owned bytes, or a view of a chunk.
    Owned(Bytes),
}

impl Line {
    #[inline]
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::InChunk { start, end } => end - start,
            Self::Owned(bytes) => bytes.len(),
        }
    }

    #[inline]
    pub(crate) fn bytes<'a>(&'a self, lines: &'a Lines) -> &'a [u8] {
        match self {
            Self::InChunk { start, end } => lines.chunk.get(*start..*end).unwrap_or_default(),
            Self::Owned(bytes) => bytes,
        }
    }

    /// Returns the line without its first bytes.
    #[inline]
    pub(super) fn skip(self, length: usize) -> Self {
        match self {
            Self::InChunk { start, end } => Self::InChunk {
                start: start + length,
                end,
            },
            Self::Owned(mut bytes) => {
                bytes.advance(length);
                Self::Owned(bytes)
            }
        }
    }

    #[inline]
    pub(crate) fn into_bytes(self, lines: &Lines) -> Bytes {
        match self {
            Self::InChunk { start, end } => lines.chunk.slice(start..end),
            Self::Owned(bytes) => bytes,
        }
    }
}

/// Splits chunks into lines, which end with a line feed, or also with a carriage return or both.
///
/// A line within one chunk is a range of it. Only a line that spans chunks is copied, each byte once.
#[derive(Debug)]
pub(crate) struct Lines {
    /// A second byte that ends a line, besides the line feed. A line feed if only that ends lines.
    other_end: u8,
    /// The start of an incomplete line.
    partial: BytesMut,
    /// The current chunk.
    chunk: Bytes,
    /// The read position in the chunk.
    position: usize,
    /// True if the last line ended with a carriage return, which a line feed may follow.
    after_return: bool,
    /// True after the first line. Only the first line may start with a byte order mark.
    past_first_line: bool,
}

impl Lines {
    /// Creates a splitter of lines that end with a carriage return, a line feed, or both.
    pub(super) fn any_end() -> Self {
        Self::ending_with(b'\r')
    }

    /// Creates a splitter of lines that end with a line feed. A carriage return before it is part of the line.
    pub(crate) fn line_feed() -> Self {
        Self::ending_with(b'\n')
    }

    fn ending_with(other_end: u8) -> Self {
        Self {
            other_end,
            partial: BytesMut::new(),
            chunk: Bytes::new(),
            position: 0,
            after_return: false,
            past_first_line: false,
        }
    }

    /// Adds a chunk. This invalidates lines that are ranges.
    pub(crate) fn push(&mut self, bytes: Bytes) {
        let rest = self.unread();
        self.chunk = if rest.is_empty() {
            bytes
        } else {
            [rest, &bytes].concat().into()
        };
        self.position = 0;
    }

    /// Drops the current chunk, so that its memory can be reused. This invalidates lines that are ranges.
    pub(crate) fn release(&mut self) {
        self.push(Bytes::new());
    }

    /// Returns the unread bytes of the chunk.
    fn unread(&self) -> &[u8] {
        self.chunk.get(self.position..).unwrap_or_default()
    }

    /// Returns the next line. `None` if it is incomplete.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<Line> {
        let first = *self.unread().first()?;
        if std::mem::take(&mut self.after_return) && first == b'\n' {
            self.position += 1;
        }
        let unread = self.chunk.get(self.position..).unwrap_or_default();
        let length = match unread {
            // Every event ends with an empty line.
            [first, ..] if *first == b'\n' || *first == self.other_end => Some(0),
            _ => memchr::memchr2(b'\n', self.other_end, unread),
        };
        let Some(length) = length else {
            self.partial.extend_from_slice(unread);
            self.position = self.chunk.len();
            return None;
        };
        self.after_return = unread.get(length) == Some(&b'\r');
        let start = self.position;
        let end = start + length;
        self.position = end + 1;
        if self.past_first_line && self.partial.is_empty() {
            return Some(Line::InChunk { start, end });
        }
        Some(self.complete(start, end))
    }

    /// Returns the number of bytes of the incomplete line.
    pub(crate) fn partial_length(&self) -> usize {
        let may_be_bom = !self.past_first_line && BOM.starts_with(&self.partial);
        if may_be_bom {
            0
        } else {
            self.partial.len() - self.bom_length(&self.partial)
        }
    }

    /// Returns the last line, which has no line end.
    pub(crate) fn take_unterminated(&mut self) -> Line {
        let start = self.position;
        self.position = self.chunk.len();
        self.complete(start, self.position)
    }

    /// Completes the current line with a range of the chunk.
    fn complete(&mut self, start: usize, end: usize) -> Line {
        let line = if self.partial.is_empty() {
            Line::InChunk { start, end }
        } else {
            let mut partial = std::mem::take(&mut self.partial);
            partial.extend_from_slice(Line::InChunk { start, end }.bytes(self));
            Line::Owned(partial.freeze())
        };
        let length = self.bom_length(line.bytes(self));
        self.past_first_line = true;
        line.skip(length)
    }

    /// Returns the length of the byte order mark at the start of the current line.
    fn bom_length(&self, line: &[u8]) -> usize {
        if !self.past_first_line && line.starts_with(BOM) {
            BOM.len()
        } else {
            0
        }
    }
}
