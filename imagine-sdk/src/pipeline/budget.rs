//! Limits the share of retries among the requests of a client.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The parts of a retry that one retry withdraws, and that one success deposits.
const WITHDRAWAL: u32 = 10;
const DEPOSIT: u32 = 1;

/// The retries that all calls of a client share. While a service is down every call fails, and retrying them all would
/// prolong the outage: once the budget is used up, calls fail at once until successes refill it.
#[derive(Clone, Debug)]
pub(crate) struct RetryBudget {
    /// `None` if the number of retries is unlimited.
    parts: Option<Arc<AtomicU32>>,
    capacity: u32,
}

impl RetryBudget {
    /// Creates a full budget for that many retries, or an unlimited one.
    pub(crate) fn new(retries: Option<u32>) -> Self {
        let capacity = retries.unwrap_or_default().saturating_mul(WITHDRAWAL);
        Self {
            parts: retries.map(|_| Arc::new(AtomicU32::new(capacity))),
            capacity,
        }
    }

    /// Returns this budget if it has that capacity, else a new one.
    pub(crate) fn resized(&self, retries: Option<u32>) -> Self {
        let new = Self::new(retries);
        if new.capacity == self.capacity && new.parts.is_some() == self.parts.is_some() {
            self.clone()
        } else {
            new
        }
    }

    /// Withdraws a retry. Returns false if none is left.
    pub(super) fn try_withdraw(&self) -> bool {
        self.update(|parts| parts.checked_sub(WITHDRAWAL))
    }

    /// Returns true if a retry is left.
    pub(super) fn has_retries(&self) -> bool {
        let parts = self.parts.as_ref();
        parts.is_none_or(|parts| parts.load(Ordering::Relaxed) >= WITHDRAWAL)
    }

    /// Deposits what a success is worth.
    pub(super) fn deposit(&self) {
        self.update(|parts| (parts < self.capacity).then(|| parts.saturating_add(DEPOSIT)));
    }

    fn update(&self, update: impl Fn(u32) -> Option<u32>) -> bool {
        let Some(parts) = &self.parts else {
            return true;
        };
        parts
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, update)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAPACITY: u32 = 100;

    fn withdrawals(budget: &RetryBudget) -> usize {
        (0..1000).filter(|_| budget.try_withdraw()).count()
    }

    #[test]
    fn an_empty_budget_fills_with_successes() {
        let budget = RetryBudget::new(Some(CAPACITY));
        assert_eq!(withdrawals(&budget), CAPACITY as usize);
        for _ in 0..WITHDRAWAL {
            assert!(!budget.try_withdraw() && !budget.has_retries());
            budget.deposit();
        }
        assert!(budget.has_retries() && budget.try_withdraw());
    }

    #[test]
    fn a_full_budget_stays_full() {
        let budget = RetryBudget::new(Some(CAPACITY));
        budget.deposit();
        assert_eq!(withdrawals(&budget), CAPACITY as usize);
    }

    #[test]
    fn a_budget_can_be_unlimited_or_empty() {
        assert_eq!(withdrawals(&RetryBudget::new(None)), 1000);
        assert_eq!(withdrawals(&RetryBudget::new(Some(0))), 0);
    }
}
