//! JSON that is read as YAML, for the lines of what it says.

/// Writes out the characters that JSON may give as two escapes, which YAML does not know.
pub(super) fn join(text: &str) -> String {
    let mut joined = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, from) = rest.split_at(at);
        joined += before;
        let (written, length) = match surrogates(from) {
            Some(character) => (character, 12),
            // The backslash and what it escapes.
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

/// The character that a text begins with in the form of two escapes.
fn surrogates(text: &str) -> Option<String> {
    let pair = text.get(..12)?;
    let is_high = ["\\ud", "\\uD"].iter().any(|start| pair.starts_with(start));
    is_high.then(|| serde_json::from_str(&format!("\"{pair}\"")).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_escapes_of_one_character_are_joined_and_nothing_else() {
        assert_eq!(join(r#""a\ud83d\ude00\n\u00e9""#), "\"a😀\\n\\u00e9\"");
        assert_eq!(
            join(r#""\\ud83d\\ude00\ud83d""#),
            r#""\\ud83d\\ude00\ud83d""#
        );
    }
}
