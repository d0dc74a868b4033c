//! A mark that is given twice.

use imagine_macros::Answer;

#[derive(Default, Answer)]
struct Reply {
    #[answer(discriminating, discriminating)]
    value: i64,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
