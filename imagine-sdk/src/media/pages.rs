//! All pages of a list as one stream.

use futures_core::Stream;
use futures_util::stream;

use super::Generation;
use super::builder::{ImagineHistory, MyImages};
use crate::error::Error;

impl MyImages {
    /// Returns every image from the page that is set, or the first, to the last, and loads the pages as needed. It ends
    /// at the count that the service returns, or at an empty page.
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
    /// Returns every generation from the page of `cursor`, or the first, to the last, and loads the pages as needed. It
    /// ends at a page without a cursor.
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
        all(CursorPages { request: self })
    }
}

/// The pages of a list, from one on.
trait Pages: Sized + Send + 'static {
    /// Loads a page. Returns its items, and the pages after it.
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

/// Pages by their numbers.
struct NumberedPages {
    request: MyImages,
    page: u64,
    /// The number of images on the pages since the first one loaded.
    seen: usize,
    /// The page before, to notice a service that returns the same one again.
    last: Vec<Generation>,
    /// The number of images before the first page loaded.
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
            last: Vec::new(),
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
        if count.is_none() && response.nodes == self.last {
            return Ok((Vec::new(), None));
        }
        let is_last =
            response.nodes.is_empty() || count.is_some_and(|count| self.skipped + seen >= count);
        let next = (!is_last).then(|| Self {
            page: self.page.saturating_add(1),
            seen,
            last: response.nodes.clone(),
            ..self
        });
        Ok((response.nodes, next))
    }
}

/// Pages by cursors.
struct CursorPages {
    request: ImagineHistory,
}

impl Pages for CursorPages {
    async fn load(self) -> Result<(Vec<Generation>, Option<Self>), Error> {
        let page = self.request.clone().await?;
        let current = self.request.0.request.cursor.as_deref();
        // A service that returns the cursor of the same page again would never end.
        let cursor = page
            .cursor
            .filter(|cursor| !cursor.is_empty() && Some(cursor.as_str()) != current);
        let next = cursor.map(|cursor| Self {
            request: self.request.cursor(cursor),
        });
        Ok((page.items, next))
    }
}
