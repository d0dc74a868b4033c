//! The origin of the endpoint. Only requests to it contain keys.

use url::Url;

/// The scheme, host and port of the endpoint, with its path.
#[derive(Clone, Debug)]
pub(crate) struct Origin(Url);

impl Origin {
    /// Returns the origin of an endpoint.
    pub(crate) fn of(endpoint: &Url) -> Self {
        Self(endpoint.clone())
    }

    /// Returns the path of a URL below the endpoint.
    pub(super) fn path_below<'a>(&self, url: &'a Url) -> Option<&'a str> {
        url.path().strip_prefix(self.0.path().trim_end_matches('/'))
    }

    /// Returns true if a URL has this origin. [`Url::origin`] would copy the host of both.
    pub(super) fn contains(&self, url: &Url) -> bool {
        let Self(origin) = self;
        url.scheme() == origin.scheme()
            && url.host() == origin.host()
            && url.port_or_known_default() == origin.port_or_known_default()
    }
}
