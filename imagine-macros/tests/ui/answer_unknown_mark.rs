//! A mark that no field has.

use imagine_macros::Answer;

#[derive(Default, Answer)]
struct Reply {
    #[answer(required)]
    value: i64,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
