//! `Response` on a tuple struct.

use imagine_macros::Response;

#[derive(Default, Response)]
struct Reply(i64);

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
