//! Response fixtures in `fixtures/`.

use std::path::PathBuf;

use bytes::Bytes;
use serde_json::Value;

/// Reads a file.
pub fn bytes(name: &str) -> Bytes {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name);
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .into()
}

/// Reads a JSON file.
pub fn json(name: &str) -> Value {
    serde_json::from_slice(&bytes(name)).unwrap()
}

/// Reads the events of a file, without its final `[DONE]`.
///
/// Splits lines instead of using the SDK's decoder, so that errors of the decoder do not affect the tests.
pub fn events(name: &str) -> Vec<Value> {
    let text = String::from_utf8(bytes(name).to_vec()).unwrap();
    let events = text
        .strip_suffix("data: [DONE]\n\n")
        .expect("ends with `[DONE]`");
    events
        .split_terminator("\n\n")
        .map(|event| serde_json::from_str(event.strip_prefix("data: ").unwrap()).unwrap())
        .collect()
}
