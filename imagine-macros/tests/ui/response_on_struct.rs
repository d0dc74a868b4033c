//! A mark that is not on a field.

use imagine_macros::Response;

#[derive(Default, Response)]
#[response(extra)]
struct Reply {
    value: i64,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
