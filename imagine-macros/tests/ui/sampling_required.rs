//! A parameter that cannot be left unset.

use imagine_macros::Sampling;

#[derive(Default, Sampling)]
pub struct Parameters {
    pub top_k: i64,
}

fn main() {
    let _ = Parameters::new().top_k(3);
}
