//! Tool calls that a model writes into its text.
//!
//! | form | example |
//! |---|---|
//! | parameters | `{"type":"function","name":"f","parameters":{..}}` |
//! | arguments | `{"name":"f","arguments":{..}}`, also with the arguments as a string of JSON, or `null` |
//! | function | `{"type":"function","function":{"name":"f","arguments":{..}}}` |
//!
//! Calls follow each other, stand in a list, or are separated by commas, semicolons or line breaks. They may stand
//! between `<|python_tag|>` and `<|eom_id|>`, in `<tool_call>` tags, after `[TOOL_CALLS]`, or in a code block. Only
//! calls of offered tools count: every other JSON stays text.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::generated::inference::types::{ChatMessage, ChatMessageToolCall, ToolCallFunction};
use crate::types::Content;

/// Markup before calls.
const OPENING: &[&str] = &[
    "<|python_tag|>",
    "<tool_call>",
    "[TOOL_CALLS]",
    "```json",
    "```",
    "[",
    ",",
    ";",
];

/// Markup after calls.
const CLOSING: &[&str] = &[
    "<|eom_id|>",
    "<|eot_id|>",
    "<|python_tag|>",
    "</tool_call>",
    "```",
    "]",
    ",",
    ";",
];

/// Moves the calls of offered tools from the text of a message to its tool calls. The text around them stays.
pub(super) fn extract(message: &mut ChatMessage, offered: &[String]) {
    let has_calls = |call: &ChatMessageToolCall| call.name().is_some_and(|name| !name.is_empty());
    if offered.is_empty() || message.tool_calls.iter().any(has_calls) {
        return;
    }
    let Some(Content::Text(text)) = &message.content else {
        return;
    };
    let found = find(text, offered);
    if found.is_empty() {
        return;
    }
    let rest = text_around(text, &found);
    message.content = (!rest.is_empty()).then_some(Content::Text(rest));
    message.tool_calls = found.into_iter().map(Found::into_call).collect();
}

/// A call and its position in the text.
struct Found {
    name: String,
    arguments: String,
    start: usize,
    end: usize,
}

impl Found {
    /// Ids are random, because they must differ in all messages of a conversation.
    fn into_call(self) -> ChatMessageToolCall {
        let id = format!("call_{:016x}", fastrand::u64(..));
        ChatMessageToolCall::new(id, ToolCallFunction::new(self.name, self.arguments))
    }
}

/// An object that may be a call.
#[derive(Deserialize)]
struct Candidate<'a> {
    name: Option<String>,
    #[serde(borrow, default, deserialize_with = "raw")]
    arguments: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "raw")]
    parameters: Option<&'a RawValue>,
    function: Option<Box<Candidate<'a>>>,
}

/// Keeps `null`, which models write for a tool without parameters.
fn raw<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

impl Candidate<'_> {
    /// Returns the name and the arguments, if this is a call of an offered tool.
    fn into_call(self, offered: &[String]) -> Option<(String, String)> {
        let call = match self.function {
            Some(function) if self.name.is_none() => *function,
            _ => self,
        };
        let name = call.name?;
        let fields = [call.arguments, call.parameters].into_iter().flatten();
        let mut fields = fields.map(RawValue::get).peekable();
        fields.peek()?;
        let mut values = fields.filter(|raw| *raw != "null");
        let raw = values.next().unwrap_or("{}");
        let arguments = match raw.as_bytes().first() {
            _ if values.next().is_some() => return None,
            Some(b'{') => raw.to_owned(),
            Some(b'"') => serde_json::from_str(raw).ok()?,
            _ => return None,
        };
        offered.contains(&name).then_some((name, arguments))
    }
}

/// Finds the calls of offered tools. Objects inside of other objects are no calls, and reasoning contains only drafts.
fn find(text: &str, offered: &[String]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = after_reasoning(text);
    while let Some(start) = next_object(text, at) {
        let rest = text.get(start..).unwrap_or_default();
        let mut objects = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
        at = match objects.next() {
            Some(Ok(object)) => {
                let end = start + object.get().len();
                let candidate = serde_json::from_str::<Candidate<'_>>(object.get()).ok();
                if let Some((name, arguments)) =
                    candidate.and_then(|candidate| candidate.into_call(offered))
                {
                    found.push(Found {
                        name,
                        arguments,
                        start,
                        end,
                    });
                }
                end
            }
            // The rest of the text is a part of this object.
            Some(Err(error)) if error.is_eof() => break,
            _ => start + 1,
        };
    }
    found
}

/// Returns the position after the reasoning of the model: the end of the text if the reasoning is truncated.
fn after_reasoning(text: &str) -> usize {
    const END: &str = "</think>";
    let start = text.rfind(END).map_or(0, |at| at + END.len());
    match text.get(start..) {
        Some(rest) if !rest.contains("<think>") => start,
        _ => text.len(),
    }
}

fn next_object(text: &str, at: usize) -> Option<usize> {
    Some(at + text.get(at..)?.find('{')?)
}

/// Returns the text around the calls without the markup between them.
fn text_around(text: &str, found: &[Found]) -> String {
    let mut kept = Vec::new();
    let mut at = 0;
    for call in found {
        kept.push(strip(
            text.get(at..call.start).unwrap_or_default(),
            at > 0,
            true,
        ));
        at = call.end;
    }
    kept.push(strip(text.get(at..).unwrap_or_default(), true, false));
    kept.retain(|text| !text.is_empty());
    kept.join("\n")
}

