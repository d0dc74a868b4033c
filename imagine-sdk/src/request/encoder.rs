//! Puts the fields of a request where they go: path, query, JSON or form.

use serde::Serialize;
use serde_json::Value;

use super::value::texts;
use super::{
    Body, BodyEncoding, CallOptions, Content, Form, Operation, Overrides, WireValue, is_segment,
};
use crate::error::InvalidField;

/// The parts of a request that are known before its address is.
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

    /// Fills a part of the path.
    pub fn path(&mut self, name: &'static str, value: &impl WireValue) {
        let value: String = texts(value).collect();
        if !is_segment(&value) {
            let problem = "is empty, made of dots alone, or has a tab or a line end in it, and so cannot be part of a path";
            self.invalid.get_or_insert(InvalidField::new(name, problem));
        }
        self.path.push((name, value));
    }

    /// Adds a parameter to the query: nothing where it is not set, one for each item of a list.
    pub fn query(&mut self, name: &str, value: &impl WireValue) {
        let parameters = texts(value).map(|value| (name.to_owned(), value));
        self.query.extend(parameters);
    }

    /// Adds parts to the form: nothing where it is not set, one for each item of a list.
    pub fn form(&mut self, name: &str, value: &impl WireValue) {
        let Body::Form(form) = &mut self.body else {
            return;
        };
        for content in value.contents() {
            match content {
                Content::Text(text) => form.text(name, text),
                Content::File(file) => form.file(name, file),
            }
        }
    }

    /// Makes the body of the fields of the request, without those that are sent `elsewhere`.
    ///
    /// # Errors
    ///
    /// When a map in it has keys that JSON does not have.
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
                if let Some(Overrides { extra, without, .. }) = overrides.as_deref() {
                    fields.retain(|name, _| !without.contains(name));
                    fields.extend(extra.clone());
                }
            }
            serde_json::to_vec(&value).map_err(failed)?
        };
        self.body = Body::Json(bytes.into());
        Ok(())
    }

    /// Puts the caller's extra fields where the operation's own fields go. JSON has them already.
    pub(crate) fn place_extra(&mut self) {
        let Some(Overrides { extra, without, .. }) = self.options.overrides.as_deref() else {
            return;
        };
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let texts = extra.iter().map(|(name, value)| (name, text(value)));
        match &mut self.body {
            Body::Json(_) => {}
            Body::Form(form) => {
                for name in without {
                    form.remove(name);
                }
                for (name, value) in texts {
                    form.remove(name);
                    form.text(name, value);
                }
            }
            Body::Empty => {
                let replaced = |name: &String| extra.contains_key(name) || without.contains(name);
                self.query.retain(|(name, _)| !replaced(name));
                self.query
                    .extend(texts.map(|(name, value)| (name.clone(), value)));
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
