//! Tools whose schema is derived from a Rust type.

use crate::chat::structured::derived;
use crate::generated::inference::types::{Tool, ToolFunction};

impl Tool {
    /// Creates a function that the model may call. The schema is derived from the type of its arguments, a struct with
    /// named fields. The doc comments of the fields are their descriptions.
    ///
    /// ```
    /// use imagine_sdk::{Tool, schemars::{self, JsonSchema}};
    ///
    /// #[derive(serde::Deserialize, JsonSchema)]
    /// struct City {
    ///     /// Name of the city, without its country.
    ///     city: String,
    /// }
    ///
    /// let weather = Tool::function::<City>("get_weather", "The weather of a city, now");
    /// let schema = weather.function.parameters.unwrap_or_default();
    /// assert_eq!(schema["properties"]["city"]["type"], "string");
    /// ```
    ///
    /// References are inlined, except in recursive types. The client rejects a type whose schema is not the schema of
    /// an object before sending.
    pub fn function<Args: schemars::JsonSchema>(
        name: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        ToolFunction::new(name)
            .description(description)
            .parameters(derived::<Args>())
            .into()
    }
}
