//! A flattened field that would be read under its own name.

use imagine_macros::Answer;

#[derive(Default, serde::Serialize, Answer)]
struct Reply {
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
