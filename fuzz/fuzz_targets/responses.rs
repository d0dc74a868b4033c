//! Fuzzes the decoding of responses.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/tests/properties/responses.rs"]
mod responses;

fuzz_target!(|input: &[u8]| responses::check(input));
