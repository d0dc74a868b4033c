//! The parsed URL of a request.

use url::Url;

/// The URL that a request was built from, in its extensions: parsing it again is most of the cost of passing a request
/// on. A transport uses it as long as the URI is the same.
#[derive(Clone)]
#[cfg_attr(
    not(feature = "reqwest"),
    expect(dead_code, reason = "other transports use the URI")
)]
pub(crate) struct ParsedUrl(pub(crate) Url);
