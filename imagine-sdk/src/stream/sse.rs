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

use std::borrow::Cow;
use std::fmt;

use bytes::{Buf, Bytes, BytesMut};

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Turns bytes into events.
#[derive(Debug)]
pub struct Decoder {
    /// What has arrived and is not a whole line yet.
    buffer: BytesMut,
    /// The start of the buffer that has no line end in it.
    scanned: usize,
    /// Whether the byte order mark is still to be looked for.
    at_start: bool,
    /// Whether the last line ended with a carriage return, to which a line feed may belong.
    after_return: bool,
    pending: Pending,
    max_event_bytes: usize,
}

/// The event that is being put together.
#[derive(Debug, Default)]
struct Pending {
    name: Bytes,
    data: Option<Bytes>,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    name: Bytes,
    data: Bytes,
}

impl Event {
    /// The value of the `event` field; empty if there was none.
    pub fn name(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.name)
    }

    /// The `data` lines, joined with line feeds. Bytes that are no UTF-8 are replaced with U+FFFD.
    pub fn data(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.data)
    }
}

/// An event, or a line of one, is larger than the decoder may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
            buffer: BytesMut::new(),
            scanned: 0,
            at_start: true,
            after_return: false,
            pending: Pending::default(),
            max_event_bytes,
        }
    }

    /// Takes in bytes. Call [`next`](Self::next) until it gives nothing before pushing more.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
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
        if self.at_start && !self.pass_mark() {
            return Ok(None);
        }
        while let Some(line) = self.next_line() {
            if line.is_empty() {
                let Pending { name, data } = std::mem::take(&mut self.pending);
                if let Some(data) = data {
                    return Ok(Some(Event { name, data }));
                }
            } else {
                self.pending.take_line(&line);
            }
            self.check_size()?;
        }
        self.check_size()?;
        Ok(None)
    }

    /// The data of the event that the end of the bytes cut off, with a last line that has no end. The
    /// standard discards it; a protocol whose last event is only a mark may want to look at it.
    pub fn into_unfinished(mut self) -> Option<Event> {
        let last = self.buffer.split().freeze();
        self.pending.take_line(&last);
        let Pending { name, data } = self.pending;
        Some(Event { name, data: data? })
    }

    /// Passes a byte order mark at the very start. False while it may still be coming.
    fn pass_mark(&mut self) -> bool {
        let begins = self.buffer.len().min(BOM.len());
        if self.buffer.get(..begins) != BOM.get(..begins) {
            self.at_start = false;
        } else if begins == BOM.len() {
            self.buffer.advance(BOM.len());
            self.at_start = false;
        }
        !self.at_start
    }

    /// The next line without its end: a carriage return, a line feed, or both.
    fn next_line(&mut self) -> Option<Bytes> {
        if self.after_return && !self.buffer.is_empty() {
            self.after_return = false;
            if self.buffer.first() == Some(&b'\n') {
                self.buffer.advance(1);
            }
        }
        let unseen = self.buffer.get(self.scanned..).unwrap_or_default();
        let Some(found) = memchr::memchr2(b'\n', b'\r', unseen) else {
            self.scanned = self.buffer.len();
            return None;
        };
        let line = self.buffer.split_to(self.scanned + found).freeze();
        self.after_return = self.buffer.first() == Some(&b'\r');
        self.buffer.advance(1);
        self.scanned = 0;
        Some(line)
    }

    fn check_size(&self) -> Result<(), TooLarge> {
        let held = self.buffer.len() + self.pending.data.as_ref().map_or(0, Bytes::len);
        if held > self.max_event_bytes {
            return Err(TooLarge {
                limit: self.max_event_bytes,
            });
        }
        Ok(())
    }
}

impl Pending {
    /// `field: value`, of which only `data` and `event` mean something here. A comment has an empty field.
    fn take_line(&mut self, line: &Bytes) {
        let colon = memchr::memchr(b':', line);
        let field = line.slice(..colon.unwrap_or(line.len()));
        let mut value = colon.map_or(Bytes::new(), |colon| line.slice(colon + 1..));
        if value.first() == Some(&b' ') {
            value.advance(1);
        }
        match field.as_ref() {
            b"data" => self.add_data(value),
            b"event" => self.name = value,
            _ => {}
        }
    }

    /// The first line stays a view of what arrived; only further lines make a copy.
    fn add_data(&mut self, value: Bytes) {
        self.data = Some(match self.data.take() {
            None => value,
            Some(data) => {
                let mut joined = data
                    .try_into_mut()
                    .unwrap_or_else(|data| BytesMut::from(data.as_ref()));
                joined.extend_from_slice(b"\n");
                joined.extend_from_slice(&value);
                joined.freeze()
            }
        });
    }
}

#[cfg(test)]
mod tests;
