//! Markdown of a specification as lines of rustdoc.

/// The deepest indentation that Markdown does not treat as code.
const INDENTED: usize = 3;

/// Splits Markdown into lines without Rust examples: rustdoc would compile and run code blocks.
pub(super) fn lines(text: &str) -> Vec<String> {
    let mut in_code = false;
    let lines = text.trim().lines().map(str::trim_end);
    lines
        .map(|line| match fence(line) {
            Some(fence) => {
                in_code = !in_code;
                let language = if in_code { "text" } else { "" };
                format!("{fence}{language}")
            }
            None if in_code => line.to_owned(),
            None => outdented(line),
        })
        .collect()
}

/// Returns the code fence that a line starts or ends, if any.
fn fence(line: &str) -> Option<&'static str> {
    let line = line.trim_start();
    let fence = ["```", "~~~"]
        .into_iter()
        .find(|fence| line.starts_with(fence))?;
    // Inline code ends on the same line.
    let rest = line.trim_start_matches('`');
    (!rest.contains('`')).then_some(fence)
}

fn outdented(line: &str) -> String {
    let inner = line.trim_start();
    let before = line.chars().count() - inner.chars().count();
    let depth = if line.starts_with('\t') {
        INDENTED
    } else {
        before
    };
    format!("{}{inner}", " ".repeat(depth.min(INDENTED)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_blocks_are_not_rust_examples() {
        let text = "Asks.\n\n    curl it\n\n```\ncurl\n    it\n```\n\n~~~rust\nfn main() {}\n~~~\n\n- a\n  - b";
        let expected = "Asks.\n\n   curl it\n\n```text\ncurl\n    it\n```\n\n~~~text\nfn main() {}\n~~~\n\n- a\n  - b";
        assert_eq!(lines(text).join("\n"), expected);
        assert_eq!(lines("A.\n\n\tcurl"), ["A.", "", "   curl"]);
    }

    #[test]
    fn inline_code_stays_unchanged() {
        assert_eq!(lines("```a``` is code"), ["```a``` is code"]);
        assert_eq!(lines("`a` and `b`  "), ["`a` and `b`"]);
    }
}
