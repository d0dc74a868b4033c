//! An answer that is not a struct.

use imagine_macros::Answer;

#[derive(Answer)]
enum Reply {
    Yes,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
