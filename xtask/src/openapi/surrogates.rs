//! Reads JSON as YAML, to get the positions of its values.

/// Replaces the surrogate pairs of JSON escapes, which YAML does not support, by their characters.
pub(super) fn join(text: &str) -> String {
    let mut joined = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, from) = rest.split_at(at);
        joined += before;
        let (written, length) = match surrogates(from) {
            Some(character) => (character, 12),
            // Copy the backslash and the character it escapes.
            None => {
                let length = from.chars().take(2).map(char::len_utf8).sum();
                (from.get(..length).unwrap_or_default().to_owned(), length)
            }
        };
        joined += &written;
        rest = from.get(length..).unwrap_or_default();
    }
    joined + rest
}

/// Decodes the surrogate pair at the start of a string.
fn surrogates(text: &str) -> Option<String> {
    let pair = text.get(..12)?;
    let is_high = ["\\ud", "\\uD"].iter().any(|start| pair.starts_with(start));
    is_high.then(|| serde_json::from_str(&format!("\"{pair}\"")).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn join_replaces_only_surrogate_pairs() {
        assert_eq!(join(r#""a\ud83d\ude00\n\u00e9""#), "\"a😀\\n\\u00e9\"");
        assert_eq!(
            join(r#""\\ud83d\\ude00\ud83d""#),
            r#""\\ud83d\\ude00\ud83d""#
        );
    }
}
