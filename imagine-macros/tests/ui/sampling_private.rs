//! A private parameter.

use imagine_macros::Sampling;

#[derive(Default, Sampling)]
pub struct Parameters {
    top_k: Option<i64>,
}

fn main() {
    let _ = Parameters::new().top_k(3);
}
