//! Encodes the fields of a request into the path, the query, a JSON body or a form.

use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde::Serialize;
use serde_json::{Map, Value};
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::value::strings;
use super::{
    Body, BodyEncoding, CallOptions, Content, Form, Operation, Overrides, WireValue,
    is_path_segment,
};
use crate::error::InvalidField;

/// The styles of a list in one query parameter.
#[derive(Clone, Copy, Debug)]
pub enum ListStyle {
    /// Separated by commas.
    Comma,
    /// Separated by spaces.
    Space,
    /// Separated by vertical bars.
    Pipe,
}

impl ListStyle {
    /// Returns the separator. Items contain it in its encoded form only if it is a comma.
    fn separator(self) -> &'static str {
        match self {
            Self::Comma => ",",
            Self::Space => "%20",
            Self::Pipe => "%7C",
        }
    }
}

/// A parameter of the query.
#[derive(Debug)]
pub(crate) struct QueryParameter {
    name: String,
    value: String,
    /// True if the value is encoded.
    is_encoded: bool,
}

impl QueryParameter {
    fn plain(name: &str, value: String) -> Self {
        Self {
            name: name.to_owned(),
            value,
            is_encoded: false,
        }
    }

    pub(super) fn append_to(&self, url: &mut Url) {
        if !self.is_encoded {
            url.query_pairs_mut().append_pair(&self.name, &self.value);
            return;
        }
        let name: String = byte_serialize(self.name.as_bytes()).collect();
        let before = url.query().filter(|query| !query.is_empty());
        let before = before.map_or_else(String::new, |query| format!("{query}&"));
        url.set_query(Some(&format!("{before}{name}={}", self.value)));
    }
}

