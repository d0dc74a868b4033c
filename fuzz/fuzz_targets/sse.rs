//! Fuzzes the decoder of server-sent events against the reference decoder.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/tests/properties/reference.rs"]
mod reference;
#[path = "../../tests/tests/properties/sse.rs"]
mod sse;

fuzz_target!(|input: (Vec<u8>, Vec<u8>)| {
    let (lengths, stream) = input;
    sse::check(&stream, &lengths);
});
