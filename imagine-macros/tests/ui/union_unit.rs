//! A variant without a value, and no `Other`.

use imagine_macros::OpenUnion;

#[derive(OpenUnion)]
pub enum Either {
    #[union(kinds(string))]
    One,
}

fn main() {}
