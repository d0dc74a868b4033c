//! The report of a run.

use std::fmt;
use std::time::Duration;

use crate::call_log::Totals;
use crate::calls::{OTHER, Tally};
use crate::resources::Resources;

/// The report of a run.
pub(crate) struct Report {
    pub(crate) calls: usize,
    pub(crate) concurrency: usize,
    pub(crate) tally: Tally,
    pub(crate) totals: Totals,
    /// The number of requests that the service handled.
    pub(crate) requests: usize,
    /// The resources after the last call, before the clients are dropped.
    pub(crate) busy: Resources,
    /// The resources after the first thousand calls and without their clients.
    pub(crate) baseline: Resources,
    /// The resources after the last call and without its clients.
    pub(crate) last: Resources,
    pub(crate) time: Duration,
}

impl Report {
    /// Returns whether the run found no problems.
    pub(crate) fn is_success(&self) -> bool {
        let Totals {
            lost, duplicated, ..
        } = self.totals;
        let problems =
            lost + duplicated + self.tally.wrong + self.unclassified() + self.leaked_sockets();
        problems == 0 && !self.has_grown()
    }

    /// Returns the number of errors that no predicate classifies.
    fn unclassified(&self) -> usize {
        self.tally.errors.get(OTHER).copied().unwrap_or_default()
    }

    /// Returns whether memory has grown by more than the allocator retains.
    ///
    /// A leak of 100 bytes in each of 100,000 calls exceeds the tolerance.
    fn has_grown(&self) -> bool {
        const TOLERANCE: u64 = 8 * 1024;
        let memory = self.baseline.memory.zip(self.last.memory);
        memory.is_some_and(|(baseline, last)| last > baseline + TOLERANCE)
    }

    /// Returns the number of sockets that outlive the clients, or exceed their limit.
    ///
    /// A client may keep two connections for each of its two APIs and each concurrent call: one in use, and one that
    /// was opened when another became free first.
    fn leaked_sockets(&self) -> usize {
        let excess = self.busy.connections.saturating_sub(4 * self.concurrency);
        let sockets = self.baseline.sockets.zip(self.last.sockets);
        let difference = sockets.map_or(0, |(baseline, last)| baseline.abs_diff(last));
        excess + difference.max(self.baseline.connections + self.last.connections)
    }

    fn rows(&self) -> Vec<(String, String)> {
        let errors: usize = self.tally.errors.values().sum();
        let mut rows = vec![
            row("calls", self.calls),
            row("responses", self.tally.responses),
            row("typed errors", errors),
        ];
        let kinds = self.tally.errors.iter();
        rows.extend(kinds.map(|(kind, count)| row(&format!("  {kind}"), count)));
        rows.extend([
            row("requests", self.requests),
            row("retries", self.requests.saturating_sub(self.calls)),
            row("submissions", self.totals.submissions),
            row("accepted submissions", self.totals.accepted),
            row("client connections", self.busy.connections),
            row(
                "sockets after the first thousand calls",
                sockets(self.baseline),
            ),
            row("sockets after the last call", sockets(self.last)),
            row(
                "memory after the first thousand calls",
                memory(self.baseline),
            ),
            row("memory after the last call", memory(self.last)),
            row("time", format!("{:.1} s", self.time.as_secs_f64())),
            row(
                "calls per second",
                format!("{:.0}", self.calls_per_second()),
            ),
            row("lost", self.totals.lost),
            row("duplicated", self.totals.duplicated),
            row("wrong responses", self.tally.wrong),
            row("unclassified errors", self.unclassified()),
            row("leaked sockets", self.leaked_sockets()),
            row("memory has grown", self.has_grown()),
        ]);
        rows
    }

    fn calls_per_second(&self) -> f64 {
        self.calls as f64 / self.time.as_secs_f64()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.rows() {
            writeln!(formatter, "{name:<42}{value:>12}")?;
        }
        Ok(())
    }
}

fn row(name: &str, value: impl ToString) -> (String, String) {
    (name.to_owned(), value.to_string())
}

fn sockets(resources: Resources) -> String {
    let sockets = resources.sockets.map(|count| count.to_string());
    sockets.unwrap_or_else(|| "unknown".to_owned())
}

fn memory(resources: Resources) -> String {
    match resources.memory {
        Some(kibibytes) => format!("{:.1} MiB", kibibytes as f64 / 1024.0),
        None => "unknown".to_owned(),
    }
}
