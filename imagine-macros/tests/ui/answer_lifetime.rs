//! An answer that borrows.

use imagine_macros::Answer;

#[derive(Default, Answer)]
struct Reply<'a> {
    value: Option<&'a str>,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
