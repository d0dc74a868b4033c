//! The schema that a response must fit.

use serde_json::{Map, Value, json};

use super::SchemaError;
use super::close::close;
use crate::generated::inference::types::{Tool, ToolFunction};

/// The schema that a response must fit: a JSON Schema of an object that names everything in it.
///
/// Every object in it is closed (`additionalProperties: false`), and all its fields are required; what may be
/// missing may be `null` instead. References are written out.
///
/// These keywords are kept: `type`, `properties`, `items`, `prefixItems`, `enum`, `const`, `anyOf`,
/// `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `minItems`, `maxItems`, `minLength`,
/// `maxLength`, `pattern`, `format` of texts, `title` and `description`. `oneOf` becomes `anyOf`; what only
/// annotates (`default`, `examples`, `$comment`) is left out. Any other is an error that names it, because a
/// server that does not read a keyword lets pass what it forbids.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    name: String,
    schema: Map<String, Value>,
}

impl Schema {
    /// The schema of a type: a struct with named fields.
    ///
    /// # Errors
    ///
    /// When the type is not written as an object, has a part whose fields are not known (a map, any JSON),
    /// contains itself, has alternatives flattened into it (an enum), or needs a keyword that is not kept.
    ///
    /// ```
    /// use imagine_sdk::{schemars::JsonSchema, structured::Schema};
    ///
    /// #[derive(JsonSchema)]
    /// # #[schemars(crate = "imagine_sdk::schemars")]
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

    /// A schema that is written by hand. The model sees its name; characters beyond letters, digits, `_` and
    /// `-` become `_`.
    ///
    /// # Errors
    ///
    /// As those of a type: see [`SchemaError`].
    pub fn new(name: impl AsRef<str>, schema: impl Into<Value>) -> Result<Self, SchemaError> {
        let name = name.as_ref();
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
        let named = name.replace(|letter| !plain(letter), "_");
        match close(schema.into()) {
            Ok(schema) => Ok(Self {
                name: named,
                schema,
            }),
            Err(problem) => Err(problem.of(name)),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The JSON Schema.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.schema
    }

    /// The value of a field `response_format`, as `/prompt` of the audiovisual API has it.
    pub fn response_format(&self) -> Map<String, Value> {
        let named = json!({"name": self.name, "schema": self.schema, "strict": true});
        Map::from_iter([
            ("type".to_owned(), "json_schema".into()),
            ("json_schema".to_owned(), named),
        ])
    }

    /// A tool that takes the response as its arguments.
    pub fn tool(&self) -> Tool {
        ToolFunction::new(&self.name)
            .description(
                "Takes the response. Always response by calling this, and with nothing else.",
            )
            .parameters(self.schema.clone())
            .into()
    }
}

/// The JSON Schema of a type, with its references written out as far as that can be.
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
