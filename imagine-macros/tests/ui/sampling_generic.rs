//! `Sampling` on a generic struct.

use imagine_macros::Sampling;

#[derive(Default, Sampling)]
pub struct Parameters<T> {
    pub top_k: Option<T>,
}

fn main() {
    let _ = Parameters::<i64>::new().top_k(3);
}
