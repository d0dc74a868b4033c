//! An enum without `Other(String)`.

use imagine_macros::OpenEnum;

#[derive(OpenEnum)]
pub enum Kind {
    #[open(name = "one")]
    One,
}

fn main() {
    let _ = Kind::from("one").as_str();
}
