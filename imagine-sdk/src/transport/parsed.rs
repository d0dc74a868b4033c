//! The parsed URL of a request.

use url::Url;

/// The URL from which a request was built, stored in the request's extensions. It saves parsing the URI a second time,
/// which dominates the cost of passing a request on. A transport uses it if the URI is unchanged.
#[derive(Clone)]
#[cfg_attr(
    not(feature = "reqwest"),
    expect(dead_code, reason = "other transports use the URI")
)]
pub(crate) struct ParsedUrl(pub(crate) Url);
