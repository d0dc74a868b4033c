//! Whose address one is: only the service's own may see keys.

use url::Url;

/// The origin of a client's service: scheme, host and port.
#[derive(Clone)]
pub(super) struct Home(Url);

impl Home {
    /// The origin of `endpoint`, which is one of HTTP.
    pub(super) fn of(endpoint: &Url) -> Self {
        Self(endpoint.clone())
    }

    /// Whether `url` is there. It compares in place what [`Url::origin`] would copy, with every attempt.
    pub(super) fn has(&self, url: &Url) -> bool {
        let Self(home) = self;
        url.scheme() == home.scheme()
            && url.host() == home.host()
            && url.port_or_known_default() == home.port_or_known_default()
    }
}
