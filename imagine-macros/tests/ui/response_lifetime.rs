//! `Response` on a struct with a lifetime.

use imagine_macros::Response;

#[derive(Default, Response)]
struct Reply<'a> {
    value: Option<&'a str>,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
