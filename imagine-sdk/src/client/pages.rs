//! Streams over all pages of a list.

use std::collections::HashSet;

use futures_core::Stream;
use futures_util::stream::{self, TryStreamExt};

use super::request_builder::RequestBuilder;
use crate::error::Error;
use crate::request::{PageInfo, PagePosition, PageRequest};

impl<R: PageRequest> RequestBuilder<R> {
    /// Returns a stream of the pages, starting at the selected one. Each page is loaded when it is polled.
    pub fn pages(self) -> impl Stream<Item = Result<R::Response, Error>> + Send + Unpin + 'static {
        let start = Next::Page(Box::new(Pages::new(self)));
        let pages = stream::try_unfold(start, |next| async {
            match next {
                Next::Page(pages) => pages.load().await,
                Next::Error(error) => Err(*error),
                Next::End => Ok(None),
            }
        });
        Box::pin(pages)
    }

    /// Returns a stream of the items, starting at the selected page. A page is loaded when its first item is polled.
    pub fn all(self) -> impl Stream<Item = Result<R::Item, Error>> + Send + Unpin + 'static {
        let items = |page| stream::iter(R::into_items(page).into_iter().map(Ok));
        self.pages().map_ok(items).try_flatten()
    }
}

/// The continuation after a page.
enum Next<R: PageRequest> {
    Page(Box<Pages<R>>),
    Error(Box<Error>),
    End,
}

/// The remaining pages of a list.
struct Pages<R: PageRequest> {
    builder: RequestBuilder<R>,
    progress: Progress,
    /// The items of the previous page.
    previous: Vec<R::Item>,
}

impl<R: PageRequest> Pages<R> {
    fn new(mut builder: RequestBuilder<R>) -> Self {
        // The first page is selected like all others: services differ in its number.
        let position = builder.request.position();
        builder.request.set_position(position);
        Self {
            builder,
            progress: Progress::default(),
            previous: Vec::new(),
        }
    }

    /// Loads a page. Returns `None` if it repeats the previous one.
    async fn load(mut self: Box<Self>) -> Result<Option<(R::Response, Next<R>)>, Error> {
        let page = self.builder.clone().send().await?;
        let info = R::info(&page);
        let next = match self.builder.request.position() {
            PagePosition::Cursor(current) => match self.progress.after_cursor(current, info) {
                Ok(next) => next,
                Err(problem) => {
                    let error = Error::unexpected_response(problem);
                    let error = error.with_operation(R::OPERATION.id);
                    return Ok(Some((page, Next::Error(Box::new(error)))));
                }
            },
            position => {
                let items = R::items(&page);
                // Some services respond to every number above the last one with the last page.
                if is_repeated::<R>(items, &self.previous) {
                    return Ok(None);
                }
                self.previous = items.to_vec();
                let size = self.builder.request.page_size();
                let count = items.len() as u64;
                self.progress.after_number(&position, (count, size), &info)
            }
        };
        let next = next.map_or(Next::End, |position| {
            self.builder.request.set_position(position);
            Next::Page(self)
        });
        Ok(Some((page, next)))
    }
}

/// Returns true if a page has the items of the previous one.
fn is_repeated<R: PageRequest>(items: &[R::Item], previous: &[R::Item]) -> bool {
    let is_same = |(item, other): (&R::Item, &R::Item)| match (R::item_id(item), R::item_id(other))
    {
        (Some(id), Some(other)) => id == other,
        _ => item == other,
    };
    !items.is_empty() && items.len() == previous.len() && items.iter().zip(previous).all(is_same)
}

/// The position after the pages that were loaded.
#[derive(Debug, Default)]
struct Progress {
    /// The cursors of the loaded pages: a service that returns one again would cause an endless loop.
    cursors: HashSet<String>,
    /// The number of items on the loaded pages.
    loaded: u64,
    /// The number of items before the first loaded page, after it was loaded.
    skipped: Option<u64>,
}

impl Progress {
    /// Returns the position after the page of a cursor. `None` after the last page.
    fn after_cursor(
        &mut self,
        current: Option<String>,
        info: PageInfo,
    ) -> Result<Option<PagePosition>, String> {
        self.cursors.extend(current);
        let next = info.next.filter(|cursor| !cursor.is_empty());
        let Some(next) = next.filter(|_| info.has_more != Some(false)) else {
            return Ok(None);
        };
        match self.cursors.contains(&next) {
            true => Err("the next page has the cursor of an earlier one".to_owned()),
            false => Ok(Some(PagePosition::Cursor(Some(next)))),
        }
    }

