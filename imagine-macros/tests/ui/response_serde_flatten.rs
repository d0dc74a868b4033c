//! `flatten` on a field without `extra`.

use imagine_macros::Response;

#[derive(Default, serde::Serialize, Response)]
struct Reply {
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
