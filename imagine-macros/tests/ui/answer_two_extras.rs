//! Two fields for what has none.

use imagine_macros::Answer;

#[derive(Default, Answer)]
struct Reply {
    #[answer(extra)]
    rest: serde_json::Map<String, serde_json::Value>,
    #[answer(extra)]
    more: serde_json::Map<String, serde_json::Value>,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
