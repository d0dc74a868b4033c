//! The table at the end.

use std::fmt;
use std::time::Duration;

use crate::calls::Tally;
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
    /// Before the first call, after the first thousand, after the last, and without the client.
    pub(crate) figures: [Figures; 4],
    pub(crate) time: Duration,
}

impl Report {
    /// Whether everything adds up.
    pub(crate) fn is_good(&self) -> bool {
        let Balance { lost, doubled, .. } = self.balance;
        lost + doubled + self.tally.wrong + self.leaked() == 0 && !self.has_grown()
    }

    /// Whether memory has grown since the first thousand calls by more than what one moment differs from another.
    fn has_grown(&self) -> bool {
        const SLACK: u64 = 8 * 1024;
        let [_, then, now, _] = self.figures;
        let grown = then.memory.zip(now.memory);
        grown.is_some_and(|(then, now)| now > then + then / 4 + SLACK)
    }

    /// Sockets that outlive the client. While it lives it may keep two connections for each of its two APIs
    /// and each call at a time: one in use, and one that was opened when another came free first.
    fn leaked(&self) -> usize {
        let [unused, _, now, closed] = self.figures;
        let most = 4 * self.concurrency;
        let kept = now.connections.saturating_sub(most);
        let left = closed.connections;
        let sockets = closed.sockets.unwrap_or(0);
        let left = left.max(sockets.saturating_sub(unused.sockets.unwrap_or(sockets)));
        kept + left
    }

    fn rows(&self) -> Vec<(String, String)> {
        let [_, then, now, closed] = self.figures;
        let errors: usize = self.tally.errors.values().sum();
        let mut rows = vec![
            row("calls", self.calls),
            row("answers", self.tally.answers),
            row("typed errors", errors),
        ];
        let kinds = self.tally.errors.iter();
        rows.extend(kinds.map(|(kind, count)| row(&format!("  {kind}"), count)));
        rows.extend([
            row("requests that the service saw", self.requests),
            row("retries", self.requests.saturating_sub(self.calls)),
            row("submissions", self.balance.submissions),
            row("submissions accepted", self.balance.accepted),
            row("connections after the first thousand", then.connections),
            row("connections after the last", now.connections),
            row("connections without the client", closed.connections),
            row("memory after the first thousand", memory(then)),
            row("memory after the last", memory(now)),
            row("time", format!("{:.1} s", self.time.as_secs_f64())),
            row("calls per second", format!("{:.0}", self.speed())),
            row("lost", self.balance.lost),
            row("doubled", self.balance.doubled),
            row("wrong answers", self.tally.wrong),
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

fn memory(figures: Figures) -> String {
    match figures.memory {
        Some(kibibytes) => format!("{:.1} MiB", kibibytes as f64 / 1024.0),
        None => "unknown".to_owned(),
    }
}
