//! A field's flag on the struct.

use imagine_macros::Response;

#[derive(Default, Response)]
#[response(extra)]
struct Reply {
    value: i64,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
