//! An response with a parameter. It decodes all the same, so that this is the only error.

use imagine_macros::Response;

#[derive(Default, Response)]
struct Reply<T> {
    value: Option<T>,
}

fn main() {
    let _ = serde_json::from_str::<Reply<i64>>("{}");
}