    /// Returns the position after a page with `count` of the `size` items that the request asks for. `None` after the
    /// last page.
    fn after_number(
        &mut self,
        position: &PagePosition,
        (count, size): (u64, Option<u64>),
        info: &PageInfo,
    ) -> Option<PagePosition> {
        let (before, number, next) = match position {
            PagePosition::Page { number, first } => {
                let before = number.saturating_sub(*first);
                let number_of_next = number.saturating_add(1);
                let next = PagePosition::Page {
                    number: number_of_next,
                    first: *first,
                };
                (
                    before.saturating_mul(size.unwrap_or(count)),
                    Some(before),
                    next,
                )
            }
            PagePosition::Offset(offset) => {
                let next = PagePosition::Offset(offset.saturating_add(count));
                (*offset, None, next)
            }
            PagePosition::Cursor(_) => return None,
        };
        self.loaded = self.loaded.saturating_add(count);
        let seen = self
            .loaded
            .saturating_add(*self.skipped.get_or_insert(before));
        // A service that does not count the items reports 0.
        let total = info.total.filter(|total| *total > 0);
        let is_counted = total.is_some_and(|total| seen >= total)
            || info
                .pages
                .zip(number)
                .is_some_and(|(pages, before)| before.saturating_add(1) >= pages);
        let is_last = match info.has_more {
            Some(has_more) => !has_more,
            None => is_counted,
        };
        (count > 0 && !is_last).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: PagePosition = PagePosition::Page {
        number: 1,
        first: 1,
    };

    fn after(position: &PagePosition, count: u64, info: &PageInfo) -> Option<PagePosition> {
        Progress::default().after_number(position, (count, None), info)
    }

    #[test]
    fn a_list_ends_at_its_count_its_last_page_or_an_empty_page() {
        let info = PageInfo::default;
        let second = Some(PagePosition::Page {
            number: 2,
            first: 1,
        });
        let cases = [
            (3, info(), second.clone()),
            (0, info(), None),
            (
                3,
                PageInfo {
                    total: Some(4),
                    ..info()
                },
                second.clone(),
            ),
            (
                3,
                PageInfo {
                    total: Some(3),
                    ..info()
                },
                None,
            ),
            (
                3,
                PageInfo {
                    total: Some(0),
                    ..info()
                },
                second.clone(),
            ),
            (
                3,
                PageInfo {
                    pages: Some(2),
                    ..info()
                },
                second.clone(),
            ),
            (
                3,
                PageInfo {
                    pages: Some(1),
                    ..info()
                },
                None,
            ),
            (
                3,
                PageInfo {
                    has_more: Some(false),
                    ..info()
                },
                None,
            ),
            (
                3,
                PageInfo {
                    has_more: Some(true),
                    total: Some(3),
                    ..info()
                },
                second,
            ),
            (
                0,
                PageInfo {
                    has_more: Some(true),
                    ..info()
                },
                None,
            ),
        ];
        for (count, info, expected) in cases {
            assert_eq!(after(&FIRST, count, &info), expected, "{count} {info:?}");
        }
    }

    #[test]
    fn a_count_includes_the_items_before_the_first_loaded_page() {
        let total = PageInfo {
            total: Some(10),
            ..PageInfo::default()
        };
        assert_eq!(
            after(&PagePosition::Offset(6), 3, &total),
            Some(PagePosition::Offset(9))
        );
        assert_eq!(after(&PagePosition::Offset(7), 3, &total), None);
        let zero_based = PagePosition::Page {
            number: 1,
            first: 0,
        };
        assert_eq!(after(&zero_based, 5, &total), None);
        let mut progress = Progress::default();
        let third = PagePosition::Page {
            number: 3,
            first: 1,
        };
        assert_eq!(progress.after_number(&third, (2, Some(4)), &total), None);
    }

    #[test]
    fn a_repeated_cursor_is_a_problem_and_an_empty_one_the_end() {
        let mut progress = Progress::default();
        let mut after = |current: Option<&str>, next: Option<&str>, has_more| {
            let next = next.map(str::to_owned);
            let info = PageInfo {
                next,
                has_more,
                ..PageInfo::default()
            };
            progress.after_cursor(current.map(str::to_owned), info)
        };
        let position = |cursor: &str| Ok(Some(PagePosition::Cursor(Some(cursor.to_owned()))));
        assert_eq!(after(None, Some("a"), None), position("a"));
        assert_eq!(after(Some("a"), Some("b"), Some(true)), position("b"));
        assert_eq!(after(Some("b"), Some(""), None), Ok(None));
        assert_eq!(after(Some("b"), None, Some(true)), Ok(None));
        assert_eq!(after(Some("b"), Some("c"), Some(false)), Ok(None));
        assert!(after(Some("b"), Some("a"), None).is_err());
    }
}
