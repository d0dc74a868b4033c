//! Names of Rust items, made from names of the specification.

/// `chat_history` becomes `ChatHistory`.
pub(crate) fn pascal(name: &str) -> String {
    name.split(|c: char| !c.is_alphanumeric())
        .map(capitalized)
        .collect()
}

/// Whether an `operationId` can be the name of a method as it stands.
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
    fn pascal_keeps_capitals_that_are_there() {
        assert_eq!(pascal("chat_history"), "ChatHistory");
        assert_eq!(pascal("Reranker-request"), "RerankerRequest");
    }

    #[test]
    fn snake_is_a_rust_name_that_is_no_keyword() {
        assert!(is_snake("chat_history_2"));
        for name in ["chatHistory", "2chat", "type", "", "a-b"] {
            assert!(!is_snake(name), "{name}");
        }
    }
}