/// The encoded fields of a request, before its URL is known.
#[derive(Debug)]
pub struct RequestEncoder {
    pub(crate) options: CallOptions,
    pub(crate) path: Vec<(&'static str, String)>,
    pub(crate) query: Vec<QueryParameter>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    pub(crate) invalid: Option<InvalidField>,
}

impl RequestEncoder {
    pub(crate) fn new(operation: &Operation, options: CallOptions) -> Self {
        let body = match operation.body_encoding {
            BodyEncoding::Multipart => Body::Form(Form::new(boundary())),
            BodyEncoding::UrlEncoded => Body::Fields(Vec::new()),
            BodyEncoding::None
            | BodyEncoding::Json
            | BodyEncoding::Text(_)
            | BodyEncoding::Binary(_) => Body::Empty,
        };
        Self {
            options,
            path: Vec::new(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body,
            invalid: None,
        }
    }

    /// Sets a parameter of the path.
    pub fn path(&mut self, name: &'static str, value: &impl WireValue) {
        let value: String = strings(value).collect();
        if !is_path_segment(&value) {
            let problem = "is empty, consists of dots, or contains a tab or a line break, and therefore cannot be a path parameter";
            self.invalid.get_or_insert(InvalidField::new(name, problem));
        }
        self.path.push((name, value));
    }

    /// Adds parameters to the query: none for an unset value, one for each item of a list.
    pub fn query(&mut self, name: &str, value: &impl WireValue) {
        let parameters = strings(value).map(|value| QueryParameter::plain(name, value));
        self.query.extend(parameters);
    }

    /// Adds a parameter with all items of a list: none for an unset value and for an empty list.
    pub fn query_list(&mut self, name: &str, value: &impl WireValue, style: ListStyle) {
        let items = strings(value).map(|item| byte_serialize(item.as_bytes()).collect());
        let items: Vec<String> = items.collect();
        if !items.is_empty() {
            self.query.push(QueryParameter {
                name: name.to_owned(),
                value: items.join(style.separator()),
                is_encoded: true,
            });
        }
    }

    /// Adds a parameter `name[key]` for each member of an object.
    pub fn query_deep_object(&mut self, name: &str, value: &impl Serialize) {
        self.query_members(name, value, |key| format!("{name}[{key}]"));
    }

    /// Adds a parameter for each member of an object, with the name of the member.
    pub fn query_object(&mut self, name: &str, value: &impl Serialize) {
        self.query_members(name, value, str::to_owned);
    }

    fn query_members(
        &mut self,
        name: &str,
        value: &impl Serialize,
        parameter: impl Fn(&str) -> String,
    ) {
        for (key, value) in self.members(name, value) {
            let items = match value {
                Value::Array(items) => items,
                one => vec![one],
            };
            for item in items {
                match scalar(&item) {
                    Some(text) => self
                        .query
                        .extend(text.map(|text| QueryParameter::plain(&parameter(&key), text))),
                    None => self.reject(name, "contains an object, which a query cannot express"),
                }
            }
        }
    }

    /// Adds a parameter with a JSON document, unless the value is unset.
    pub fn query_json(&mut self, name: &str, value: &impl Serialize) {
        let parameter = self.document(name, value);
        self.query
            .extend(parameter.map(|json| QueryParameter::plain(name, json)));
    }

    /// Sets a header, unless the value is unset. The items of a list are separated by commas.
    pub fn header(&mut self, name: &'static str, value: &impl WireValue) {
        let values: Vec<String> = strings(value).collect();
        if values.is_empty() {
            return;
        }
        match (
            HeaderName::try_from(name),
            HeaderValue::try_from(values.join(",")),
        ) {
            (Ok(name), Ok(value)) => drop(self.headers.insert(name, value)),
            _ => self.reject(name, "contains a character that a header cannot contain"),
        }
    }

    /// Adds a cookie, unless the value is unset.
    pub fn cookie(&mut self, name: &str, value: &impl WireValue) {
        for value in strings(value) {
            let cookies = self.headers.get(header::COOKIE);
            let cookies = cookies.and_then(|cookies| cookies.to_str().ok());
            let before = cookies.map_or_else(String::new, |cookies| format!("{cookies}; "));
            let is_valid = !value.contains(|c: char| c.is_control() || " \",;\\".contains(c));
            match HeaderValue::try_from(format!("{before}{name}={value}")) {
                Ok(cookies) if is_valid => drop(self.headers.insert(header::COOKIE, cookies)),
                _ => self.reject(name, "contains a character that a cookie cannot contain"),
            }
        }
    }

    fn reject(&mut self, name: &str, problem: &str) {
        self.invalid
            .get_or_insert_with(|| InvalidField::new(name, problem));
    }

    /// Returns the members of an object: none for an unset value.
    fn members(&mut self, name: &str, value: &impl Serialize) -> Map<String, Value> {
        match serde_json::to_value(value) {
            Ok(Value::Object(members)) => members,
            Ok(Value::Null) => Map::new(),
            _ => {
                self.reject(name, "is not an object");
                Map::new()
            }
        }
    }

    /// Returns a value as JSON: none for an unset value.
    fn document(&mut self, name: &str, value: &impl Serialize) -> Option<String> {
        let json = serde_json::to_string(value);
        if json.is_err() {
            self.reject(name, "cannot be converted to JSON");
        }
        json.ok().filter(|json| json != "null")
    }

    /// Adds parts to the form: none for an unset value, one for each item of a list.
    pub fn form(&mut self, name: &str, value: &impl WireValue) {
        for content in value.contents() {
            match (&mut self.body, content) {
                (Body::Form(form), Content::Text(text)) => form.field(name, text),
                (Body::Form(form), Content::File(file)) => form.file(name, file),
                (Body::Fields(fields), Content::Text(text)) => fields.push((name.to_owned(), text)),
                (Body::Fields(_), Content::File(_)) => {
                    self.reject(name, "is a file, which a URL-encoded form cannot contain");
                }
                (Body::Empty | Body::Json(_) | Body::Text(_) | Body::File(_), _) => {}
            }
        }
    }

    /// Adds a part with a JSON document, unless the value is unset.
    pub fn form_json(&mut self, name: &str, value: &impl Serialize) {
        let json = self.document(name, value);
        if let (Body::Form(form), Some(json)) = (&mut self.body, json) {
            form.json(name, json);
        }
    }

    /// Makes a string or a file the body, unless the value is unset.
    pub fn body(&mut self, value: &impl WireValue) {
        self.body = match value.contents().into_iter().next() {
            Some(Content::Text(text)) => Body::Text(text.into()),
            Some(Content::File(file)) => Body::File(file),
            None => Body::Empty,
        };
    }

    /// Encodes the fields of the request as a JSON body, except for those that are sent `elsewhere`.
    ///
    /// # Errors
    ///
    /// Fails if a map in the request has keys that JSON does not support.
    pub fn json(
        &mut self,
        request: &impl Serialize,
        elsewhere: &[&str],
    ) -> Result<(), InvalidField> {
        // Our own types produce this message; it never contains field values.
        let failed = |error: serde_json::Error| InvalidField::new("body", format!("has {error}"));
        let CallOptions {
            overrides,
            tool_schema_key,
            ..
        } = &self.options;
        let is_plain = overrides.is_none() && tool_schema_key.is_default() && elsewhere.is_empty();
        let bytes = if is_plain {
            serde_json::to_vec(request).map_err(failed)?
        } else {
            let mut value = serde_json::to_value(request).map_err(failed)?;
            if let Value::Object(fields) = &mut value {
                fields.retain(|name, _| !elsewhere.contains(&name.as_str()));
                tool_schema_key.apply(fields);
                if let Some(Overrides { extra, omitted, .. }) = overrides.as_deref() {
                    fields.retain(|name, _| !omitted.contains(name));
                    fields.extend(extra.clone());
                }
            }
            serde_json::to_vec(&value).map_err(failed)?
        };
        self.body = Body::Json(bytes.into());
        Ok(())
    }

    /// Applies the caller's extra and omitted fields to a form or a query. A JSON body already contains them.
    pub(crate) fn apply_overrides(&mut self) {
        let Some(Overrides { extra, omitted, .. }) = self.options.overrides.as_deref() else {
            return;
        };
        let string = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let strings = extra.iter().map(|(name, value)| (name, string(value)));
        match &mut self.body {
            Body::Json(_) => {}
            Body::Form(form) => {
                for name in omitted {
                    form.remove(name);
                }
                for (name, value) in strings {
                    form.remove(name);
                    form.field(name, value);
                }
            }
            Body::Fields(fields) => {
                fields.retain(|(name, _)| !extra.contains_key(name) && !omitted.contains(name));
                fields.extend(strings.map(|(name, value)| (name.clone(), value)));
            }
            // The query is the place for fields of a request whose body has none.
            Body::Empty | Body::Text(_) | Body::File(_) => {
                let replaced = |name: &String| extra.contains_key(name) || omitted.contains(name);
                self.query.retain(|parameter| !replaced(&parameter.name));
                self.query
                    .extend(strings.map(|(name, value)| QueryParameter::plain(name, value)));
            }
        }
    }
}

/// Returns a value outside JSON: no string for null, nothing for a list or an object.
fn scalar(value: &Value) -> Option<Option<String>> {
    match value {
        Value::Null => Some(None),
        Value::String(text) => Some(Some(text.clone())),
        Value::Bool(_) | Value::Number(_) => Some(Some(value.to_string())),
        Value::Array(_) | Value::Object(_) => None,
    }
}

fn boundary() -> String {
    format!(
        "imagine-{:016x}{:016x}",
        fastrand::u64(..),
        fastrand::u64(..)
    )
}
