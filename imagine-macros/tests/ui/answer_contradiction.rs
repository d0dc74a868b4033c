//! Marks that exclude each other.

use imagine_macros::Answer;

#[derive(Default, Answer)]
struct Reply {
    #[answer(extra, discriminating)]
    rest: serde_json::Map<String, serde_json::Value>,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
