//! A decoder for JSON lines without I/O.

use bytes::Bytes;

use crate::sse::lines::{Line, Lines};
use crate::sse::{Event, TooLarge};

/// Decodes bytes as lines, each of which is a JSON document. Blank lines are skipped.
#[derive(Debug)]
pub(super) struct LineDecoder {
    lines: Lines,
    max_line_bytes: usize,
}

impl LineDecoder {
    /// Creates a decoder that buffers at most `max_line_bytes` bytes of an incomplete line.
    pub(super) fn new(max_line_bytes: usize) -> Self {
        Self {
            lines: Lines::line_feed(),
            max_line_bytes,
        }
    }

    /// Adds a chunk.
    pub(super) fn push(&mut self, bytes: Bytes) {
        self.lines.push(bytes);
    }

    /// Returns the next complete line. `None` if the decoder needs more bytes.
    pub(super) fn next(&mut self) -> Result<Option<Event>, TooLarge> {
        while let Some(line) = self.lines.next() {
            self.check_size(line.len())?;
            if let Some(line) = not_blank(line, &self.lines) {
                return Ok(Some(line));
            }
        }
        self.lines.release();
        self.check_size(self.lines.partial_length())?;
        Ok(None)
    }

    /// Returns the last line, which has no line end.
    pub(super) fn into_unfinished(mut self) -> Option<Event> {
        let rest = self.lines.take_unterminated();
        not_blank(rest, &self.lines)
    }

    fn check_size(&self, line: usize) -> Result<(), TooLarge> {
        match line > self.max_line_bytes {
            true => Err(TooLarge {
                limit: self.max_line_bytes,
            }),
            false => Ok(()),
        }
    }
}

fn not_blank(line: Line, lines: &Lines) -> Option<Event> {
    let is_blank = line.bytes(lines).trim_ascii().is_empty();
    (!is_blank).then(|| Event::unnamed(line.into_bytes(lines)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes chunks: the complete lines, then the last one without a line end.
    fn decode(chunks: &[&[u8]]) -> (Vec<String>, Option<String>) {
        let mut decoder = LineDecoder::new(64);
        let mut lines = Vec::new();
        for chunk in chunks {
            decoder.push(Bytes::copy_from_slice(chunk));
            while let Some(line) = decoder.next().unwrap() {
                lines.push(line.data().trim_end().to_owned());
            }
        }
        let rest = decoder.into_unfinished();
        (lines, rest.map(|line| line.data().into_owned()))
    }

    #[test]
    fn lines_are_independent_of_the_chunks() {
        let text = "\u{feff}{\"a\":\"ñ\"}\n\n \r\n{\"b\":\r1}\r\n{\"c\"".as_bytes();
        let expected = vec!["{\"a\":\"ñ\"}".to_owned(), "{\"b\":\r1}".to_owned()];
        for split in 0..=text.len() {
            let (start, end) = text.split_at(split);
            let decoded = decode(&[start, end]);
            assert_eq!(
                decoded,
                (expected.clone(), Some("{\"c\"".to_owned())),
                "{split}"
            );
        }
        let bytes: Vec<&[u8]> = text.chunks(1).collect();
        assert_eq!(decode(&bytes).0, expected);
    }

    #[test]
    fn a_line_above_the_limit_is_rejected_before_it_is_complete() {
        let mut decoder = LineDecoder::new(4);
        decoder.push(Bytes::from_static(b"1234\n12345"));
        assert_eq!(decoder.next().unwrap().unwrap().data(), "1234");
        assert_eq!(decoder.next(), Err(TooLarge { limit: 4 }));
    }
}
