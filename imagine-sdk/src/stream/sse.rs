//! A decoder of server-sent events that does no IO: bytes go in, events come out.
//!
//! It follows the event-stream section of the HTML standard to the letter, takes time in proportion to
//! the bytes however they are cut, and holds at most one event.
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

mod lines;

use std::borrow::Cow;
use std::fmt;

use bytes::{Bytes, BytesMut};

use self::lines::{Line, Lines};

/// Turns bytes into events.
#[derive(Debug)]
pub struct Decoder {
    lines: Lines,
    pending: PartialEvent,
    max_event_bytes: usize,
}

/// The event that is being put together.
#[derive(Debug, Default)]
struct PartialEvent {
    name: Option<Bytes>,
    /// The first line of data.
    first: Option<Line>,
    /// All lines of data, copied together, where there are several. Then there is a line end in it.
    joined: BytesMut,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// None rather than an empty one.
    name: Option<Bytes>,
    data: Bytes,
}

impl Event {
    /// The value of the `event` field; empty if there was none.
    pub fn name(&self) -> Cow<'_, str> {
        self.name.as_deref().map_or(Cow::Borrowed(""), text)
    }

    /// The `data` lines, joined with line feeds. Bytes that are no UTF-8 are replaced with U+FFFD.
    pub fn data(&self) -> Cow<'_, str> {
        text(&self.data)
    }
}

/// Asking first whether everything is UTF-8, as it nearly always is, is several times as fast.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// An event, or a line of one, is larger than the decoder may hold.
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
    /// A decoder that holds at most `max_event_bytes` of an unfinished event.
    pub fn new(max_event_bytes: usize) -> Self {
        Self {
            lines: Lines::default(),
            pending: PartialEvent::default(),
            max_event_bytes,
        }
    }

    /// Takes in bytes. Call [`next`](Self::next) until it gives nothing before pushing more.
    pub fn push(&mut self, bytes: &[u8]) {
        self.push_bytes(Bytes::copy_from_slice(bytes));
    }

    /// Takes in bytes without copying those of events that are whole. Otherwise as [`push`](Self::push).
    pub fn push_bytes(&mut self, bytes: Bytes) {
        // Something is held only after a refusal, when nobody should push, and nothing may panic.
        self.pending.keep(&self.lines);
        self.lines.push(bytes);
    }

    /// The next event that is complete, if there is one.
    ///
    /// # Errors
    ///
    /// When the event that is coming in is too large. The decoder is of no use afterwards.
    #[expect(
        clippy::should_implement_trait,
        reason = "nothing is not the end: more may be pushed"
    )]
    pub fn next(&mut self) -> Result<Option<Event>, TooLarge> {
        while let Some(line) = self.lines.next() {
            if line.len() > 0 {
                self.check_size(line.len())?;
                self.pending.take_line(line, &self.lines);
            } else if let Some(event) = self.pending.finish(&self.lines) {
                return Ok(Some(event));
            }
        }
        self.pending.keep(&self.lines);
        self.lines.release();
        self.check_size(self.lines.unfinished())?;
        Ok(None)
    }

    /// The data of the event that the end of the bytes cut off, with a last line that has no end. The
    /// standard discards it; a protocol whose last event is only a mark may want to look at it. Events before it that
    /// were not asked for are passed over.
    pub fn into_unfinished(mut self) -> Option<Event> {
        while let Ok(Some(_)) = self.next() {}
        let rest = self.lines.rest();
        self.pending.take_line(rest, &self.lines);
        self.pending.finish(&self.lines)
    }

    /// Refuses a line with which the event would be too large. What counts is the same however the bytes
    /// are cut: no line is taken that would have been refused before its end had come.
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
    /// `field: value`, of which only `data` and `event` mean something here. A comment has an empty field.
    fn take_line(&mut self, line: Line, lines: &Lines) {
        let bytes = line.bytes(lines);
        let value = |field: &[u8]| match bytes.strip_prefix(field)? {
            [] => Some(bytes.len()),
            [b':', b' ', ..] => Some(field.len() + 2),
            [b':', ..] => Some(field.len() + 1),
            _ => None,
        };
        if let Some(start) = value(b"data") {
            self.add_data(line.after(start), lines);
        } else if let Some(start) = value(b"event") {
            let name = line.after(start).into_bytes(lines);
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

    /// Makes what is held outlast what arrived.
    fn keep(&mut self, lines: &Lines) {
        if let Some(first) = self.first.take() {
            self.first = Some(Line::Apart(first.into_bytes(lines)));
        }
    }

    /// How much is held.
    fn len(&self) -> usize {
        let name = self.name.as_ref().map_or(0, Bytes::len);
        let first = self.first.as_ref().map_or(0, Line::len);
        name + first.max(self.joined.len())
    }

    /// The event, if it has data. What comes next is another.
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
