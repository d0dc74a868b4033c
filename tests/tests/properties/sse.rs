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
    let unsplit = decode([stream], usize::MAX);
    assert_eq!(unsplit.events, reference::events(stream), "{stream:?}");
    // Limits that some events of such a stream exceed.
    for limit in [usize::MAX, 20, 7, 0] {
        let unsplit = decode([stream], limit);
        let single = decode(stream.chunks(1), limit);
        assert_eq!(single, unsplit, "byte by byte, at most {limit}: {stream:?}");
        for position in 0..=stream.len().min(SHORT) {
            let (head, tail) = stream.split_at(position);
            let halves = decode([head, tail], limit);
            assert_eq!(
                halves, unsplit,
                "split at {position}, at most {limit}: {stream:?}"
            );
        }
        let chunks = split(stream, lengths);
        let chunked = decode(chunks.iter().copied(), limit);
        assert_eq!(chunked, unsplit, "at most {limit}: {chunks:?}");
    }
}

fn split<'a>(mut rest: &'a [u8], lengths: &[u8]) -> Vec<&'a [u8]> {
    let mut chunks = Vec::new();
    for length in lengths.iter().cycle() {
        if rest.is_empty() || lengths.iter().all(|length| *length == 0) {
            break;
        }
        let (chunk, tail) = rest.split_at(rest.len().min(usize::from(*length)));
        chunks.push(chunk);
        rest = tail;
    }
    chunks.push(rest);
    chunks
}

/// Alternates between two methods of the decoder.
fn decode<'a>(chunks: impl IntoIterator<Item = &'a [u8]>, limit: usize) -> Outcome {
    let mut decoder = Decoder::new(limit);
    let mut events = Vec::new();
    for (index, chunk) in chunks.into_iter().enumerate() {
        if index % 2 == 0 {
            decoder.push(chunk);
        } else {
            decoder.push_bytes(Bytes::copy_from_slice(chunk));
        }
        loop {
            match decoder.next() {
                Ok(Some(event)) => events.push(read(&event)),
                Ok(None) => break,
                Err(error) => {
                    return Outcome {
                        events,
                        rest: Err(error),
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
