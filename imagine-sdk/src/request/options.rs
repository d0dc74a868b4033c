//! The options of a call, apart from the fields of its request.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

use super::ToolSchemaKey;

/// Headers that decide where a request ends or whose it is, and so are not a call's to set.
const RESERVED: &[&str] = &[
    "authorization",
    "ch-api-key",
    "connection",
    "content-length",
    "host",
    "transfer-encoding",
];

/// Returns a header of the caller. It may contain a key, so nothing prints its value. Returns `None` if HTTP does not
/// allow it, or if the client sets it itself.
pub(crate) fn header_field(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    let name = HeaderName::try_from(name).ok()?;
    let mut value = HeaderValue::try_from(value).ok()?;
    value.set_sensitive(true);
    (!RESERVED.contains(&name.as_str())).then_some((name, value))
}

/// The options of one call, apart from the fields of its request.
#[derive(Clone, Default)]
pub struct CallOptions {
    /// Nothing for most calls, which are smaller for it.
    pub(crate) overrides: Option<Box<Overrides>>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_retries: Option<u32>,
    pub(crate) tool_schema_key: ToolSchemaKey,
}

/// What a call sends besides what its request says.
#[derive(Clone, Default)]
pub(crate) struct Overrides {
    pub(crate) extra: Map<String, Value>,
    pub(crate) without: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) bad_header: Option<String>,
}

impl CallOptions {
    fn overrides(&mut self) -> &mut Overrides {
        self.overrides.get_or_insert_default()
    }

    /// The options of a call of a client that writes the schemas of tools under this key.
    pub(crate) fn with_tool_schema_key(tool_schema_key: ToolSchemaKey) -> Self {
        Self {
            tool_schema_key,
            ..Self::default()
        }
    }

    /// Sends this field with this value, whatever the request says.
    pub fn with_extra_field(&mut self, name: String, value: Value) {
        self.overrides().extra.insert(name, value);
    }

    /// Does not send this field, whatever the request says.
    pub fn with_field_omitted(&mut self, name: String) {
        self.overrides().without.push(name);
    }

    /// Adds a parameter to the query.
    pub fn with_extra_query(&mut self, name: String, value: String) {
        self.overrides().query.push((name, value));
    }

    /// Sets a header. What HTTP does not allow becomes an error when the request is encoded.
    pub fn header(&mut self, name: &str, value: &str) {
        let overrides = self.overrides();
        match header_field(name, value) {
            Some((name, value)) => drop(overrides.headers.insert(name, value)),
            None => overrides.bad_header = Some(name.to_owned()),
        }
    }

    /// Limits the time of the whole call.
    pub fn timeout(&mut self, timeout: Duration) {
        self.timeout = Some(timeout);
    }

    /// Limits how often the request is sent again.
    pub fn max_retries(&mut self, retries: u32) {
        self.max_retries = Some(retries);
    }

    pub(crate) fn limits(&self) -> CallLimits {
        CallLimits {
            since: None,
            timeout: self.timeout,
            max_retries: self.max_retries,
        }
    }
}

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("overrides", &self.overrides)
            .field("timeout", &self.timeout)
            .field("max_retries", &self.max_retries)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Overrides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overrides")
            .field("extra", &self.extra.keys().collect::<Vec<_>>())
            .field("without", &self.without)
            .finish_non_exhaustive()
    }
}

/// What one call asks for apart from the client's settings.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CallLimits {
    /// When the time of the call began, where it is made of several requests.
    pub(crate) since: Option<std::time::Instant>,
    pub(crate) timeout: Option<std::time::Duration>,
    pub(crate) max_retries: Option<u32>,
}
