//! What all calls of a client may spend on repeating.

use std::sync::atomic::{AtomicU32, Ordering};

/// How many repetitions a client has in stock when nothing has failed for a while.
const STOCK: u32 = 100;

/// What a repetition costs and a success gives back, in parts of a repetition.
const COST: u32 = 10;
const REFUND: u32 = 1;

/// A stock of repetitions. When a service is down, every call fails, and repeating them all would only
/// make it worse: once the stock is used up, calls fail at once, until successes have filled it again.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(STOCK * COST))
    }
}

impl Budget {
    /// Takes one repetition out of the stock, if there is one.
    pub(super) fn take(&self) -> bool {
        self.change(|stock| stock.checked_sub(COST))
    }

    /// Whether there is one in stock.
    pub(super) fn is_left(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= COST
    }

    /// Puts back what a success is worth.
    pub(super) fn refund(&self) {
        self.change(|stock| (stock < STOCK * COST).then_some(stock + REFUND));
    }

    fn change(&self, change: impl Fn(u32) -> Option<u32>) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, change)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stock_runs_out_and_fills_with_successes() {
        let budget = Budget::default();
        assert_eq!((0..1000).filter(|_| budget.take()).count(), STOCK as usize);
        for _ in 0..COST {
            assert!(!budget.take());
            budget.refund();
        }
        assert!(budget.take());
    }

    #[test]
    fn a_full_stock_stays_full() {
        let budget = Budget::default();
        budget.refund();
        assert_eq!((0..1000).filter(|_| budget.take()).count(), STOCK as usize);
    }
}
