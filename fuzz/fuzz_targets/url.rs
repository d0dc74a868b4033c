//! Fuzzes the building of URLs.

#![no_main]

use libfuzzer_sys::fuzz_target;

// The name `url` belongs to the crate.
#[path = "../../tests/tests/properties/url.rs"]
mod urls;

fuzz_target!(|input: (String, String)| {
    let (path, id) = input;
    urls::check(&path, &id);
});
