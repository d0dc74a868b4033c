//! The decoding of answers.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/tests/properties/answers.rs"]
mod answers;

fuzz_target!(|input: &[u8]| answers::check(input));
