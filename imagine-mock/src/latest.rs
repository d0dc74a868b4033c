//! A store of the latest items, limited by their number and their size.

use std::collections::VecDeque;

/// The latest items, oldest first. The limits bound the memory of a long run.
#[derive(Debug)]
pub(crate) struct Latest<T> {
    items: VecDeque<(T, usize)>,
    max_items: usize,
    max_bytes: usize,
    bytes: usize,
    /// The number of items that were dropped.
    dropped: u64,
}

impl<T> Latest<T> {
    /// Creates a store. The latest item is kept even if it exceeds the size alone.
    pub(crate) fn new(max_items: usize, max_bytes: usize) -> Self {
        Self {
            items: VecDeque::new(),
            max_items,
            max_bytes,
            bytes: 0,
            dropped: 0,
        }
    }

    /// Adds an item of this size, drops the oldest ones beyond the limits, and returns its number, counted from 1.
    pub(crate) fn push(&mut self, item: T, bytes: usize) -> u64 {
        self.items.push_back((item, bytes));
        self.bytes += bytes;
        let number = self.dropped + self.items.len() as u64;
        while self.items.len() > self.max_items
            || (self.bytes > self.max_bytes && self.items.len() > 1)
        {
            self.drop_oldest();
        }
        number
    }

    /// Returns the item with a number, unless it was dropped.
    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        let index = usize::try_from(number.checked_sub(self.dropped + 1)?).ok()?;
        self.items.get_mut(index).map(|(item, _)| item)
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.items.iter().map(|(item, _)| item)
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.items.iter_mut().map(|(item, _)| item)
    }

    /// Removes the first item for which a condition holds. Returns whether there was one.
    pub(crate) fn remove(&mut self, condition: impl Fn(&T) -> bool) -> bool {
        let index = self.items.iter().position(|(item, _)| condition(item));
        let removed = index.and_then(|index| self.items.remove(index));
        self.bytes -= removed.as_ref().map_or(0, |(_, bytes)| *bytes);
        removed.is_some()
    }

    /// Drops all items. The numbers continue.
    pub(crate) fn clear(&mut self) {
        while !self.items.is_empty() {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some((_, bytes)) = self.items.pop_front() {
            self.bytes -= bytes;
            self.dropped += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Latest;

    #[test]
    fn drops_the_oldest_items_beyond_the_count_and_the_size_limit() {
        let mut latest = Latest::new(3, 10);
        let numbers = [5, 4, 3, 2].map(|size| latest.push(size, size));
        assert_eq!(numbers, [1, 2, 3, 4]);
        assert!(latest.iter().eq(&[4, 3, 2]));
        assert_eq!(latest.get_mut(1), None);
        assert_eq!(latest.get_mut(4), Some(&mut 2));
        assert_eq!(latest.push(11, 11), 5);
        assert!(
            latest.iter().eq(&[11]),
            "the latest item is kept in any case"
        );
        latest.clear();
        assert_eq!(latest.get_mut(5), None);
        assert_eq!(latest.push(1, 1), 6);
        assert!(latest.remove(|size| *size == 1) && latest.iter().next().is_none());
        latest.push(10, 10);
        assert!(latest.iter().eq(&[10]), "a removed item frees its bytes");
    }
}
