//! The credentials, added to every attempt and shown to nobody.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// The key of an account, in the header that the service reads it from.
#[derive(Clone)]
pub(crate) struct Credentials {
    name: HeaderName,
    value: HeaderValue,
}

impl Credentials {
    /// `Authorization: Bearer <key>`. White space around the key, which a file or a shell adds, is cut.
    /// Nothing if there is no key, or if it has characters that a header cannot.
    pub(crate) fn bearer(key: &str) -> Option<Self> {
        let key = key.trim();
        if key.is_empty() {
            return None;
        }
        let mut value = HeaderValue::try_from(format!("Bearer {key}")).ok()?;
        value.set_sensitive(true);
        Some(Self {
            name: header::AUTHORIZATION,
            value,
        })
    }

    pub(crate) fn add_to(&self, headers: &mut HeaderMap) {
        headers.insert(self.name.clone(), self.value.clone());
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: [redacted]", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_trimmed_and_never_shown() {
        let credentials = Credentials::bearer(" canary\n").unwrap();
        let mut headers = HeaderMap::new();
        credentials.add_to(&mut headers);
        assert_eq!(headers[header::AUTHORIZATION], "Bearer canary");
        assert!(!format!("{credentials:?} {headers:?}").contains("canary"));
    }

    #[test]
    fn a_key_that_no_header_can_hold_is_refused() {
        assert!(
            ["", "  ", "a\u{7f}b", "a\nb"]
                .iter()
                .all(|key| Credentials::bearer(key).is_none())
        );
    }
}
