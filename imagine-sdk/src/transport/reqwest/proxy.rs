//! Proxies.

use url::Url;

use super::no_proxy::NoProxy;
use crate::error::BoxError;
use crate::transport::{ProxyChoice, ProxyVariables, Unusable};

/// Applies the choice of a proxy. reqwest ignores a proxy that it does not understand, and would send the API key
/// directly, so each is validated here.
pub(super) fn set(
    builder: reqwest::ClientBuilder,
    choice: &ProxyChoice,
) -> Result<reqwest::ClientBuilder, Unusable> {
    let builder = builder.no_proxy();
    match choice {
        ProxyChoice::Direct | ProxyChoice::Environment => Ok(builder),
        ProxyChoice::Url(url) => {
            let url = parse(url).map_err(|error| unusable("the proxy", "", error))?;
            Ok(builder.proxy(reqwest::Proxy::custom(move |_| Some(url.clone()))))
        }
        ProxyChoice::Variables(variables) => {
            let rules = Rules::new(variables)?;
            Ok(builder.proxy(reqwest::Proxy::custom(move |url| rules.proxy_of(url))))
        }
    }
}

fn unusable(subject: &str, help: &str, error: BoxError) -> Unusable {
    let problem = format!(
        "{subject} is not a URL such as `http://proxy:3128`; only `http` and `https` are supported{help}"
    );
    (problem, Some(error))
}

/// The proxies by the scheme of a request.
struct Rules {
    http: Option<Url>,
    https: Option<Url>,
    no_proxy: NoProxy,
}

impl Rules {
    fn new(variables: &ProxyVariables) -> Result<Self, Unusable> {
        let ProxyVariables {
            http,
            https,
            all,
            no_proxy,
        } = variables;
        let no_proxy = NoProxy::new(no_proxy);
        let parse = |variable: &Option<(&'static str, String)>| {
            // The variable for all schemes is used where there is no other.
            let variable = variable.as_ref().or(all.as_ref());
            let variable = variable.filter(|_| !no_proxy.contains_all());
            let parsed = variable.map(|(name, value)| {
                let subject = format!("the environment variable {name}");
                let help = "; correct it, or call `no_proxy` or `proxy`";
                parse(value).map_err(|error| unusable(&subject, help, error))
            });
            parsed.transpose()
        };
        Ok(Self {
            http: parse(http)?,
            https: parse(https)?,
            no_proxy,
        })
    }

    fn proxy_of(&self, url: &Url) -> Option<Url> {
        let proxy = match url.scheme() {
            "http" => self.http.as_ref(),
            _ => self.https.as_ref(),
        };
        proxy.filter(|_| !self.no_proxy.contains(url)).cloned()
    }
}

/// Parses the URL of a proxy. The error does not contain it, because it may contain a password.
fn parse(given: &str) -> Result<Url, BoxError> {
    let given = given.trim();
    let is_quoted = given.starts_with(['"', '\'']) || given.ends_with(['"', '\'']);
    if is_quoted || !given.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("it has quotation marks, spaces, or characters that are not ASCII".into());
    }
    let url = match given.contains("://") {
        true => Url::parse(given)?,
        false => Url::parse(&format!("http://{given}"))?,
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Err("its scheme is not supported".into());
    }
    Ok(url)
}
