//! A variant with data.

use imagine_macros::OpenEnum;

#[derive(OpenEnum)]
pub enum Kind {
    #[open(name = "one")]
    One(i64),
    Other(String),
}

fn main() {
    let _ = Kind::from("one").as_str();
}
