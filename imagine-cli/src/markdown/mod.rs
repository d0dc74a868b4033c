//! Markdown in a terminal, rendered while it arrives.

mod block;
mod highlight;

use termimad::MadSkin;
use unicode_width::UnicodeWidthStr;

/// Renders blocks of Markdown. Text is shown unchanged until its block is complete; then the block replaces it.
pub(crate) struct Renderer {
    skin: MadSkin,
    /// The text of the block that is not complete, which the terminal shows unchanged.
    pending: String,
}

/// The width and the height of a terminal.
type Size = (usize, usize);

impl Renderer {
    pub(crate) fn new() -> Self {
        Self {
            skin: MadSkin::default(),
            pending: String::new(),
        }
    }

    /// Adds text and returns what to print.
    pub(crate) fn push(&mut self, text: &str, size: Size) -> String {
        let mut printed = text.to_owned();
        self.pending.push_str(text);
        while let Some(end) = block::complete(&self.pending) {
            let rest = self.pending.split_off(end);
            let block = std::mem::replace(&mut self.pending, rest);
            if let Some(erased) = erase(&format!("{block}{}", self.pending), size) {
                printed += &erased;
                printed += &self.render(&block, size.0);
                printed += &self.pending;
            }
        }
        printed
    }

    /// Renders the last block.
    pub(crate) fn finish(&mut self, size: Size) -> String {
        let block = std::mem::take(&mut self.pending);
        match erase(&block, size) {
            _ if block.trim().is_empty() => String::new(),
            Some(erased) => erased + &self.render(&block, size.0),
            None if block.ends_with('\n') => String::new(),
            None => "\n".to_owned(),
        }
    }

    fn render(&self, block: &str, width: usize) -> String {
        match block::code(block) {
            Some((language, code)) => highlight::code(language, code),
            None => {
                let gap = if block.ends_with("\n\n") { "\n" } else { "" };
                let text = self
                    .skin
                    .text(block.trim_end(), Some(width.saturating_sub(1)));
                format!("{text}{gap}")
            }
        }
    }
}

/// Returns the codes that erase a text before the cursor. Text that is partly above the screen cannot be erased.
fn erase(text: &str, (width, height): Size) -> Option<String> {
    match rows(text, width) {
        1 => Some("\r\x1b[J".to_owned()),
        rows if rows < height => Some(format!("\r\x1b[{}A\x1b[J", rows - 1)),
        _ => None,
    }
}

/// Returns the number of rows that a text takes, at least 1.
fn rows(text: &str, width: usize) -> usize {
    let rows = text
        .split('\n')
        .map(|line| line.width().div_ceil(width.max(1)).max(1));
    rows.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visible(text: &str) -> String {
        // The colors of termimad are not the subject.
        let mut plain = String::new();
        let mut is_code = false;
        for character in text.chars() {
            match character {
                '\x1b' => is_code = true,
                _ if is_code => is_code = !character.is_ascii_alphabetic(),
                _ => plain.push(character),
            }
        }
        plain
    }

    #[test]
    fn rows_count_wrapped_lines() {
        assert_eq!(rows("", 10), 1);
        assert_eq!(rows("0123456789", 10), 1);
        assert_eq!(rows("0123456789a\nb", 10), 3);
        assert_eq!(rows("日本語日本語", 10), 2);
        assert_eq!(rows("a\n", 10), 2);
    }

    #[test]
    fn text_is_shown_at_once_and_replaced_by_its_block() {
        let mut renderer = Renderer::new();
        assert_eq!(renderer.push("a **b", (80, 24)), "a **b");
        let printed = renderer.push("**\n\nc", (80, 24));
        assert!(printed.starts_with("**\n\nc\r\x1b[2A\x1b[J"), "{printed:?}");
        let rendered = printed.split("\x1b[J").nth(1).unwrap();
        assert!(visible(rendered).starts_with("a b\n"), "{rendered:?}");
        assert!(printed.ends_with("\nc"), "{printed:?}");
        assert!(visible(&renderer.finish((80, 24))).trim().ends_with('c'));
    }

    #[test]
    fn a_block_above_the_screen_stays_unchanged() {
        let mut renderer = Renderer::new();
        let long = "line\n".repeat(30);
        renderer.push(&long, (80, 24));
        let printed = renderer.push("\n", (80, 24));
        assert!(!printed.contains("\x1b[J"), "{printed:?}");
    }
}
