//! The table at the end.

use std::fmt;
use std::time::Duration;

use crate::calls::{OTHER, Tally};
use crate::ledger::Balance;
use crate::process::Figures;

/// All that was counted.
pub(crate) struct Report {
    pub(crate) calls: usize,
    pub(crate) concurrency: usize,
    pub(crate) tally: Tally,
    pub(crate) balance: Balance,
    /// Requests that the service saw.
    pub(crate) requests: usize,
    /// After the last call, while the client was there.
    pub(crate) busy: Figures,
    /// After the first thousand calls, without their client.
    pub(crate) then: Figures,
    /// The same after the last.
    pub(crate) now: Figures,
    pub(crate) time: Duration,
}

impl Report {
    /// Whether everything adds up.
    pub(crate) fn is_good(&self) -> bool {
        let Balance { lost, doubled, .. } = self.balance;
        lost + doubled + self.tally.wrong + self.untyped() + self.leaked() == 0 && !self.has_grown()
    }

    /// Errors of no kind that a caller could ask for.
    fn untyped(&self) -> usize {
        self.tally.errors.get(OTHER).copied().unwrap_or_default()
    }

    /// Whether more memory is held than after the first thousand calls, by more than what the allocator keeps of its
    /// own. A hundred bytes for each of 100,000 calls would be more.
    fn has_grown(&self) -> bool {
        const SLACK: u64 = 8 * 1024;
        let grown = self.then.memory.zip(self.now.memory);
        grown.is_some_and(|(then, now)| now > then + SLACK)
    }

    /// Sockets that outlive the client. While it lives it may keep two connections for each of its two APIs
    /// and each call at a time: one in use, and one that was opened when another came free first.
    fn leaked(&self) -> usize {
        let kept = self.busy.connections.saturating_sub(4 * self.concurrency);
        let sockets = self.then.sockets.zip(self.now.sockets);
        let more = sockets.map_or(0, |(then, now)| then.abs_diff(now));
        kept + more.max(self.then.connections + self.now.connections)
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
            row("requests that the service saw", self.requests),
            row("retries", self.requests.saturating_sub(self.calls)),
            row("submissions", self.balance.submissions),
            row("submissions accepted", self.balance.accepted),
            row("connections of the client", self.busy.connections),
            row("sockets after the first thousand", sockets(self.then)),
            row("sockets after the last", sockets(self.now)),
            row("memory after the first thousand", memory(self.then)),
            row("memory after the last", memory(self.now)),
            row("time", format!("{:.1} s", self.time.as_secs_f64())),
            row("calls per second", format!("{:.0}", self.speed())),
            row("lost", self.balance.lost),
            row("doubled", self.balance.doubled),
            row("wrong responses", self.tally.wrong),
            row("errors of no kind", self.untyped()),
            row("leaked sockets", self.leaked()),
            row("memory has grown", self.has_grown()),
        ]);
        rows
    }

    fn speed(&self) -> f64 {
        self.calls as f64 / self.time.as_secs_f64()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.rows() {
            writeln!(formatter, "{name:<38}{value:>12}")?;
        }
        Ok(())
    }
}

fn row(name: &str, value: impl ToString) -> (String, String) {
    (name.to_owned(), value.to_string())
}

fn sockets(figures: Figures) -> String {
    let sockets = figures.sockets.map(|count| count.to_string());
    sockets.unwrap_or_else(|| "unknown".to_owned())
}

fn memory(figures: Figures) -> String {
    match figures.memory {
        Some(kibibytes) => format!("{:.1} MiB", kibibytes as f64 / 1024.0),
        None => "unknown".to_owned(),
    }
}
