//! Two fields with `extra`.

use imagine_macros::Response;

#[derive(Default, Response)]
struct Reply {
    #[response(extra)]
    rest: serde_json::Map<String, serde_json::Value>,
    #[response(extra)]
    more: serde_json::Map<String, serde_json::Value>,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
