//! The responses in `recorded/`, as bytes.

use std::path::PathBuf;

use bytes::Bytes;
use serde_json::Value;

/// The file of this name.
pub fn bytes(name: &str) -> Bytes {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name);
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .into()
}

/// The file of this name, which holds JSON.
pub fn json(name: &str) -> Value {
    serde_json::from_slice(&bytes(name)).unwrap()
}

/// The events of a file, without the `[DONE]` that it must end with.
///
/// It reads by lines and not with the SDK's decoder, whose mistakes it would share.
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
