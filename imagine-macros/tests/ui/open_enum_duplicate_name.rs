//! Two variants with the same name.

use imagine_macros::OpenEnum;

#[derive(OpenEnum)]
pub enum Kind {
    #[open(name = "one")]
    One,
    #[open(name = "one")]
    Uno,
    Other(String),
}

fn main() {
    let _ = Kind::from("one").as_str();
}
