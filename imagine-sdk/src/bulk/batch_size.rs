//! The size of batches.

/// The number of successes after which a size grows for the first time.
const FIRST_GROWTH: u32 = 8;

/// The maximum of that number, which doubles each time that a batch is too large.
const LAST_GROWTH: u32 = 1024;

/// The size of the next batch: halved when a batch is too large, and grown back to its maximum after successes.
#[derive(Clone, Copy, Debug)]
pub(super) struct BatchSize {
    current: usize,
    max: usize,
    successes: u32,
    required: u32,
}

impl BatchSize {
    pub(super) fn new(max: usize) -> Self {
        let max = max.max(1);
        Self {
            current: max,
            max,
            successes: 0,
            required: FIRST_GROWTH,
        }
    }

    pub(super) fn current(&self) -> usize {
        self.current
    }

    /// Counts a success of a batch of this length. Smaller batches show nothing about larger ones.
    pub(super) fn succeed(&mut self, len: usize) {
        if len < self.current || self.current == self.max {
            return;
        }
        self.successes += 1;
        if self.successes >= self.required {
            self.successes = 0;
            self.current = (self.current + self.current.div_ceil(2)).min(self.max);
        }
    }

    /// Halves the size after a batch of this length was too large. Larger batches from before that change nothing.
    pub(super) fn shrink(&mut self, len: usize) {
        let half = (len / 2).max(1);
        if half < self.current {
            self.current = half;
            self.successes = 0;
            self.required = (self.required * 2).min(LAST_GROWTH);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_shrinks_and_grows_back_more_slowly_each_time() {
        let mut size = BatchSize::new(64);
        size.shrink(64);
        size.shrink(64);
        assert_eq!(size.current(), 32, "two batches of one size count once");
        (0..15).for_each(|_| size.succeed(32));
        size.succeed(5);
        assert_eq!(size.current(), 32);
        size.succeed(32);
        assert_eq!(size.current(), 48);
        size.shrink(48);
        (0..31).for_each(|_| size.succeed(24));
        assert_eq!(size.current(), 24);
        size.succeed(24);
        assert_eq!(size.current(), 36);
    }

    #[test]
    fn a_size_stays_between_1_and_its_maximum() {
        let mut size = BatchSize::new(2);
        size.shrink(2);
        size.shrink(1);
        assert_eq!(size.current(), 1);
        (0..100).for_each(|_| size.succeed(size.current()));
        assert_eq!(size.current(), 2);
        assert_eq!(BatchSize::new(0).current(), 1);
    }
}
