//! Colors of code: comments, strings, numbers and keywords.

const COMMENT: &str = "\x1b[90m";
const STRING: &str = "\x1b[32m";
const NUMBER: &str = "\x1b[36m";
const KEYWORD: &str = "\x1b[35m";
const RESET: &str = "\x1b[0m";

/// The keywords that several common languages share.
const KEYWORDS: [&str; 64] = [
    "and",
    "as",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "def",
    "do",
    "done",
    "elif",
    "else",
    "end",
    "enum",
    "except",
    "export",
    "extends",
    "false",
    "fi",
    "finally",
    "fn",
    "for",
    "from",
    "func",
    "function",
    "if",
    "impl",
    "import",
    "in",
    "interface",
    "is",
    "let",
    "loop",
    "match",
    "mod",
    "mut",
    "new",
    "not",
    "null",
    "or",
    "package",
    "pass",
    "pub",
    "raise",
    "return",
    "self",
    "static",
    "struct",
    "switch",
    "then",
    "this",
    "throw",
    "trait",
    "true",
    "try",
    "type",
    "use",
    "var",
    "where",
    "while",
    "yield",
];

/// Returns code with colors, and a line end.
pub(super) fn code(language: &str, code: &str) -> String {
    let comment = comment(language);
    let lines = code
        .lines()
        .map(|line| format!("  {}\n", highlight(line, comment)));
    lines.collect()
}

/// Returns the start of a comment.
fn comment(language: &str) -> &'static str {
    match language.to_ascii_lowercase().as_str() {
        "sql" | "lua" | "haskell" => "--",
        "python" | "py" | "sh" | "bash" | "shell" | "ruby" | "yaml" | "toml" | "r" => "#",
        _ => "//",
    }
}

fn highlight(line: &str, comment: &str) -> String {
    let mut rest = line;
    let mut colored = String::new();
    while let Some(first) = rest.chars().next() {
        let (length, color) = if rest.starts_with(comment) {
            (rest.len(), COMMENT)
        } else if matches!(first, '"' | '\'') {
            match string_length(rest, first) {
                Some(length) => (length, STRING),
                None => (1, ""),
            }
        } else if is_word(first) {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            (length, word_color(rest.get(..length).unwrap_or_default()))
        } else {
            (first.len_utf8(), "")
        };
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        match color {
            "" => colored.push_str(token),
            color => colored.extend([color, token, RESET]),
        }
        rest = after;
    }
    colored
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn word_color(word: &str) -> &'static str {
    if KEYWORDS.binary_search(&word).is_ok() {
        KEYWORD
    } else if word.starts_with(|c: char| c.is_ascii_digit()) {
        NUMBER
    } else {
        ""
    }
}

/// Returns the length of a string literal. `None` without an end, such as for an apostrophe.
fn string_length(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    for (index, character) in text.char_indices().skip(1) {
        if is_escaped {
            is_escaped = false;
        } else if character == '\\' {
            is_escaped = true;
        } else if character == quote {
            return Some(index + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_sorted_for_the_search() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn tokens_have_colors() {
        let line = highlight(r#"let a = "b\"c"; // 1"#, "//");
        let expected =
            format!("{KEYWORD}let{RESET} a = {STRING}\"b\\\"c\"{RESET}; {COMMENT}// 1{RESET}");
        assert_eq!(line, expected);
        assert_eq!(highlight("don't", "//"), "don't");
        assert_eq!(highlight("x1 12", "#"), format!("x1 {NUMBER}12{RESET}"));
    }
}
