//! Tokenizes text and applies the limits of a request.

use std::borrow::Cow;

use serde_json::Value;

/// The maximum number of alphanumeric characters in a token.
const MAX_TOKEN_LENGTH: usize = 6;

/// Returns the texts in a field: a string, a list of strings, a list of token ids, or several such lists.
///
/// The text of token ids consists of their digits, because the mock has no vocabulary.
pub(crate) fn inputs<'a>(request: &'a Value, field: &str) -> Vec<Cow<'a, str>> {
    match request.get(field) {
        Some(Value::Array(items)) if items.iter().any(Value::is_number) => vec![ids(items)],
        Some(Value::Array(items)) => items.iter().filter_map(input).collect(),
        Some(item) => input(item).into_iter().collect(),
        None => Vec::new(),
    }
}

fn input(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.into()),
        Value::Array(items) => Some(ids(items)),
        _ => None,
    }
}

fn ids(items: &[Value]) -> Cow<'_, str> {
    let ids: Vec<_> = items.iter().map(ToString::to_string).collect();
    ids.join(" ").into()
}

/// Splits a text into tokens, whose concatenation is the text.
///
/// A token is a part of a word or a single other character, with the preceding white space.
pub(crate) fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (token, remaining) = rest.split_at(first_token_length(rest));
        tokens.push(token);
        rest = remaining;
    }
    tokens
}

/// Returns the number of tokens in a text.
pub(crate) fn count_tokens(text: &str) -> usize {
    tokens(text).len()
}

/// Returns the length of the first token in bytes.
fn first_token_length(text: &str) -> usize {
    let mut letters = 0;
    for (index, character) in text.char_indices() {
        if character.is_whitespace() && letters == 0 {
            continue;
        }
        if !character.is_alphanumeric() {
            return if letters == 0 {
                index + character.len_utf8()
            } else {
                index
            };
        }
        if letters == MAX_TOKEN_LENGTH {
            return index;
        }
        letters += 1;
    }
    text.len()
}

/// A text within the limits of a request, with its finish reason.
pub(crate) struct Limited {
    pub(crate) text: String,
    pub(crate) finish_reason: &'static str,
}

impl Limited {
    /// Returns a complete text, to which no limit applies.
    pub(crate) fn complete(text: String) -> Self {
        Self {
            text,
            finish_reason: "stop",
        }
    }
}

/// Truncates a text to `max_tokens`, and at the first `stop` string.
pub(crate) fn limit(text: &str, request: &Value, includes_stop: bool) -> Limited {
    let end = end_of_first_stop(text, request, includes_stop);
    let stopped = text.get(..end).unwrap_or(text);
    let tokens = tokens(stopped);
    let (count, finish_reason) = match max_tokens(request) {
        Some(max) if max < tokens.len() => (max, "length"),
        _ => (tokens.len(), "stop"),
    };
    Limited {
        text: tokens.into_iter().take(count).collect(),
        finish_reason,
    }
}

fn end_of_first_stop(text: &str, request: &Value, includes_stop: bool) -> usize {
    let stops = match request.get("stop") {
        Some(Value::Array(stops)) => stops.as_slice(),
        Some(stop) => std::slice::from_ref(stop),
        None => &[],
    };
    stops
        .iter()
        .filter_map(Value::as_str)
        .filter(|stop| !stop.is_empty())
        .filter_map(|stop| Some((text.find(stop)?, stop.len())))
        .min()
        .map_or(text.len(), |(start, length)| match includes_stop {
            true => start + length,
            false => start,
        })
}

/// Returns the token limit. Newer OpenAI clients send `max_completion_tokens`.
fn max_tokens(request: &Value) -> Option<usize> {
    let max = ["max_tokens", "max_completion_tokens"]
        .into_iter()
        .find_map(|name| request.get(name)?.as_i64())?;
    Some(usize::try_from(max).unwrap_or(0))
}

/// Returns the text of a choice. Only the first choice has the text itself.
pub(crate) fn numbered(text: String, index: usize) -> String {
    match index {
        0 => text,
        _ => format!("{text} (choice {})", index + 1),
    }
}

/// Returns the words of a text without punctuation.
pub(crate) fn words(text: &str) -> Vec<&str> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Returns the first characters of a text, followed by an ellipsis if it is longer.
pub(crate) fn excerpt(text: &str, max_length: usize) -> String {
    let mut excerpt: String = text.chars().take(max_length).collect();
    if excerpt.len() < text.len() {
        excerpt.push('…');
    }
    excerpt
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{limit, tokens};

    #[test]
    fn concatenated_tokens_equal_the_text() {
        for text in [
            "",
            " ",
            "a  b",
            "Extraordinarily good, señor!\n\n",
            "日本語のテキスト",
        ] {
            assert_eq!(tokens(text).concat(), text);
        }
        assert_eq!(tokens("one, two"), ["one", ",", " two"]);
    }

    #[test]
    fn limits_truncate_the_text_and_set_the_finish_reason() {
        let limited_by = |request| {
            let limited = limit("one two three four", &request, true);
            (limited.text, limited.finish_reason)
        };
        assert_eq!(limited_by(json!({})).1, "stop");
        assert_eq!(
            limited_by(json!({"max_tokens": 2})),
            ("one two".to_owned(), "length")
        );
        assert_eq!(
            limited_by(json!({"max_tokens": -1})),
            (String::new(), "length")
        );
        let stop = json!({"stop": ["four", "wo", ""]});
        assert_eq!(limited_by(stop), ("one two".to_owned(), "stop"));
        let stop = json!({"stop": "wo"});
        assert_eq!(limit("one two", &stop, false).text, "one t");
    }
}
