//! Tokens of texts, and the limits that a request sets to a response.

use serde_json::Value;

/// The most letters of a token.
const LONGEST_TOKEN: usize = 6;

/// Cuts a text into tokens that make up the text again when they are joined.
///
/// A token is a piece of a word or a single other character, with the white space before it.
pub(crate) fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (token, after) = rest.split_at(first_token(rest));
        tokens.push(token);
        rest = after;
    }
    tokens
}

/// How many tokens a text has.
pub(crate) fn count(text: &str) -> usize {
    tokens(text).len()
}

fn first_token(text: &str) -> usize {
    let mut letters = 0;
    for (place, character) in text.char_indices() {
        if character.is_whitespace() && letters == 0 {
            continue;
        }
        if !character.is_alphanumeric() {
            return if letters == 0 {
                place + character.len_utf8()
            } else {
                place
            };
        }
        if letters == LONGEST_TOKEN {
            return place;
        }
        letters += 1;
    }
    text.len()
}

/// A text that keeps to the limits of a request, and why it ends where it does.
pub(crate) struct Limited {
    pub(crate) text: String,
    pub(crate) finish_reason: &'static str,
}

impl Limited {
    /// A text that is given as it is.
    pub(crate) fn no(text: String) -> Self {
        Self {
            text,
            finish_reason: "stop",
        }
    }
}

/// Ends a text at `max_tokens`, or after the first of the `stop` texts, which it then contains.
pub(crate) fn limit(text: &str, request: &Value) -> Limited {
    let stopped = text.get(..end_of_first_stop(text, request)).unwrap_or(text);
    let tokens = tokens(stopped);
    let (kept, finish_reason) = match most_tokens(request) {
        Some(most) if most < tokens.len() => (most, "length"),
        _ => (tokens.len(), "stop"),
    };
    Limited {
        text: tokens.into_iter().take(kept).collect(),
        finish_reason,
    }
}

fn end_of_first_stop(text: &str, request: &Value) -> usize {
    let stops = request.get("stop").and_then(Value::as_array);
    stops
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter(|stop| !stop.is_empty())
        .filter_map(|stop| Some((text.find(stop)?, stop.len())))
        .min()
        .map_or(text.len(), |(start, length)| start + length)
}

/// Newer OpenAI clients write `max_completion_tokens`.
fn most_tokens(request: &Value) -> Option<usize> {
    let most = ["max_tokens", "max_completion_tokens"]
        .into_iter()
        .find_map(|name| request.get(name)?.as_i64())?;
    Some(usize::try_from(most).unwrap_or(0))
}

/// The words of a text, without punctuation around them.
pub(crate) fn words(text: &str) -> Vec<&str> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect()
}

/// The beginning of a text, for quoting it.
pub(crate) fn beginning(text: &str, most: usize) -> String {
    let mut beginning: String = text.chars().take(most).collect();
    if beginning.len() < text.len() {
        beginning.push('…');
    }
    beginning
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{limit, tokens};

    #[test]
    fn joined_tokens_are_the_text() {
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
    fn limits_end_the_text_and_say_why() {
        let ended = |request| {
            let limited = limit("one two three four", &request);
            (limited.text, limited.finish_reason)
        };
        assert_eq!(ended(json!({})).1, "stop");
        assert_eq!(
            ended(json!({"max_tokens": 2})),
            ("one two".to_owned(), "length")
        );
        assert_eq!(ended(json!({"max_tokens": -1})), (String::new(), "length"));
        let stop = json!({"stop": ["four", "wo", ""]});
        assert_eq!(ended(stop), ("one two".to_owned(), "stop"));
    }
}
