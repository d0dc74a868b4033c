//! An unknown key on a parameter.

use imagine_macros::Sampling;

#[derive(Default, Sampling)]
pub struct Parameters {
    #[sampling(default = 3)]
    pub top_k: Option<i64>,
}

fn main() {
    let _ = Parameters::new().top_k(3);
}
