//! Fuzzes the accumulator, with chunks of any kind and tool-call arguments in any split.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/tests/properties/accumulator.rs"]
mod accumulator;

#[derive(Arbitrary, Debug)]
enum Input {
    Cuts(Vec<String>, Vec<(u8, u8)>),
    /// Chunks, one per line.
    Chunks(Vec<u8>),
}

fuzz_target!(|input: Input| match input {
    Input::Cuts(arguments, turns) => accumulator::check_cuts(&arguments, &turns),
    Input::Chunks(lines) => accumulator::check_chunks(lines.split(|byte| *byte == b'\n')),
});
