//! Runs one area of the SDK a fixed number of times. `.ci/instructions` counts the instructions of `counted_runs`.
//!
//! Without an argument it prints the names of the areas.

#![allow(clippy::expect_used, reason = "benches may panic")]

use imagine_bench::areas::AREAS;

/// The runs that are not counted: they fill caches and grow buffers.
const WARM_UP: usize = 3;
const RUNS: usize = 20;

fn main() {
    let Some(name) = std::env::args().nth(1) else {
        AREAS.iter().for_each(|area| println!("{}", area.name));
        return;
    };
    // The SDK draws form boundaries, pauses and ids.
    fastrand::seed(1);
    let area = AREAS.iter().find(|area| area.name == name);
    let mut work = (area.expect("the name of an area").prepare)();
    (0..WARM_UP).for_each(|_| work());
    counted_runs(&mut *work);
}

/// A function of its own in the binary, by whose name valgrind starts and stops to count.
#[inline(never)]
fn counted_runs(work: &mut dyn FnMut()) {
    for _ in 0..RUNS {
        work();
    }
}
