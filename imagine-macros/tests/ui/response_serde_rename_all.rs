//! An unsupported serde attribute.

use imagine_macros::Response;

#[derive(Default, serde::Serialize, Response)]
#[serde(rename_all = "camelCase")]
struct Reply {
    the_value: i64,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