/// Removes the markup after the previous call and before the next one.
fn strip(text: &str, after_call: bool, before_call: bool) -> &str {
    let mut text = text.trim();
    if after_call {
        while let Some(rest) = CLOSING.iter().find_map(|markup| text.strip_prefix(markup)) {
            text = rest.trim_start();
        }
    }
    if before_call {
        while let Some(rest) = OPENING.iter().find_map(|markup| text.strip_suffix(markup)) {
            text = rest.trim_end();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn extracted(text: &str) -> (Option<String>, Vec<(String, String)>) {
        let mut message = ChatMessage::assistant(text);
        extract(&mut message, &["f".to_owned(), "g".to_owned()]);
        let call = |call: &ChatMessageToolCall| {
            let name = call.name().unwrap_or_default().to_owned();
            (name, call.arguments().to_owned())
        };
        let calls = message.tool_calls.iter().map(call).collect();
        (message.text().map(Into::into), calls)
    }

    fn calls(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, arguments): &(&str, &str)| (name.to_string(), arguments.to_string());
        expected.iter().map(owned).collect()
    }

    #[test]
    fn calls_are_recognized_in_every_form() {
        let f = calls(&[("f", r#"{"a":1}"#)]);
        for text in [
            r#"{"type":"function","name":"f","parameters":{"a":1}}"#,
            r#"{"name":"f","arguments":{"a":1}}"#,
            r#"{"name":"f","arguments":"{\"a\":1}"}"#,
            r#"{"type":"function","function":{"name":"f","arguments":{"a":1}}}"#,
            r#"<|python_tag|>{"name":"f","parameters":{"a":1}}<|eom_id|>"#,
            "<|python_tag|> {\"name\":\"f\",\"parameters\":{\"a\":1}}\n<|eot_id|>\n",
            "```json\n{\"name\":\"f\",\"parameters\":{\"a\":1}}\n```",
            "<tool_call>\n{\"name\":\"f\",\"arguments\":{\"a\":1}}\n</tool_call>",
            r#"[{"name":"f","arguments":{"a":1}}]"#,
            r#"[TOOL_CALLS] [{"name":"f","arguments":{"a":1}}]"#,
        ] {
            assert_eq!(extracted(text), (None, f.clone()), "{text}");
        }
        let text = r#"{"type":"function","name":"f","parameters":null}"#;
        assert_eq!(extracted(text), (None, calls(&[("f", "{}")])));
        for text in [
            r#"{"name":"f","arguments":{"a":1},"parameters":null}"#,
            r#"{"name":"f","arguments":null,"parameters":{"a":1}}"#,
        ] {
            assert_eq!(extracted(text), (None, f.clone()), "{text}");
        }
    }

    #[test]
    fn several_calls_are_recognized_with_every_separator() {
        let one = r#"{"name":"f","parameters":{"a":1}}"#;
        let other = r#"{"name":"g","parameters":{}}"#;
        let both = calls(&[("f", r#"{"a":1}"#), ("g", "{}")]);
        for text in [
            format!("{one}{other}"),
            format!("{one}; {other}"),
            format!("{one}\n{other}"),
            format!("[{one}, {other}]"),
            format!("<|python_tag|>{one}<|eom_id|><|python_tag|>{other}<|eom_id|>"),
            format!("<tool_call>{one}</tool_call>\n<tool_call>{other}</tool_call>"),
        ] {
            assert_eq!(extracted(&text), (None, both.clone()), "{text}");
        }
    }

    #[test]
    fn text_around_calls_is_kept() {
        let call = r#"{"name":"f","parameters":{}}"#;
        let f = calls(&[("f", "{}")]);
        let (content, found) = extracted(&format!("I look it up.\n\n{call};\nOne moment."));
        assert_eq!(content.as_deref(), Some("I look it up.\nOne moment."));
        assert_eq!(found, f);
        let (content, found) = extracted(&format!("<think>{{\"a\":1}} {call}</think>{call}"));
        let reasoning = format!("<think>{{\"a\":1}} {call}</think>");
        assert_eq!((content, found), (Some(reasoning), f));
    }

    #[test]
    fn other_json_stays_text() {
        for text in [
            r#"{"name":"other","parameters":{}}"#,
            r#"{"name":"f"}"#,
            r#"{"name":"f","parameters":[1]}"#,
            r#"{"calls":[{"name":"f","parameters":{}}]}"#,
            r#"{"name":"f","parameters":{"#,
            r#"{"a":{"name":"f","parameters":{}}"#,
            r#"<think>{"name":"f","parameters":{}}"#,
            "{{{{ no JSON }}}}",
            "f(a=1)",
            "",
        ] {
            assert_eq!(
                extracted(text),
                (Some(text.to_owned()), Vec::new()),
                "{text}"
            );
        }
    }

    #[test]
    fn calls_of_the_service_take_precedence() {
        let text = r#"{"name":"f","parameters":{}}"#;
        let call = json!({"id": "1", "function": {"name": "g", "arguments": "{}"}});
        let message = json!({"role": "assistant", "content": text, "tool_calls": [call]});
        let mut message: ChatMessage = serde_json::from_value(message).unwrap();
        let unchanged = message.clone();
        extract(&mut message, &["f".to_owned()]);
        assert_eq!(message, unchanged);
        // Empty entries are no calls.
        message.tool_calls = vec![ChatMessageToolCall::default()];
        extract(&mut message, &["f".to_owned()]);
        assert_eq!(message.tool_calls()[0].name(), Some("f"));
    }
}
