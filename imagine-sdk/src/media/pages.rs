//! Streams over all pages of a list.

use std::collections::HashSet;

use futures_core::Stream;
use futures_util::stream;

use super::Generation;
use super::builder::{ImagineHistory, MyImages};
use crate::error::Error;

impl MyImages {
    /// Returns a stream of all images from the selected page on (default: the first), and loads pages as needed. The
    /// stream ends at the count that the service reports, or at an empty page.
    ///
    /// ```no_run
    /// # async fn run(client: imagine_sdk::MediaClient) -> Result<(), imagine_sdk::Error> {
    /// use futures_util::{StreamExt, TryStreamExt};
    ///
    /// let images: Vec<_> = client.my_images().first(100).all().take(250).try_collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn all(self) -> impl Stream<Item = Result<Generation, Error>> + Send + Unpin + 'static {
        all(NumberedPages::new(self))
    }
}

impl ImagineHistory {
    /// Returns a stream of all generations from the page of `cursor` on (default: the first), and loads pages as
    /// needed. The stream ends at a page without a cursor.
    ///
    /// ```no_run
    /// # async fn run(client: imagine_sdk::MediaClient) -> Result<(), imagine_sdk::Error> {
    /// use futures_util::{StreamExt, TryStreamExt};
    ///
    /// let items: Vec<_> = client.imagine_history().first(50).all().take(200).try_collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn all(self) -> impl Stream<Item = Result<Generation, Error>> + Send + Unpin + 'static {
        all(CursorPages {
            request: self,
            seen: HashSet::new(),
        })
    }
}

/// The remaining pages of a list.
trait Pages: Sized + Send + 'static {
    /// Loads a page. Returns its items and the remaining pages.
    fn load(self) -> impl Future<Output = Result<(Vec<Generation>, Option<Self>), Error>> + Send;
}

fn all<P: Pages>(
    pages: P,
) -> impl Stream<Item = Result<Generation, Error>> + Send + Unpin + 'static {
    let pages = stream::try_unfold(Some(pages), |pages| async {
        let Some(pages) = pages else {
            return Ok(None);
        };
        let (items, next) = pages.load().await?;
        let items: Vec<Result<_, Error>> = items.into_iter().map(Ok).collect();
        Ok::<_, Error>(Some((stream::iter(items), next)))
    });
    Box::pin(futures_util::TryStreamExt::try_flatten(pages))
}

/// Pages with numbers.
struct NumberedPages {
    request: MyImages,
    page: u64,
    /// The number of images on the loaded pages.
    seen: usize,
    /// The items of the previous page, to detect a service that returns the same page repeatedly.
    previous: Vec<Generation>,
    /// The number of images before the first loaded page.
    skipped: usize,
}

impl NumberedPages {
    fn new(request: MyImages) -> Self {
        let page = request.0.request.page.unwrap_or(1);
        let before = page
            .saturating_sub(1)
            .saturating_mul(request.0.request.first.unwrap_or(40));
        Self {
            request,
            page,
            seen: 0,
            previous: Vec::new(),
            skipped: usize::try_from(before).unwrap_or_default(),
        }
    }
}

impl Pages for NumberedPages {
    async fn load(self) -> Result<(Vec<Generation>, Option<Self>), Error> {
        let response = self.request.clone().page(self.page).await?;
        let seen = self.seen + response.nodes.len();
        let count = response.count.and_then(|count| usize::try_from(count).ok());
        let count = count.filter(|count| *count > 0);
        if is_repeated(&response.nodes, &self.previous) {
            return Ok((Vec::new(), None));
        }
        let is_last =
            response.nodes.is_empty() || count.is_some_and(|count| self.skipped + seen >= count);
        let next = (!is_last).then(|| Self {
            page: self.page.saturating_add(1),
            seen,
            previous: response.nodes.clone(),
            ..self
        });
        Ok((response.nodes, next))
    }
}

/// Returns true if a page has the items of the previous one. Their URLs may be signed anew.
fn is_repeated(page: &[Generation], previous: &[Generation]) -> bool {
    let id = |item: &Generation| item.uuid.clone().or(item.generation_uuid.clone());
    let is_same = |(item, other): (&Generation, &Generation)| match (id(item), id(other)) {
        (Some(id), Some(other)) => id == other,
        _ => item == other,
    };
    page.len() == previous.len() && page.iter().zip(previous).all(is_same)
}

/// Pages with cursors.
struct CursorPages {
    request: ImagineHistory,
    /// The cursors of the loaded pages: a service that returns one again would cause an endless loop.
    seen: HashSet<String>,
}

impl Pages for CursorPages {
    async fn load(mut self) -> Result<(Vec<Generation>, Option<Self>), Error> {
        let page = self.request.clone().await?;
        self.seen.extend(self.request.0.request.cursor.clone());
        let cursor = page.cursor.filter(|cursor| !cursor.is_empty());
        let cursor = cursor.filter(|cursor| !self.seen.contains(cursor));
        let next = cursor.map(|cursor| Self {
            request: self.request.cursor(cursor),
            seen: self.seen,
        });
        Ok((page.items, next))
    }
}
