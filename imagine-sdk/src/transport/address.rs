//! The address of a request, for transports that want it parsed.

use http::Uri;
use url::{Position, Url};

/// The address as the client parsed it, which goes with a request as an extension of it.
#[derive(Clone)]
pub(crate) struct Address(pub(crate) Url);

impl Address {
    /// Whether it is `uri`. Whoever stands between the client and a transport may have written another.
    #[cfg_attr(not(feature = "reqwest"), expect(dead_code, reason = "reqwest asks"))]
    pub(crate) fn is(&self, uri: &Uri) -> bool {
        let Self(url) = self;
        uri.scheme_str() == Some(url.scheme())
            && uri.authority().map(http::uri::Authority::as_str) == Some(url.authority())
            && uri.path_and_query().map(http::uri::PathAndQuery::as_str)
                == Some(&url[Position::BeforePath..Position::AfterQuery])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_what_it_was_parsed_from_and_nothing_else() {
        let texts = [
            "https://host/v2/chat?a=b%20c&d",
            "https://host/v2/chat?a=b",
            "https://host/v2/chat",
            "https://host:8443/v2/chat",
            "https://user@host/v2/chat",
            "http://host/v2/chat",
            "https://other/v2/chat",
            "https://host/",
        ];
        for text in texts {
            let address = Address(text.parse().unwrap());
            let same: Vec<_> = texts
                .into_iter()
                .filter(|other| address.is(&other.parse().unwrap()))
                .collect();
            assert_eq!(same, [text]);
        }
    }
}
