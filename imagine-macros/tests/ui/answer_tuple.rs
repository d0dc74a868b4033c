//! An answer without names for its fields.

use imagine_macros::Answer;

#[derive(Default, Answer)]
struct Reply(i64);

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
