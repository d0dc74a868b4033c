//! Benchmarks the areas of the SDK one by one, in memory and in processor time. Criterion writes a page for each below
//! `target/criterion`.
//!
//! ```sh
//! cargo bench -p imagine-bench --bench areas
//! cargo bench -p imagine-bench --bench areas -- decode
//! ```

use std::time::Duration;

use cpu_time::ThreadTime;
use criterion::Criterion;
use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use imagine_bench::areas::AREAS;

/// The processor time of the thread, which other programs of the machine change little.
struct ProcessorTime;

impl Measurement for ProcessorTime {
    type Intermediate = ThreadTime;
    type Value = Duration;

    fn start(&self) -> ThreadTime {
        ThreadTime::now()
    }

    fn end(&self, start: ThreadTime) -> Duration {
        start.elapsed()
    }

    fn add(&self, a: &Duration, b: &Duration) -> Duration {
        *a + *b
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        WallTime.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

fn main() {
    let mut criterion = Criterion::default()
        .with_measurement(ProcessorTime)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    for area in AREAS {
        let mut work = (area.prepare)();
        criterion.bench_function(area.name, |bencher| bencher.iter(&mut work));
    }
    criterion.final_summary();
}
