//! An response that borrows.

use imagine_macros::Response;

#[derive(Default, Response)]
struct Reply<'a> {
    value: Option<&'a str>,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
