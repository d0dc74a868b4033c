//! The reading of JSON, against that of `serde_json`.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/tests/properties/mode.rs"]
mod mode;

fuzz_target!(|input: &[u8]| mode::check(input));
