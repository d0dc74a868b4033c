//! Processor time, and tables of it.

use std::process::Command;
use std::time::Duration;

use cpu_time::ThreadTime;
use tokio::runtime::{Builder, Runtime};
use tracing_subscriber::fmt::format::FmtSpan;

/// Describes the machine and the compiler, on which the figures depend.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or(std::env::consts::ARCH, |(_, model)| model);
    let compiler = Command::new("rustc").arg("--version").output();
    let compiler = compiler.map_or_else(|_| Vec::new(), |output| output.stdout);
    let compiler = String::from_utf8_lossy(&compiler);
    let system = std::env::consts::OS;
    format!("{model}, {cores} cores, {system}, {}", compiler.trim())
}

/// Creates a runtime that does everything on the calling thread, so that the thread's time is the time of the call.
pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Measures the processor time of `work`.
pub fn cpu<T>(work: impl FnOnce() -> T) -> Duration {
    let start = ThreadTime::now();
    std::hint::black_box(work());
    start.elapsed()
}

/// Runs `work` with a subscriber at the level "info", which formats spans and writes them nowhere.
pub fn traced<T>(work: impl FnOnce() -> T) -> T {
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(std::io::sink)
        .finish();
    tracing::subscriber::with_default(subscriber, work)
}

/// Runs the candidates in turn and returns the median time of each.
///
/// The best time would do if everything ran on one thread. But a thread that waits for another takes less time when the
/// other is already awake, so a single round can be fast by chance.
pub fn median(rounds: usize, candidates: &mut [&mut dyn FnMut()]) -> Vec<Duration> {
    let mut times = vec![Vec::new(); candidates.len()];
    // The first round warms up caches and connections and does not count.
    for round in 0..=rounds {
        for (candidate, times) in candidates.iter_mut().zip(&mut times) {
            let time = cpu(candidate);
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

/// Prints the column names. The first column names the rows.
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

/// Formats a duration in milliseconds.
pub fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// Formats the time per item.
pub fn each(time: Duration, count: usize) -> String {
    let count = u32::try_from(count).unwrap();
    format!("{:.2} us", time.as_secs_f64() * 1e6 / f64::from(count))
}

/// Formats the ratio of two durations.
pub fn ratio(time: Duration, base: Duration) -> String {
    format!("{:.2} x", time.as_secs_f64() / base.as_secs_f64())
}
