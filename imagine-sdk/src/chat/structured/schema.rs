//! The schemas of structured output.

use serde_json::{Map, Value, json};

use super::SchemaError;
use super::close::close;
use crate::generated::inference::types::{Tool, ToolFunction};

/// A closed JSON Schema of an object, which a structured response must match.
///
/// Every object is closed (`additionalProperties: false`) and all its properties are required. An optional property may
/// be `null`. References are inlined.
///
/// These keywords are kept: `type`, `properties`, `items`, `prefixItems`, `enum`, `const`, `anyOf`,
/// `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `minItems`, `maxItems`, `minLength`,
/// `maxLength`, `pattern`, `format` of strings, `title` and `description`. `oneOf` becomes `anyOf`. Annotations
/// (`default`, `examples`, `$comment`) are removed. Every other keyword is an error, because a server that does not
/// support a keyword does not enforce it.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    name: String,
    schema: Map<String, Value>,
}

impl Schema {
    /// Derives the schema of a struct with named fields.
    ///
    /// # Errors
    ///
    /// Fails if the type does not serialize as an object, contains an unconstrained value (a map, any JSON), is
    /// recursive, has a flattened enum, or needs a keyword that is not kept.
    ///
    /// ```
    /// use imagine_sdk::{schemars::{self, JsonSchema}, structured::Schema};
    ///
    /// #[derive(JsonSchema)]
    /// struct Cheese { name: String, months: Option<u32> }
    ///
    /// let schema = Schema::of::<Cheese>()?;
    /// assert_eq!(schema.name(), "Cheese");
    /// assert_eq!(schema.as_map()["additionalProperties"], false);
    /// assert!(Schema::of::<Vec<String>>().is_err());
    /// # Ok::<(), imagine_sdk::structured::SchemaError>(())
    /// ```
    #[cfg(feature = "schema")]
    pub fn of<T: schemars::JsonSchema>() -> Result<Self, SchemaError> {
        Self::new(T::schema_name(), derived::<T>())
    }

    /// Closes a hand-written schema. The model receives its name. Characters other than letters, digits, `_` and `-`
    /// are replaced with `_`.
    ///
    /// # Errors
    ///
    /// Fails as [`of`](Self::of) does. See [`SchemaError`].
    pub fn new(name: impl AsRef<str>, schema: impl Into<Value>) -> Result<Self, SchemaError> {
        let name = name.as_ref();
        let is_allowed =
            |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
        let wire_name = name.replace(|character| !is_allowed(character), "_");
        match close(schema.into()) {
            Ok(schema) => Ok(Self {
                name: wire_name,
                schema,
            }),
            Err(error) => Err(error.with_name(name)),
        }
    }

    /// Returns the name of the schema.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the JSON Schema.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.schema
    }

    /// Returns the value of the field `response_format`, as documented for `/prompt` of the media API.
    pub fn response_format(&self) -> Map<String, Value> {
        let named = json!({"name": self.name, "schema": self.schema, "strict": true});
        Map::from_iter([
            ("type".to_owned(), "json_schema".into()),
            ("json_schema".to_owned(), named),
        ])
    }

    /// Returns a tool that takes the response as its arguments.
    pub fn tool(&self) -> Tool {
        ToolFunction::new(&self.name)
            .description(
                "Takes the response. Always respond by calling this tool, and with nothing else.",
            )
            .parameters(self.schema.clone())
            .into()
    }
}

/// Derives the JSON Schema of a type. References are inlined, except in recursive types.
#[cfg(feature = "schema")]
pub(crate) fn derived<T: schemars::JsonSchema>() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    settings
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}
