//! `OpenEnum` on a struct.

use imagine_macros::OpenEnum;

#[derive(OpenEnum)]
pub struct Kind;

fn main() {
    let _ = Kind::from("one").as_str();
}
