//! Where in a tool its schema goes.

use serde_json::{Map, Value};

/// The key of a tool's function under which the JSON Schema of its arguments goes out.
///
/// Both APIs document `parameters`, as OpenAI's API has it. A live inference service is reported to read
/// `arguments` as well: where a model ignores the schemas of its tools,
/// [`ClientBuilder::tool_schema_key`](crate::ClientBuilder::tool_schema_key) tries the other one. It holds
/// for every operation with a field `tools`, but not for what is sent through `extra`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolSchemaKey {
    /// `parameters`: documented.
    #[default]
    Parameters,
    /// `arguments`: reported.
    Arguments,
    /// Both, with the same schema.
    Both,
}

impl ToolSchemaKey {
    pub(crate) fn is_default(self) -> bool {
        self == Self::Parameters
    }

    /// Puts the schemas in the tools of a request where they should be.
    pub(crate) fn apply(self, request: &mut Map<String, Value>) {
        if self.is_default() {
            return;
        }
        let tools = request.get_mut("tools").and_then(Value::as_array_mut);
        for tool in tools.into_iter().flatten() {
            if let Some(Value::Object(function)) = tool.get_mut("function") {
                self.place(function);
            }
        }
    }

    fn place(self, function: &mut Map<String, Value>) {
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
