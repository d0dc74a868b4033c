//! A mark that no field has.

use imagine_macros::Response;

#[derive(Default, Response)]
struct Reply {
    #[response(needed)]
    value: i64,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
