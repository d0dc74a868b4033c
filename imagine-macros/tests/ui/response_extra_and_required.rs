//! `extra` combined with `required`.

use imagine_macros::Response;

#[derive(Default, Response)]
struct Reply {
    #[response(extra, required)]
    rest: serde_json::Map<String, serde_json::Value>,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
