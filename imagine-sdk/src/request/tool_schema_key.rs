//! The key of tool schemas.

use serde_json::{Map, Value};

/// The key for the JSON Schema of a tool's arguments.
///
/// Both APIs document `parameters`, which is also the key of the OpenAI API. A live inference service is reported to
/// read `arguments`. If a model ignores the schemas of its tools, set another key with
/// [`ClientBuilder::tool_schema_key`](crate::ClientBuilder::tool_schema_key). The key applies to every operation with a
/// field `tools`, but not to extra fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolSchemaKey {
    /// `parameters`, which is documented.
    #[default]
    Parameters,
    /// `arguments`, which is reported.
    Arguments,
    /// Both, with the same schema.
    Both,
}

impl ToolSchemaKey {
    pub(crate) fn is_default(self) -> bool {
        self == Self::Parameters
    }

    /// Moves or copies the schemas in the tools of a request.
    pub(crate) fn apply(self, request: &mut Map<String, Value>) {
        if self.is_default() {
            return;
        }
        let tools = request.get_mut("tools").and_then(Value::as_array_mut);
        for tool in tools.into_iter().flatten() {
            if let Some(Value::Object(function)) = tool.get_mut("function") {
                self.apply_to_function(function);
            }
        }
    }

    fn apply_to_function(self, function: &mut Map<String, Value>) {
        let schema = match self {
            Self::Parameters => None,
            Self::Arguments => function.remove("parameters"),
            Self::Both => function.get("parameters").cloned(),
        };
        if let Some(schema) = schema {
            function.insert("arguments".to_owned(), schema);
        }
    }
}
