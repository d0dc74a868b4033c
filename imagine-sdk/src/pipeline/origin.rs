//! The origin of the endpoint. Only requests to it contain keys.

use url::Url;

/// The scheme, host and port of the endpoint, with its path.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    endpoint: Url,
    /// The end of the path of every endpoint of the API, if this one lacks it.
    missing_end: Option<&'static str>,
}

impl Origin {
    /// Returns the origin of an endpoint, whose path ends in `end`.
    pub(crate) fn new(endpoint: &Url, end: Option<&'static str>) -> Self {
        let path = endpoint.path().trim_end_matches('/');
        Self {
            endpoint: endpoint.clone(),
            missing_end: end.filter(|end| !path.ends_with(end)),
        }
    }

    /// Returns the end of the path that the endpoint lacks.
    pub(super) fn missing_end(&self) -> Option<&'static str> {
        self.missing_end
    }

    /// Returns the path of a URL below the endpoint.
    pub(super) fn path_below<'a>(&self, url: &'a Url) -> Option<&'a str> {
        url.path()
            .strip_prefix(self.endpoint.path().trim_end_matches('/'))
    }

    /// Returns true if a URL has this origin. [`Url::origin`] would copy the host of both.
    pub(super) fn contains(&self, url: &Url) -> bool {
        let origin = &self.endpoint;
        url.scheme() == origin.scheme()
            && url.host() == origin.host()
            && url.port_or_known_default() == origin.port_or_known_default()
    }
}
