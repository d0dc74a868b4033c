//! A variant without a name on the wire.

use imagine_macros::OpenEnum;

#[derive(OpenEnum)]
pub enum Kind {
    One,
    Other(String),
}

fn main() {
    let _ = Kind::from("one").as_str();
}
