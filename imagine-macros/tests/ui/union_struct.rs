//! A struct.

use imagine_macros::OpenUnion;

#[derive(OpenUnion)]
pub struct Either {
    pub one: String,
}

fn main() {}
