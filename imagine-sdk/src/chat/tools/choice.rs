//! The choice of tools.

use serde_json::{Value, json};

/// Restricts which tools a model may call, in the format of the OpenAI API.
///
/// `/prompt` of the media API documents the field `tool_choice`. Its documented default is `none`. The inference API
/// does not document the field, but services that resemble vLLM's server accept it. Send it there as an extra field:
///
#[cfg_attr(all(feature = "inference", feature = "media"), doc = "```")]
#[cfg_attr(not(all(feature = "inference", feature = "media")), doc = "```ignore")]
/// use imagine_sdk::tools::ToolChoice;
///
/// # fn ask(client: imagine_sdk::Client, media: imagine_sdk::MediaClient) {
/// let prompt = media.prompt("Toledo?").tool_choice(ToolChoice::Auto);
/// let chat = client.chat("Toledo?").with_extra_field("tool_choice", ToolChoice::function("get_weather"));
/// # let _ = (prompt, chat);
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolChoice {
    /// The model must not call a tool.
    None,
    /// The model decides if it calls a tool, and which one.
    Auto,
    /// The model must call a tool, and decides which one.
    Required,
    /// The model must call the function with this name.
    Function(String),
}

impl ToolChoice {
    /// Requires a call of the function with this name.
    pub fn function(name: impl Into<String>) -> Self {
        Self::Function(name.into())
    }
}

impl From<ToolChoice> for Value {
    fn from(choice: ToolChoice) -> Self {
        match choice {
            ToolChoice::None => "none".into(),
            ToolChoice::Auto => "auto".into(),
            ToolChoice::Required => "required".into(),
            ToolChoice::Function(name) => {
                json!({"type": "function", "function": {"name": name}})
            }
        }
    }
}
