//! Encodes the fields of a request into the path, the query, a JSON body or a form.

use serde::Serialize;
use serde_json::Value;

use super::value::strings;
use super::{
    Body, BodyEncoding, CallOptions, Content, Form, Operation, Overrides, WireValue,
    is_path_segment,
};
use crate::error::InvalidField;

/// The encoded fields of a request, before its URL is known.
#[derive(Debug)]
pub struct RequestEncoder {
    pub(crate) options: CallOptions,
    pub(crate) path: Vec<(&'static str, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Body,
    pub(crate) invalid: Option<InvalidField>,
}

impl RequestEncoder {
    pub(crate) fn new(operation: &Operation, options: CallOptions) -> Self {
        let body = match operation.body_encoding {
            BodyEncoding::Multipart => Body::Form(Form::new(boundary())),
            BodyEncoding::None | BodyEncoding::Json => Body::Empty,
        };
        Self {
            options,
            path: Vec::new(),
            query: Vec::new(),
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
        let parameters = strings(value).map(|value| (name.to_owned(), value));
        self.query.extend(parameters);
    }

    /// Adds parts to the form: none for an unset value, one for each item of a list.
    pub fn form(&mut self, name: &str, value: &impl WireValue) {
        let Body::Form(form) = &mut self.body else {
            return;
        };
        for content in value.contents() {
            match content {
                Content::Text(text) => form.field(name, text),
                Content::File(file) => form.file(name, file),
            }
        }
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
            Body::Empty => {
                let replaced = |name: &String| extra.contains_key(name) || omitted.contains(name);
                self.query.retain(|(name, _)| !replaced(name));
                self.query
                    .extend(strings.map(|(name, value)| (name.clone(), value)));
            }
        }
    }
}

fn boundary() -> String {
    format!(
        "imagine-{:016x}{:016x}",
        fastrand::u64(..),
        fastrand::u64(..)
    )
}
