//! Two fields with the same key.

use imagine_macros::Response;

#[derive(Default, serde::Serialize, Response)]
struct Reply {
    value: i64,
    #[serde(rename = "value")]
    other: i64,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
