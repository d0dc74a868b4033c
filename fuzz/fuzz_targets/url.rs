//! The building of addresses.

#![no_main]

use libfuzzer_sys::fuzz_target;

// Not by its own name, which is that of the crate that reads addresses.
#[path = "../../tests/tests/properties/url.rs"]
mod addresses;

fuzz_target!(|input: (String, String)| {
    let (path, id) = input;
    addresses::check(&path, &id);
});
