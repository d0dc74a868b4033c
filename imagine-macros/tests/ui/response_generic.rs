//! `Response` on a generic struct. `Deserialize` is still implemented, so this is the only error.

use imagine_macros::Response;

#[derive(Default, Response)]
struct Reply<T> {
    value: Option<T>,
}

fn main() {
    let _ = serde_json::from_str::<Reply<i64>>("{}");
}
