//! Proxy settings.

use crate::transport::{ProxyChoice, Unusable};

/// Applies the choice of a proxy.
pub(super) fn set(
    builder: reqwest::ClientBuilder,
    choice: &ProxyChoice,
) -> Result<reqwest::ClientBuilder, Unusable> {
    match choice {
        ProxyChoice::Environment => Ok(builder),
        ProxyChoice::Direct => Ok(builder.no_proxy()),
        ProxyChoice::Url(url) if !is_http(url) => {
            let advice = "the proxy is not a URL such as `http://proxy:3128`; only `http` and `https` are supported";
            Err((advice.into(), None))
        }
        ProxyChoice::Url(url) => reqwest::Proxy::all(url.as_str())
            .map(|proxy| builder.no_proxy().proxy(proxy))
            .map_err(|error| {
                let advice = "the proxy is not a URL such as `http://proxy:3128`";
                (advice.into(), Some(error.without_url().into()))
            }),
    }
}

/// Returns true if the scheme is supported. reqwest ignores other proxies and would send the API key directly.
fn is_http(url: &str) -> bool {
    match url.split_once("://") {
        Some((scheme, _)) => {
            scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
        }
        None => true,
    }
}
