//! The blocks of Markdown: paragraphs, lists, tables and code.

/// Returns the end of the first block, if it is complete: after its empty line, or after the line that closes its code.
pub(super) fn complete(text: &str) -> Option<usize> {
    if let Some(fence) = fence(text) {
        return end_of_code(text, fence);
    }
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let is_first = end == 0;
        if !is_first && fence_of(line).is_some() && line.ends_with('\n') {
            return Some(end);
        }
        end += line.len();
        if line.trim().is_empty() && line.ends_with('\n') && !is_first {
            return Some(end);
        }
    }
    None
}

/// Returns the language and the content of a block of code.
pub(super) fn code(block: &str) -> Option<(&str, &str)> {
    let fence = fence(block)?;
    let (first, rest) = block.split_once('\n')?;
    let language = first.trim().trim_start_matches(['`', '~']).trim();
    let end = rest.trim_end();
    let content = match end.rsplit_once('\n') {
        Some((content, last)) if last.trim() == fence => content,
        None if end.trim() == fence => "",
        _ => end,
    };
    Some((language, content))
}

/// Returns the characters that open the code with which a text starts.
fn fence(text: &str) -> Option<&'static str> {
    fence_of(text.lines().next()?)
}

fn fence_of(line: &str) -> Option<&'static str> {
    let line = line.trim_start();
    ["```", "~~~"]
        .into_iter()
        .find(|fence| line.starts_with(fence))
}

fn end_of_code(text: &str, fence: &str) -> Option<usize> {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let is_first = end == 0;
        end += line.len();
        if !is_first && line.trim() == fence && line.ends_with('\n') {
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_line_completes_a_paragraph() {
        assert_eq!(complete("a\nb"), None);
        assert_eq!(complete("a\n"), None);
        assert_eq!(complete("a\nb\n\nc"), Some(5));
    }

    #[test]
    fn code_starts_and_ends_with_its_fence() {
        assert_eq!(complete("```rust\na\n\nb\n"), None);
        assert_eq!(complete("```rust\na\n\nb\n```\nc"), Some(17));
        assert_eq!(complete("a\n```rust\n"), Some(2));
        assert_eq!(code("```rust\na\n\nb\n```\n"), Some(("rust", "a\n\nb")));
        assert_eq!(code("```\na"), Some(("", "a")));
        assert_eq!(code("text"), None);
    }
}
