//! Tools whose schema comes from a Rust type.

use crate::chat::structured::derived;
use crate::generated::inference::types::{Tool, ToolFunction};

impl Tool {
    /// A function that the model may call, with the schema of its arguments made of the type that they are
    /// read into: a struct with named fields. The comments on the fields are their descriptions.
    ///
    /// ```
    /// use imagine_sdk::{Tool, schemars::JsonSchema};
    ///
    /// #[derive(serde::Deserialize, JsonSchema)]
    /// # #[schemars(crate = "imagine_sdk::schemars")]
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
    /// References are written out, except those of a type that contains itself. A type whose schema is not
    /// one of an object is refused when the tool is sent.
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
