//! Requests whose response is a page of a list.

use super::Request;

/// A request whose response is a page of a list. Implemented by the requests of operations with `x-pagination`.
///
/// The builder of a request with `#[request(pages)]` has the methods `pages` and `all`.
pub trait PageRequest: Request + Clone {
    /// The items of the list.
    type Item: Clone + PartialEq + Send + Unpin + 'static;

    /// Returns the position of the page that this request selects.
    fn position(&self) -> PagePosition;

    /// Selects another page.
    fn set_position(&mut self, position: PagePosition);

    /// Returns the number of items of a page that this request asks for. Default: unknown.
    fn page_size(&self) -> Option<u64> {
        None
    }

    /// Returns the facts that a page contains about its list.
    fn info(page: &Self::Response) -> PageInfo;

    /// Returns the items of a page.
    fn items(page: &Self::Response) -> &[Self::Item];

    /// Converts a page into its items.
    fn into_items(page: Self::Response) -> Vec<Self::Item>;

    /// Returns the identity of an item. Items without one are compared as a whole. Default: none.
    fn item_id(_item: &Self::Item) -> Option<String> {
        None
    }
}

/// The position of a page in its list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PagePosition {
    /// The page of a cursor, or the first one.
    Cursor(Option<String>),
    /// The page with a number.
    Page {
        /// The number.
        number: u64,
        /// The number of the first page: 0 or 1.
        first: u64,
    },
    /// The page after this number of items.
    Offset(u64),
}

/// The facts that a page contains about its list. All are optional: change those of `PageInfo::default()`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageInfo {
    /// The cursor of the next page.
    pub next: Option<String>,
    /// False on the last page.
    pub has_more: Option<bool>,
    /// The number of all items.
    pub total: Option<u64>,
    /// The number of all pages.
    pub pages: Option<u64>,
}
