//! Tools that are offered to a model, and its calls of them.

use std::collections::HashSet;
use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::generated::inference::types::{
    ChatMessageToolCall, Tool, ToolCallFunction, ToolFunction,
};
use crate::request::Check;

/// The key of a tool's schema on the wire.
const PARAMETERS: &str = "parameters";

impl ChatMessageToolCall {
    /// Creates a call of a function, with the id that its result names.
    pub fn new(id: impl Into<String>, function: ToolCallFunction) -> Self {
        Self {
            id: Some(id.into()),
            type_: Some("function".to_owned()),
            function: Some(function),
            ..Self::default()
        }
    }

    /// The name of the function to call.
    pub fn name(&self) -> Option<&str> {
        self.function
            .as_ref()
            .and_then(|function| function.name.as_deref())
    }

    /// The arguments as the model wrote them, which may be no JSON. `{}` where it wrote nothing.
    pub fn arguments(&self) -> &str {
        let written = self
            .function
            .as_ref()
            .and_then(|function| function.arguments.as_deref());
        match written {
            Some(arguments) if !arguments.trim().is_empty() => arguments,
            _ => "{}",
        }
    }

    /// The arguments as a type of yours.
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
    /// When the model wrote no JSON, or not what the type needs. The error has the text, to hand back to the
    /// model.
    pub fn parse_arguments<T: DeserializeOwned>(&self) -> Result<T, InvalidArguments> {
        let raw = self.arguments();
        serde_json::from_str(raw).map_err(|source| InvalidArguments {
            raw: raw.to_owned(),
            source,
        })
    }
}

/// Arguments of a tool call that are not what the tool takes.
pub struct InvalidArguments {
    raw: String,
    source: serde_json::Error,
}

impl InvalidArguments {
    /// The arguments as the model wrote them.
    pub fn raw(&self) -> &str {
        &self.raw
    }
}

/// What the model wrote is shown by its length.
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
        // serde quotes what the model wrote, which is not for logs.
        let (line, column) = (self.source.line(), self.source.column());
        write!(
            f,
            "the arguments do not fit the tool, at line {line} column {column}"
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
    /// A function with its arguments, a JSON object written as text.
    pub fn new(name: impl Into<String>, arguments: impl Into<String>) -> Self {
        Self {
            name: Some(name.into()),
            arguments: Some(arguments.into()),
            ..Self::default()
        }
    }
}

impl ToolFunction {
    /// A function that the model may call.
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

    /// What the function does, for the model to decide when to call it.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The JSON Schema of the arguments, which must be one of an object: anything else is refused when it
    /// is sent. `null` means none.
    #[must_use]
    pub fn parameters(mut self, schema: impl Into<Value>) -> Self {
        self.extra.remove(PARAMETERS);
        self.parameters = match schema.into() {
            Value::Object(schema) => Some(schema),
            Value::Null => None,
            // Kept, so that it can be refused by its name.
            other => {
                self.extra.insert(PARAMETERS.to_owned(), other);
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
                    "has two tools named `{name}`; the model calls a tool by its name, so give each its own"
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
            return Err("has a tool without a name; the model calls it by its name".to_owned());
        }
        let is_object = match &self.parameters {
            Some(schema) => is_of_object(schema),
            None => !self.extra.contains_key(PARAMETERS),
        };
        if is_object {
            return Ok(());
        }
        Err(format!(
            "has a tool `{name}` whose schema is not that of an object; put its arguments into a struct with named fields"
        ))
    }
}

/// Whether a schema lets an object be. One without a `type` does.
fn is_of_object(schema: &Map<String, Value>) -> bool {
    match schema.get("type") {
        Some(Value::String(kind)) => kind == "object",
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "object"),
        _ => true,
    }
}
