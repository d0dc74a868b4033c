//! All pages of a list as one stream.

use futures_core::Stream;
use futures_util::stream;
use serde_json::{Map, Value};

use super::MyImages;
use crate::error::Error;

impl MyImages {
    /// Every image from the page that is set (the first, if none is) to the last, page after page as they
    /// are needed. It ends with the count that the service gives, or at an empty page.
    ///
    /// ```no_run
    /// # async fn run(client: imagine_sdk::media::Client) -> Result<(), imagine_sdk::Error> {
    /// use futures_util::{StreamExt, TryStreamExt};
    ///
    /// let images: Vec<_> = client.my_images().first(100).all().take(250).try_collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn all(
        self,
    ) -> impl Stream<Item = Result<Map<String, Value>, Error>> + Send + Unpin + 'static {
        let pages = stream::try_unfold(Some(Cursor::new(self)), |cursor| async {
            match cursor {
                Some(cursor) => cursor.next().await.map(Some),
                None => Ok(None),
            }
        });
        Box::pin(futures_util::TryStreamExt::try_flatten(pages))
    }
}

/// A place in the list.
struct Cursor {
    request: MyImages,
    page: i64,
    /// How many images came before this page, counted from the page that was begun with.
    seen: usize,
    /// The page before, to notice a service that gives the same one again.
    last: Vec<Map<String, Value>>,
    /// How many images lie before the page that was begun with, as far as that is known.
    skipped: usize,
}

/// One page's images, and the place after it.
type Page = (Images, Option<Cursor>);
type Images = stream::Iter<std::vec::IntoIter<Result<Map<String, Value>, Error>>>;

impl Cursor {
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

    async fn next(self) -> Result<Page, Error> {
        let answer = self.request.clone().page(self.page).await?;
        let seen = self.seen + answer.nodes.len();
        let all = answer
            .count
            .and_then(|count| usize::try_from(count).ok())
            .filter(|count| *count > 0);
        if all.is_none() && answer.nodes == self.last {
            return Ok((stream::iter(Vec::new()), None));
        }
        let is_last = answer.nodes.is_empty() || all.is_some_and(|all| self.skipped + seen >= all);
        let page = self.page.saturating_add(1);
        let next = (!is_last).then(|| Self {
            page,
            seen,
            last: answer.nodes.clone(),
            ..self
        });
        let images: Vec<_> = answer.nodes.into_iter().map(Ok).collect();
        Ok((stream::iter(images), next))
    }
}
