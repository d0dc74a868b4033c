//! The frames of a stream: server-sent events, or JSON lines.

use bytes::Bytes;

use super::json_lines::LineDecoder;
use crate::sse::{Decoder, Event, TooLarge};

/// The decoder of a stream.
#[derive(Debug)]
pub(super) enum Frames {
    Events(Decoder),
    Lines(LineDecoder),
}

impl Frames {
    pub(super) fn new(are_lines: bool, limit: usize) -> Self {
        match are_lines {
            true => Self::Lines(LineDecoder::new(limit)),
            false => Self::Events(Decoder::new(limit)),
        }
    }

    #[inline]
    pub(super) fn push(&mut self, bytes: Bytes) {
        match self {
            Self::Events(decoder) => decoder.push_bytes(bytes),
            Self::Lines(decoder) => decoder.push(bytes),
        }
    }

    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<Event>, TooLarge> {
        match self {
            Self::Events(decoder) => decoder.next(),
            Self::Lines(decoder) => decoder.next(),
        }
    }

    pub(super) fn are_lines(&self) -> bool {
        matches!(self, Self::Lines(_))
    }

    /// Drops what is buffered, and returns it as a decoder.
    pub(super) fn take(&mut self) -> Self {
        let empty = Self::new(self.are_lines(), 0);
        std::mem::replace(self, empty)
    }
}
