//! Names of Rust items, derived from names of the specification.

/// Converts a name to PascalCase: `chat_history` becomes `ChatHistory`.
pub(crate) fn pascal(name: &str) -> String {
    name.split(|c: char| !c.is_alphanumeric())
        .map(capitalized)
        .collect()
}

/// Returns true if an `operationId` is a valid method name.
pub(crate) fn is_snake(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && syn::parse_str::<syn::Ident>(name).is_ok()
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pascal_keeps_existing_capitals() {
        assert_eq!(pascal("chat_history"), "ChatHistory");
        assert_eq!(pascal("Reranker-request"), "RerankerRequest");
    }

    #[test]
    fn is_snake_rejects_keywords() {
        assert!(is_snake("chat_history_2"));
        for name in ["chatHistory", "2chat", "type", "", "a-b"] {
            assert!(!is_snake(name), "{name}");
        }
    }
}
