//! A minimum above the maximum.

use imagine_macros::Sampling;

#[derive(Default, Sampling)]
pub struct Parameters {
    #[sampling(range(min = 0.5, max = -0.5))]
    pub top_k: Option<i64>,
}

fn main() {
    let _ = Parameters::new().top_k(3);
}
