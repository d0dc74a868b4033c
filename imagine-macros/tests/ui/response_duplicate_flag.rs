//! A duplicate flag.

use imagine_macros::Response;

#[derive(Default, Response)]
struct Reply {
    #[response(required, required)]
    value: i64,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
