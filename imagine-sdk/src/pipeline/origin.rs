//! The origin of the endpoint: only requests to it contain keys.

use url::Url;

/// A scheme, host and port; the path of the URL is ignored.
#[derive(Clone, Debug)]
pub(crate) struct Origin(Url);

impl Origin {
    /// Returns the origin of an HTTP URL.
    pub(crate) fn of(url: &Url) -> Self {
        Self(url.clone())
    }

    /// Whether a URL has this origin. [`Url::origin`] would copy the host of both.
    pub(super) fn contains(&self, url: &Url) -> bool {
        let Self(origin) = self;
        url.scheme() == origin.scheme()
            && url.host() == origin.host()
            && url.port_or_known_default() == origin.port_or_known_default()
    }
}
