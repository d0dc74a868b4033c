//! An unknown key on a variant.

use imagine_macros::OpenEnum;

#[derive(OpenEnum)]
pub enum Kind {
    #[open(rename = "one")]
    One,
    Other(String),
}

fn main() {
    let _ = Kind::from("one").as_str();
}
