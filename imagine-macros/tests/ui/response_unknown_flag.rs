//! An unknown flag on a field.

use imagine_macros::Response;

#[derive(Default, Response)]
struct Reply {
    #[response(needed)]
    value: i64,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
