//! The options of a call.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

use super::ToolSchemaKey;

/// Headers that frame or authenticate a request. Callers cannot set them.
const RESERVED: &[&str] = &[
    "authorization",
    "ch-api-key",
    "connection",
    "content-length",
    "host",
    "transfer-encoding",
];

/// Returns a header of the caller. The value is marked as sensitive, because it may be a secret. Returns `None` if HTTP
/// does not allow the header, or if the client sets it itself.
pub(crate) fn header_field(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    let name = HeaderName::try_from(name).ok()?;
    let mut value = HeaderValue::try_from(value).ok()?;
    value.set_sensitive(true);
    (!RESERVED.contains(&name.as_str())).then_some((name, value))
}

/// The options of a call, which are independent of its request.
#[derive(Clone, Default)]
pub struct CallOptions {
    /// `None` for most calls, which keeps them small.
    pub(crate) overrides: Option<Box<Overrides>>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) first_event_timeout: Option<Duration>,
    pub(crate) max_retries: Option<u32>,
    pub(crate) tool_schema_key: ToolSchemaKey,
    pub(crate) tool_calls_stay_text: bool,
}

/// Additions to a request and omissions from it.
#[derive(Clone, Default)]
pub(crate) struct Overrides {
    pub(crate) extra: Map<String, Value>,
    pub(crate) omitted: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) invalid_header: Option<String>,
}

impl CallOptions {
    /// Returns true if the call adds or omits fields.
    pub(crate) fn has_overrides(&self) -> bool {
        self.overrides.is_some()
    }

    fn overrides(&mut self) -> &mut Overrides {
        self.overrides.get_or_insert_default()
    }

    /// Creates options with the key of tool schemas.
    pub(crate) fn with_tool_schema_key(tool_schema_key: ToolSchemaKey) -> Self {
        Self {
            tool_schema_key,
            ..Self::default()
        }
    }

    /// Sends this field with this value, overriding the request.
    pub fn with_extra_field(&mut self, name: String, value: Value) {
        self.overrides().extra.insert(name, value);
    }

    /// Omits this field, overriding the request.
    pub fn with_field_omitted(&mut self, name: String) {
        self.overrides().omitted.push(name);
    }

    /// Adds a query parameter.
    pub fn with_extra_query(&mut self, name: String, value: String) {
        self.overrides().query.push((name, value));
    }

    /// Sets a header. A header that HTTP does not allow is an error of the call.
    pub fn header(&mut self, name: &str, value: &str) {
        let overrides = self.overrides();
        match header_field(name, value) {
            Some((name, value)) => drop(overrides.headers.insert(name, value)),
            None => overrides.invalid_header = Some(name.to_owned()),
        }
    }

    /// Sets the timeout of the call, retries included.
    pub fn timeout(&mut self, timeout: Duration) {
        self.timeout = Some(timeout);
    }

    /// Sets the longest pause in the response.
    pub fn idle_timeout(&mut self, timeout: Duration) {
        self.idle_timeout = Some(timeout);
    }

    /// Sets the time in which the first event of a stream must arrive.
    pub fn first_event_timeout(&mut self, timeout: Duration) {
        self.first_event_timeout = Some(timeout);
    }

    /// Enables or disables the detection of tool calls in the text of a response.
    pub(crate) fn tool_calls_in_text(&mut self, enabled: bool) {
        self.tool_calls_stay_text = !enabled;
    }

    /// Sets the maximum number of retries.
    pub fn max_retries(&mut self, retries: u32) {
        self.max_retries = Some(retries);
    }

    pub(crate) fn limits(&self) -> CallLimits {
        CallLimits {
            started_at: None,
            timeout: self.timeout,
            idle: self.idle_timeout,
            first_event: self.first_event_timeout,
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
            .field("omitted", &self.omitted)
            .finish_non_exhaustive()
    }
}

/// The limits of one call, which override those of the client.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CallLimits {
    /// The start time of the call, if it consists of several requests.
    pub(crate) started_at: Option<std::time::Instant>,
    pub(crate) timeout: Option<Duration>,
    /// The longest pause in the response.
    pub(crate) idle: Option<Duration>,
    /// The time in which the first event of a stream must arrive.
    pub(crate) first_event: Option<Duration>,
    pub(crate) max_retries: Option<u32>,
}
