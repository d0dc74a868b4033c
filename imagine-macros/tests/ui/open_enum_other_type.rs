//! A variant `Other` that cannot contain a string.

use imagine_macros::OpenEnum;

#[derive(OpenEnum)]
pub enum Kind {
    #[open(name = "one")]
    One,
    Other(u8),
}

fn main() {
    let _ = Kind::from("one").as_str();
}
