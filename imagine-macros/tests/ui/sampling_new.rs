//! A parameter whose setter would have the name of the constructor.

use imagine_macros::Sampling;

#[derive(Default, Sampling)]
pub struct Parameters {
    pub new: Option<i64>,
    pub top_k: Option<i64>,
}

fn main() {
    let _ = Parameters::new().top_k(3);
}
