//! Puts the fields of a request where they go: path, query, JSON or form.

use serde::Serialize;
use serde_json::Value;

use crate::body::{Body, FilePart, Form};
use crate::call::{Additions, CallOptions};
use crate::error::InvalidField;
use crate::op::{self, Operation, Payload};

/// The parts of a request that are known before its address is.
#[derive(Debug)]
pub struct Parts {
    pub(crate) options: CallOptions,
    pub(crate) path: Vec<(&'static str, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Body,
    pub(crate) invalid: Option<InvalidField>,
}

impl Parts {
    pub(crate) fn new(operation: &Operation, options: CallOptions) -> Self {
        let body = match operation.payload {
            Payload::Form => Body::Form(Form::new(boundary())),
            Payload::None | Payload::Json => Body::Empty,
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
        if !op::is_segment(&value) {
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

    /// Makes the body from the whole request.
    ///
    /// # Errors
    ///
    /// When a map in it has keys that JSON does not have.
    pub fn json(&mut self, request: &impl Serialize) -> Result<(), InvalidField> {
        // What is wrong is said by types of ours, and without what is in them.
        let failed = |error: serde_json::Error| InvalidField::new("body", format!("has {error}"));
        let CallOptions {
            additions,
            tool_schema_key,
            ..
        } = &self.options;
        let bytes = if additions.is_none() && tool_schema_key.is_default() {
            serde_json::to_vec(request).map_err(failed)?
        } else {
            let mut value = serde_json::to_value(request).map_err(failed)?;
            if let Value::Object(fields) = &mut value {
                tool_schema_key.apply(fields);
                if let Some(Additions { extra, without, .. }) = additions.as_deref() {
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
        let Some(Additions { extra, without, .. }) = self.options.additions.as_deref() else {
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

/// A value that can travel outside JSON: in a path, in a query or in a form.
pub trait WireValue {
    /// What to send: nothing where the value is not set, several where it is a list.
    fn contents(&self) -> Vec<Content>;
}

/// What travels outside JSON.
#[derive(Debug)]
pub enum Content {
    /// A text.
    Text(String),
    /// A file, which only a form can hold.
    File(FilePart),
}

fn texts(value: &impl WireValue) -> impl Iterator<Item = String> {
    value
        .contents()
        .into_iter()
        .filter_map(|content| match content {
            Content::Text(text) => Some(text),
            Content::File(_) => None,
        })
}

impl WireValue for FilePart {
    fn contents(&self) -> Vec<Content> {
        vec![Content::File(self.clone())]
    }
}

impl<T: WireValue> WireValue for Option<T> {
    fn contents(&self) -> Vec<Content> {
        self.as_ref().map(WireValue::contents).unwrap_or_default()
    }
}

impl<T: WireValue> WireValue for Vec<T> {
    fn contents(&self) -> Vec<Content> {
        self.iter().flat_map(WireValue::contents).collect()
    }
}

/// Makes a displayed value travel as what it displays.
macro_rules! text_values {
    ($($type:ty),*) => {$(
        impl WireValue for $type {
            fn contents(&self) -> Vec<Content> {
                vec![Content::Text(self.to_string())]
            }
        }
    )*};
}

text_values!(String, bool, i64, u64, f64, crate::types::DateTime);

/// A number, or none.
pub trait Number {
    /// The number, if it is set.
    fn number(&self) -> Option<f64>;
}

impl Number for f64 {
    fn number(&self) -> Option<f64> {
        Some(*self)
    }
}

impl Number for i64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "the limits it is compared with are small"
    )]
    fn number(&self) -> Option<f64> {
        Some(*self as f64)
    }
}

impl<T: Number> Number for Option<T> {
    fn number(&self) -> Option<f64> {
        self.as_ref()?.number()
    }
}

/// Refuses a number that is not finite, because JSON has no such thing, or not within its limits.
///
/// # Errors
///
/// When it is not; the error names the field, the value and the limits.
pub fn check_number(
    name: &'static str,
    value: &impl Number,
    min: Option<f64>,
    max: Option<f64>,
) -> Result<(), InvalidField> {
    let Some(value) = value.number() else {
        return Ok(());
    };
    let fits = value.is_finite()
        && min.is_none_or(|min| value >= min)
        && max.is_none_or(|max| value <= max);
    if fits {
        return Ok(());
    }
    let limits = match (min, max) {
        (Some(min), Some(max)) => format!("between {min} and {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "a finite number".to_owned(),
    };
    let problem =
        format!("is {value}, but must be {limits}; `.extra(\"{name}\", ..)` sends any value");
    Err(InvalidField::new(name, problem))
}

/// A value with rules of its own for what can be sent.
pub trait Check {
    /// Says what is wrong with the value, if anything is: "has two tools of one name".
    ///
    /// # Errors
    ///
    /// When it cannot be sent.
    fn check(&self) -> Result<(), String>;
}

impl<T: Check> Check for Option<T> {
    fn check(&self) -> Result<(), String> {
        self.as_ref().map_or(Ok(()), Check::check)
    }
}

/// Refuses a value that does not keep to the rules of its type.
///
/// # Errors
///
/// When it does not; the error names the field.
pub fn check_value(name: &'static str, value: &impl Check) -> Result<(), InvalidField> {
    value
        .check()
        .map_err(|problem| InvalidField::new(name, problem))
}

/// Refuses a file whose name does not end as one that the service reads.
///
/// # Errors
///
/// When it does not; the error lists the known endings.
pub fn check_format(
    name: &'static str,
    value: &impl WireValue,
    formats: &[&str],
) -> Result<(), InvalidField> {
    for content in value.contents() {
        let Content::File(file) = content else {
            continue;
        };
        let extension = file
            .name_on_wire()
            .rsplit_once('.')
            .map(|(_, extension)| extension);
        let known = |extension: &str| {
            formats
                .iter()
                .any(|format| format.eq_ignore_ascii_case(extension))
        };
        if !extension.is_some_and(known) {
            let known = formats.join(", ");
            let problem = format!(
                "must be a file whose name ends in one of {known}; for bytes or a reader, `file_name` gives it one"
            );
            return Err(InvalidField::new(name, problem));
        }
    }
    Ok(())
}
