//! `Sampling` on a tuple struct.

use imagine_macros::Sampling;

#[derive(Default, Sampling)]
pub struct Parameters(pub Option<i64>);

fn main() {
    let _ = Parameters::new();
}
