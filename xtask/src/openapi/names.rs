//! Names of Rust items, derived from names of the specification by the rules of typify.

use std::collections::BTreeMap;

use heck::{ToPascalCase, ToSnakeCase};
use unicode_ident::{is_xid_continue, is_xid_start};

/// The keywords of Rust 2024, with the reserved ones.
const KEYWORDS: [&str; 53] = [
    "Self", "_", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Returns the name of a type: `chat_history` becomes `ChatHistory`. The name of a type's name is itself.
pub(crate) fn pascal(name: &str) -> String {
    let once = capitalized(name);
    // Capitals after each other are words in a name, but one word in the name of that name.
    capitalized(&once)
}

/// Converts a name to PascalCase once, as typify does for variants.
fn capitalized(name: &str) -> String {
    sanitized(&separated(name).to_pascal_case(), "X")
}

/// Returns the name of a field or a method: `maxTokens` becomes `max_tokens`.
pub(crate) fn snake(name: &str) -> String {
    sanitized(&separated(name).to_snake_case(), "x")
}

/// Returns true if a name is a valid name of a method.
pub(crate) fn is_snake(name: &str) -> bool {
    name.is_ascii() && snake(name) == name
}

/// Returns unique names of variants, in the order of the values.
pub(crate) fn variants(values: &[&str], reserved: &str) -> Vec<String> {
    let plain: Vec<String> = values.iter().map(|value| capitalized(value)).collect();
    let mut count = BTreeMap::new();
    for name in &plain {
        *count.entry(name.clone()).or_insert(0) += 1;
    }
    let mut taken = BTreeMap::from([(reserved.to_owned(), 1)]);
    let names = values.iter().zip(&plain).map(|(value, plain)| {
        let is_unique = count.get(plain) == Some(&1);
        let mut name = match is_unique {
            true => plain.clone(),
            false => capitalized(&spelled_out(value)),
        };
        let uses = taken.entry(name.clone()).or_insert(0);
        *uses += 1;
        if *uses > 1 {
            name = format!("{name}{uses}");
        }
        name
    });
    names.collect()
}

/// Prepares a name for a change of case: what is not part of an identifier separates words.
fn separated(name: &str) -> String {
    match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => name.replace('\'', "").replace(|c| !is_xid_continue(c), "-"),
    }
}

/// Makes an identifier of a name in the intended case.
fn sanitized(cased: &str, prefix: &str) -> String {
    let name = match cased.chars().next() {
        None => prefix.to_owned(),
        Some(first) if is_xid_start(first) => cased.to_owned(),
        Some(_) => format!("{prefix}{cased}"),
    };
    match KEYWORDS.contains(&name.as_str()) {
        true => format!("{name}_"),
        false => name,
    }
}

/// Replaces the characters that are not part of an identifier by their names.
fn spelled_out(value: &str) -> String {
    let word = |c: char| match c {
        '.' => " dot ".to_owned(),
        '-' => " dash ".to_owned(),
        '_' => " underscore ".to_owned(),
        '+' => " plus ".to_owned(),
        '/' => " slash ".to_owned(),
        ':' => " colon ".to_owned(),
        ' ' => " space ".to_owned(),
        c if is_xid_continue(c) => c.to_string(),
        c => format!(" u{:x} ", u32::from(c)),
    };
    value.chars().map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pascal_is_the_name_that_typify_gives_a_type() {
        for (name, expected) in [
            ("chat_history", "ChatHistory"),
            ("Reranker-request", "RerankerRequest"),
            ("URLInfo", "UrlInfo"),
            ("R204A", "R204a"),
            ("Body_upload_file", "BodyUploadFile"),
            ("run_a_b_test", "RunAbTest"),
            ("ThingXYRatio", "ThingXyRatio"),
            ("2x", "X2x"),
            ("", "X"),
            ("self", "Self_"),
            ("größe", "Größe"),
        ] {
            assert_eq!(pascal(name), expected, "{name}");
            assert_eq!(pascal(&pascal(name)), pascal(name), "{name}");
        }
    }

    #[test]
    fn snake_avoids_keywords() {
        for (name, expected) in [
            ("maxTokens", "max_tokens"),
            ("gen", "gen_"),
            ("self", "self_"),
            ("a.b", "a_b"),
        ] {
            assert_eq!(snake(name), expected);
        }
        assert!(is_snake("chat_history_2"));
        for name in ["chatHistory", "2chat", "type", "", "a-b", "gen", "größe"] {
            assert!(!is_snake(name), "{name}");
        }
    }

    #[test]
    fn values_of_one_name_get_different_variants() {
        let names = |values: &[&str]| variants(values, "Other");
        assert_eq!(names(&["male", "other"]), ["Male", "Other2"]);
        assert_eq!(
            names(&["gpt-4.1", "gpt-4-1"]),
            ["GptDash4Dot1", "GptDash4Dash1"]
        );
        assert_eq!(names(&["PNG", "png", "gif"]), ["Png", "Png2", "Gif"]);
        assert_eq!(names(&["👍", "👎"]), ["U1f44d", "U1f44e"]);
        assert_eq!(names(&["+1", "-1"]), ["Plus1", "Minus1"]);
    }
}
