//! Tools of a model, and its tool calls.

use std::collections::HashSet;
use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::generated::inference::types::{
    ChatMessageToolCall, Tool, ToolCallFunction, ToolFunction,
};
use crate::request::Check;

/// The wire name of the schema of a tool.
const PARAMETERS: &str = "parameters";

impl ChatMessageToolCall {
    /// Creates a call of a function. The result of the call refers to `id`.
    pub fn new(id: impl Into<String>, function: ToolCallFunction) -> Self {
        Self {
            id: Some(id.into()),
            type_: Some("function".to_owned()),
            function: Some(function),
            ..Self::default()
        }
    }

    /// Returns the name of the function.
    pub fn name(&self) -> Option<&str> {
        self.function
            .as_ref()
            .and_then(|function| function.name.as_deref())
    }

    /// Returns the arguments as written by the model, which may be invalid JSON. `{}` if the model wrote none, or
    /// `null`.
    pub fn arguments(&self) -> &str {
        let written = self
            .function
            .as_ref()
            .and_then(|function| function.arguments.as_deref());
        match written {
            Some(arguments) if !["", "null"].contains(&arguments.trim()) => arguments,
            _ => "{}",
        }
    }

    /// Parses the arguments as your type.
    ///
    /// ```
    /// use imagine_sdk::inference::{ChatMessageToolCall, ToolCallFunction};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct City { city: String }
    ///
    /// let function = ToolCallFunction::new("get_weather", r#"{"city":"Toledo"}"#);
    /// let call = ChatMessageToolCall::new("call-1", function);
    /// assert_eq!(call.parse_arguments::<City>()?.city, "Toledo");
    /// # Ok::<(), imagine_sdk::inference::InvalidArguments>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the arguments are invalid JSON or do not match the type. The error contains the arguments, so that you
    /// can return them to the model.
    pub fn parse_arguments<T: DeserializeOwned>(&self) -> Result<T, InvalidArguments> {
        let raw = self.arguments();
        serde_json::from_str(raw).map_err(|source| InvalidArguments {
            raw: raw.to_owned(),
            source,
        })
    }
}

/// The error for tool-call arguments that are invalid JSON or do not match the tool's type.
pub struct InvalidArguments {
    raw: String,
    source: serde_json::Error,
}

impl InvalidArguments {
    /// Returns the arguments as written by the model.
    pub fn raw(&self) -> &str {
        &self.raw
    }
}

/// Prints the length of the arguments only.
impl fmt::Debug for InvalidArguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvalidArguments")
            .field("message", &self.to_string())
            .field("raw", &format_args!("{} bytes", self.raw.len()))
            .finish_non_exhaustive()
    }
}

impl fmt::Display for InvalidArguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The error of serde quotes the arguments, which must not reach logs.
        let (line, column) = (self.source.line(), self.source.column());
        write!(
            f,
            "invalid tool-call arguments at line {line} column {column}"
        )
    }
}

impl std::error::Error for InvalidArguments {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

impl From<InvalidArguments> for Error {
    fn from(error: InvalidArguments) -> Self {
        Self::invalid_output(error.to_string()).with_original(error)
    }
}

impl ToolCallFunction {
    /// Creates a function call with its arguments, a JSON object serialized as a string.
    pub fn new(name: impl Into<String>, arguments: impl Into<String>) -> Self {
        Self {
            name: Some(name.into()),
            arguments: Some(arguments.into()),
            ..Self::default()
        }
    }
}

impl ToolFunction {
    /// Creates a function that the model may call.
    ///
    /// ```
    /// use imagine_sdk::inference::{Tool, ToolFunction};
    /// use serde_json::json;
    ///
    /// let weather = ToolFunction::new("get_weather")
    ///     .description("The weather of a city, now")
    ///     .parameters(json!({"type": "object", "properties": {"city": {"type": "string"}}}));
    /// assert_eq!(Tool::from(weather).type_, "function");
    /// ```
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Sets the description of the function, which the model uses to decide when to call it.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Sets the JSON Schema of the arguments, which must be the schema of an object. The client rejects every other
    /// schema before sending. `null` removes the schema.
    #[must_use]
    pub fn parameters(mut self, schema: impl Into<Value>) -> Self {
        self.extra.remove(PARAMETERS);
        self.parameters = match schema.into() {
            Value::Object(schema) => Some(schema),
            Value::Null => None,
            // The value is kept, so that `check` can reject it with the name of the tool.
            other => {
                self.extra.insert(PARAMETERS, other);
                None
            }
        };
        self
    }
}

impl From<ToolFunction> for Tool {
    fn from(function: ToolFunction) -> Self {
        Self {
            type_: "function".to_owned(),
            function,
            ..Self::default()
        }
    }
}

impl Check for Vec<Tool> {
    fn check(&self) -> Result<(), String> {
        let mut names = HashSet::new();
        for Tool { function, .. } in self {
            let name = &function.name;
            function.check()?;
            if !names.insert(name) {
                return Err(format!(
                    "has two tools named `{name}`; the model calls tools by name, so give each tool its own name"
                ));
            }
        }
        Ok(())
    }
}

impl Check for ToolFunction {
    fn check(&self) -> Result<(), String> {
        let name = &self.name;
        if name.trim().is_empty() {
            return Err(
                "has a tool without a name; set one, because the model calls tools by name"
                    .to_owned(),
            );
        }
        let is_object = match &self.parameters {
            Some(schema) => is_of_object(schema),
            None => !self.extra.contains_key(PARAMETERS),
        };
        if is_object {
            return Ok(());
        }
        Err(format!(
            "has a tool `{name}` whose schema is not the schema of an object; use a struct with named fields for the arguments"
        ))
    }
}

/// Returns true if the schema allows an object. A schema without `type` does.
fn is_of_object(schema: &Map<String, Value>) -> bool {
    match schema.get("type") {
        Some(Value::String(kind)) => kind == "object",
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "object"),
        _ => true,
    }
}
