//! A response field of an unsupported type.

use imagine_macros::Response;

#[derive(Default, Response)]
struct Reply {
    initial: char,
    when: std::time::Duration,
}

fn main() {}
