//! Which tool a model is to call.

use serde_json::{Value, json};

/// Which tool a model is to call, in OpenAI's form of it.
///
/// `/prompt` of the audiovisual API documents the field `tool_choice`, and `none` as its default. The
/// inference API does not document it; services that are like vLLM's server have it, so it goes out
/// through `extra`:
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
    /// None.
    None,
    /// The model chooses whether to call one, and which.
    Auto,
    /// The model must call one, and chooses which.
    Required,
    /// The model must call the function of this name.
    Function(String),
}

impl ToolChoice {
    /// The model must call the function of this name.
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
