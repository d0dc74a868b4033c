//! Checks the decoder of server-sent events against the reference under any chunking.

use bytes::Bytes;
use imagine_sdk::sse::{Decoder, Event, TooLarge};

use crate::reference;

/// The result of decoding a stream.
#[derive(Debug, PartialEq)]
struct Outcome {
    events: Vec<reference::Event>,
    /// The incomplete last event, or the error for an oversized event.
    rest: Result<Option<reference::Event>, TooLarge>,
}

/// Streams up to this length are split in two at every position.
const SHORT: usize = 256;

/// Decodes `stream` unsplit, byte by byte, split in two at every position, and in chunks of these lengths, which
/// repeat.
pub fn check(stream: &[u8], lengths: &[u8]) {
    let whole = decode([stream], usize::MAX);
    assert_eq!(whole.events, reference::events(stream), "{stream:?}");
    // Limits that some events of such a stream exceed.
    for limit in [usize::MAX, 20, 7, 0] {
        let whole = decode([stream], limit);
        let single = decode(stream.chunks(1), limit);
        assert_eq!(single, whole, "byte by byte, at most {limit}: {stream:?}");
        for place in 0..=stream.len().min(SHORT) {
            let (begin, end) = stream.split_at(place);
            let halves = decode([begin, end], limit);
            assert_eq!(halves, whole, "cut at {place}, at most {limit}: {stream:?}");
        }
        let pieces = cut(stream, lengths);
        let cut = decode(pieces.iter().copied(), limit);
        assert_eq!(cut, whole, "at most {limit}: {pieces:?}");
    }
}

fn cut<'a>(mut rest: &'a [u8], lengths: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for length in lengths.iter().cycle() {
        if rest.is_empty() || lengths.iter().all(|length| *length == 0) {
            break;
        }
        let (piece, tail) = rest.split_at(rest.len().min(usize::from(*length)));
        pieces.push(piece);
        rest = tail;
    }
    pieces.push(rest);
    pieces
}

/// Alternates between two methods of the decoder.
fn decode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, limit: usize) -> Outcome {
    let mut decoder = Decoder::new(limit);
    let mut events = Vec::new();
    for (index, piece) in pieces.into_iter().enumerate() {
        if index % 2 == 0 {
            decoder.push(piece);
        } else {
            decoder.push_bytes(Bytes::copy_from_slice(piece));
        }
        loop {
            match decoder.next() {
                Ok(Some(event)) => events.push(read(&event)),
                Ok(None) => break,
                Err(refused) => {
                    return Outcome {
                        events,
                        rest: Err(refused),
                    };
                }
            }
        }
    }
    let rest = decoder.into_unfinished();
    Outcome {
        events,
        rest: Ok(rest.as_ref().map(read)),
    }
}

fn read(event: &Event) -> reference::Event {
    (event.name().into_owned(), event.data().into_owned())
}
