//! Two fields of one key.

use imagine_macros::Answer;

#[derive(Default, serde::Serialize, Answer)]
struct Reply {
    value: i64,
    #[serde(rename = "value")]
    other: i64,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
