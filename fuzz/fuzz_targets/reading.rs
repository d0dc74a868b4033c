//! Fuzzes the JSON reader against `serde_json`.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/tests/properties/reading.rs"]
mod reading;

fuzz_target!(|input: &[u8]| reading::check(input));
