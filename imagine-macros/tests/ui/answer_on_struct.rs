//! A mark that is not on a field.

use imagine_macros::Answer;

#[derive(Default, Answer)]
#[answer(extra)]
struct Reply {
    value: i64,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
