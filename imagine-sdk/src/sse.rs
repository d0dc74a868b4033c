//! A decoder for server-sent events without I/O.
//!
//! It implements the event stream format of the HTML standard. Decoding takes linear time for any chunking, and buffers
//! at most one event.
//!
//! ```
//! use imagine_sdk::sse::Decoder;
//!
//! let mut decoder = Decoder::new(1024);
//! decoder.push(b"data: one\r\n\r");
//! decoder.push(b"\ndata: tw");
//! assert_eq!(decoder.next()?.unwrap().data(), "one");
//! assert!(decoder.next()?.is_none());
//! # Ok::<(), imagine_sdk::sse::TooLarge>(())
//! ```

pub(crate) mod lines;

use std::borrow::Cow;
use std::fmt;

use bytes::{Bytes, BytesMut};

use self::lines::{Line, Lines};

/// Decodes bytes as server-sent events.
#[derive(Debug)]
pub struct Decoder {
    lines: Lines,
    pending: PartialEvent,
    max_event_bytes: usize,
}

/// An incomplete event.
#[derive(Debug, Default)]
struct PartialEvent {
    name: Option<Bytes>,
    /// The first line of data.
    first: Option<Line>,
    /// The concatenated lines, if there is more than one. Then it contains a line feed, so it is not empty.
    joined: BytesMut,
}

/// A server-sent event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// `None` for an empty name.
    name: Option<Bytes>,
    data: Bytes,
}

impl Event {
    /// Creates an event without a name.
    pub(crate) fn unnamed(data: Bytes) -> Self {
        Self { name: None, data }
    }

    /// Returns the value of the `event` field. Empty if the event has none.
    pub fn name(&self) -> Cow<'_, str> {
        self.name.as_deref().map_or(Cow::Borrowed(""), decode_lossy)
    }

    /// Returns the `data` lines, joined with line feeds. Invalid UTF-8 is replaced with U+FFFD.
    pub fn data(&self) -> Cow<'_, str> {
        decode_lossy(&self.data)
    }
}

/// Decodes UTF-8 lossily. Validating first is several times as fast for valid UTF-8.
fn decode_lossy(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// The error for an event that exceeds the limit of the decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TooLarge {
    /// The limit, in bytes.
    pub limit: usize,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an event is larger than {} bytes", self.limit)
    }
}

impl std::error::Error for TooLarge {}

impl Decoder {
    /// Creates a decoder that buffers at most `max_event_bytes` bytes of an incomplete event.
    pub fn new(max_event_bytes: usize) -> Self {
        Self {
            lines: Lines::any_end(),
            pending: PartialEvent::default(),
            max_event_bytes,
        }
    }

    /// Adds a chunk. Call [`next`](Self::next) until it returns `None` before adding more.
    pub fn push(&mut self, bytes: &[u8]) {
        self.push_bytes(Bytes::copy_from_slice(bytes));
    }

    /// Adds a chunk without copying the bytes of complete events. Otherwise as [`push`](Self::push).
    pub fn push_bytes(&mut self, bytes: Bytes) {
        // Pending lines exist only after an error. A push is then pointless but must not panic.
        self.pending.detach(&self.lines);
        self.lines.push(bytes);
    }

    /// Returns the next complete event. `None` if the decoder needs more bytes.
    ///
    /// # Errors
    ///
    /// Fails if the event is too large. The decoder must not be used afterwards.
    #[expect(
        clippy::should_implement_trait,
        reason = "`None` is not the end: the caller may push more bytes"
    )]
    pub fn next(&mut self) -> Result<Option<Event>, TooLarge> {
        while let Some(line) = self.lines.next() {
            if line.len() > 0 {
                self.check_size(line.len())?;
                self.pending.process_line(line, &self.lines);
            } else if let Some(event) = self.pending.finish(&self.lines) {
                return Ok(Some(event));
            }
        }
        self.pending.detach(&self.lines);
        self.lines.release();
        self.check_size(self.lines.partial_length())?;
        Ok(None)
    }

    /// Returns the incomplete event at the end of the stream, including a last line without a line end. The standard
    /// discards it, but a protocol may end with such an event. Complete events before it are dropped.
    pub fn into_unfinished(mut self) -> Option<Event> {
        while let Ok(Some(_)) = self.next() {}
        let rest = self.lines.take_unterminated();
        self.pending.process_line(rest, &self.lines);
        self.pending.finish(&self.lines)
    }

    /// Rejects a line that makes the event too large. The result is independent of the chunking, because
    /// incomplete lines count as complete ones do.
    fn check_size(&self, line: usize) -> Result<(), TooLarge> {
        if self.pending.len() + line > self.max_event_bytes {
            return Err(TooLarge {
                limit: self.max_event_bytes,
            });
        }
        Ok(())
    }
}

impl PartialEvent {
    /// Processes a line `field: value`. Only `data` and `event` are relevant. The field of a comment is empty.
    fn process_line(&mut self, line: Line, lines: &Lines) {
        let bytes = line.bytes(lines);
        let value = |field: &[u8]| match bytes.strip_prefix(field)? {
            [] => Some(bytes.len()),
            [b':', b' ', ..] => Some(field.len() + 2),
            [b':', ..] => Some(field.len() + 1),
            _ => None,
        };
        if let Some(start) = value(b"data") {
            self.add_data(line.skip(start), lines);
        } else if let Some(start) = value(b"event") {
            let name = line.skip(start).into_bytes(lines);
            self.name = Some(name).filter(|name| !name.is_empty());
        }
    }

    fn add_data(&mut self, line: Line, lines: &Lines) {
        let Some(first) = &self.first else {
            self.first = Some(line);
            return;
        };
        if self.joined.is_empty() {
            self.joined.extend_from_slice(first.bytes(lines));
        }
        self.joined.extend_from_slice(b"\n");
        self.joined.extend_from_slice(line.bytes(lines));
    }

    /// Copies the pending lines out of the current chunk.
    fn detach(&mut self, lines: &Lines) {
        if let Some(first) = self.first.take() {
            self.first = Some(Line::Owned(first.into_bytes(lines)));
        }
    }

    /// Returns the number of buffered bytes.
    fn len(&self) -> usize {
        let name = self.name.as_ref().map_or(0, Bytes::len);
        let first = self.first.as_ref().map_or(0, Line::len);
        name + first.max(self.joined.len())
    }

    /// Returns the event, if it has data, and starts the next one.
    fn finish(&mut self, lines: &Lines) -> Option<Event> {
        let name = self.name.take();
        let first = self.first.take()?;
        let data = if self.joined.is_empty() {
            first.into_bytes(lines)
        } else {
            self.joined.split().freeze()
        };
        Some(Event { name, data })
    }
}

#[cfg(test)]
mod tests;
