//! A key of serde that the derive would not follow.

use imagine_macros::Answer;

#[derive(Default, serde::Serialize, Answer)]
#[serde(rename_all = "camelCase")]
struct Reply {
    the_value: i64,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
