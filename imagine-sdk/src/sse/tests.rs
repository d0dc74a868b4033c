//! Decodes each case as one chunk, byte by byte, and with random chunking.

use super::*;

fn decode_chunks(chunks: &[&[u8]]) -> Vec<(String, String)> {
    let mut decoder = Decoder::new(1 << 20);
    let mut events = Vec::new();
    for chunk in chunks {
        decoder.push(chunk);
        while let Some(event) = decoder.next().unwrap() {
            events.push((event.name().into_owned(), event.data().into_owned()));
        }
    }
    events
}

fn decode(bytes: &[u8]) -> Vec<(String, String)> {
    let expected = decode_chunks(&[bytes]);
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(decode_chunks(&single), expected, "byte by byte: {bytes:?}");
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..50 {
        let mut rest = bytes;
        let mut chunks = Vec::new();
        while !rest.is_empty() {
            let (chunk, tail) = rest.split_at(random.usize(1..=rest.len()));
            chunks.push(chunk);
            rest = tail;
        }
        assert_eq!(decode_chunks(&chunks), expected, "chunks: {chunks:?}");
    }
    expected
}

fn data(bytes: &[u8]) -> Vec<String> {
    decode(bytes).into_iter().map(|(_, data)| data).collect()
}

#[test]
fn one_byte_order_mark_at_the_start_is_skipped() {
    assert_eq!(
        data(b"\xEF\xBB\xBFdata: C\n\ndata: [DONE]\n\n"),
        ["C", "[DONE]"]
    );
    assert_eq!(data(b"data: \xEF\xBB\xBFC\n\n"), ["\u{FEFF}C"]);
    assert_eq!(data(b"\xEF\xBB\xBF\xEF\xBB\xBFdata: C\n\n"), [""; 0]);
    assert_eq!(data(b"\xEF\xBBdata: C\n\ndata: D\n\n"), ["D"]);
}

#[test]
fn all_line_ends_are_accepted_and_can_be_mixed() {
    assert_eq!(data(b"data: A\r\ndata: B\r\n\r\n"), ["A\nB"]);
    assert_eq!(data(b"data: A\r\ndata: B\rdata: C\r\n\r\n"), ["A\nB\nC"]);
    assert_eq!(data(b"data: A\r\rdata: B\r\r"), ["A", "B"]);
    assert_eq!(data(b"data: A\n\ndata: B\n\n"), ["A", "B"]);
}

#[test]
fn characters_may_span_chunks_and_invalid_utf8_is_replaced() {
    assert_eq!(data(b"data: \xF0\x9F\x98\x80\n\n"), ["\u{1F600}"]);
    assert_eq!(data(b"data: a\xFFb\n\ndata: c\n\n"), ["a\u{FFFD}b", "c"]);
}

#[test]
fn fields_are_parsed_as_the_standard_specifies() {
    assert_eq!(data(b"data:C\n\n"), ["C"]);
    assert_eq!(data(b"data:  x\n\n"), [" x"]);
    assert_eq!(
        data(b"data: {\"a\":1,\ndata: \"b\":2}\n\n"),
        ["{\"a\":1,\n\"b\":2}"]
    );
    assert_eq!(data(b"data\n\n"), [""]);
    assert_eq!(data(b"data\ndata\n\n"), ["\n"]);
    assert_eq!(
        data(b"foo: x\nid: a\0b\nretry: abc\nDATA: no\n data: no\n\n"),
        [""; 0]
    );
    assert_eq!(
        decode(b"event: error\ndata: boom\n\n"),
        [("error".into(), "boom".into())]
    );
}

#[test]
fn comments_and_events_without_data_yield_nothing() {
    let bytes = b"id: 1\ndata: C\n\n: ping\n\nretry: 3000\n\nevent: x\n\n:\n\ndata: [DONE]\n\n";
    assert_eq!(
        decode(bytes),
        [("".into(), "C".into()), ("".into(), "[DONE]".into())]
    );
}

#[test]
fn an_incomplete_event_is_returned_only_on_request() {
    let mut decoder = Decoder::new(100);
    decoder.push(b"data: A\n\ndata: [DONE]");
    assert_eq!(decoder.next().unwrap().unwrap().data(), "A");
    assert_eq!(decoder.next().unwrap(), None);
    assert_eq!(decoder.into_unfinished().unwrap().data(), "[DONE]");
    // Complete events before it are dropped.
    let mut decoder = Decoder::new(100);
    decoder.push(b"data: A\r");
    decoder.push(b"\n\r\ndata: B\r\ndata: [DONE]");
    assert_eq!(decoder.into_unfinished().unwrap().data(), "B\n[DONE]");
}

#[test]
fn large_events_are_rejected_with_and_without_line_ends() {
    for chunk in ["x", "data: x\n"] {
        let mut decoder = Decoder::new(1000);
        let error = (0..2000).find_map(|_| {
            decoder.push(chunk.as_bytes());
            decoder.next().err()
        });
        assert_eq!(error, Some(TooLarge { limit: 1000 }));
    }
}

#[test]
fn a_chunk_may_be_larger_than_the_limit_of_an_event() {
    let mut decoder = Decoder::new(10);
    decoder.push_bytes(Bytes::from("data: A\n\n".repeat(100)));
    let events = std::iter::from_fn(|| decoder.next().unwrap());
    assert_eq!(events.count(), 100);
    decoder.push_bytes(Bytes::from("data: 12345\n\n"));
    assert_eq!(decoder.next(), Err(TooLarge { limit: 10 }));
}

/// The decoder is unusable afterwards, but must not panic.
#[test]
fn a_decoder_does_not_panic_after_an_error() {
    let mut decoder = Decoder::new(20);
    decoder.push(b"data: 12345\ndata: 123456789012345678901234567890\n\n");
    assert!(decoder.next().is_err());
    decoder.push(b"x");
    while let Ok(Some(_)) = decoder.next() {}
    decoder.into_unfinished();
}
