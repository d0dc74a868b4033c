//! `Response` on an enum.

use imagine_macros::Response;

#[derive(Response)]
enum Reply {
    Yes,
}

fn main() {
    let _ = serde_json::from_str::<Reply>("{}");
}
