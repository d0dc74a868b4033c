//! Processor time, and a table to print it in.

use std::time::Duration;

use cpu_time::ThreadTime;
use tokio::runtime::{Builder, Runtime};

/// A runtime that does everything on the calling thread, so that the time of the thread is the time of the
/// call.
pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// The processor time that `work` takes.
pub fn cpu<T>(work: impl FnOnce() -> T) -> Duration {
    let start = ThreadTime::now();
    std::hint::black_box(work());
    start.elapsed()
}

/// Runs every contestant in turn, and gives the middle one of the times of each.
///
/// The best one would do where everything happens on one thread. A thread that waits for another takes less time
/// whenever that happens to be awake already, and which contestant has such a round is luck.
pub fn median(rounds: usize, contestants: &mut [&mut dyn FnMut()]) -> Vec<Duration> {
    let mut times = vec![Vec::new(); contestants.len()];
    // The first round warms caches and connections up, and does not count.
    for round in 0..=rounds {
        for (contestant, times) in contestants.iter_mut().zip(&mut times) {
            let time = cpu(contestant);
            if round > 0 {
                times.push(time);
            }
        }
    }
    let middle = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    times.into_iter().map(middle).collect()
}

/// Prints the names of columns. The first is that of what the rows are about.
pub fn head(names: &[&str]) {
    println!();
    row(&names.iter().map(ToString::to_string).collect::<Vec<_>>());
    let rule = names
        .iter()
        .enumerate()
        .map(|(column, _)| "-".repeat(width(column)));
    println!("{}", rule.collect::<Vec<_>>().join("-+-"));
}

/// Prints a row.
pub fn row(cells: &[String]) {
    let padded = cells.iter().enumerate().map(|(column, cell)| match column {
        0 => format!("{cell:<0$}", width(0)),
        _ => format!("{cell:>0$}", width(column)),
    });
    println!("{}", padded.collect::<Vec<_>>().join(" | "));
}

fn width(column: usize) -> usize {
    if column == 0 { 44 } else { 13 }
}

/// Milliseconds.
pub fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// How much time each of `count` things took.
pub fn each(time: Duration, count: usize) -> String {
    let count = u32::try_from(count).unwrap();
    format!("{:.2} us", time.as_secs_f64() * 1e6 / f64::from(count))
}

/// What part of `whole` is `part`.
pub fn share(part: Duration, whole: Duration) -> String {
    format!("{:.2} x", part.as_secs_f64() / whole.as_secs_f64())
}
