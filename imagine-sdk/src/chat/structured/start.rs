//! Finds the start of an object in text that arrives.

const REASONING: &str = "<think>";
const REASONING_END: &str = "</think>";

/// Finds the first object after the reasoning of a model, in time proportional to the text.
#[derive(Debug, Default)]
pub(super) struct StartFinder {
    at: usize,
    is_in_reasoning: bool,
}

impl StartFinder {
    /// Returns the position of the object, if the text so far contains its brace.
    pub(super) fn find(&mut self, text: &str) -> Option<usize> {
        loop {
            let rest = text.get(self.at..)?;
            let markup = match self.is_in_reasoning {
                true => REASONING_END,
                false => REASONING,
            };
            let brace = rest.find('{').filter(|_| !self.is_in_reasoning);
            match (brace, rest.find(markup)) {
                (Some(brace), found) if found.is_none_or(|found| brace < found) => {
                    return Some(self.at + brace);
                }
                (_, Some(found)) => {
                    self.at += found + markup.len();
                    self.is_in_reasoning = !self.is_in_reasoning;
                }
                (_, None) => {
                    // The end of the text may be a part of the markup.
                    self.at = boundary(text, self.at, text.len().saturating_sub(markup.len()));
                    return None;
                }
            }
        }
    }
}

/// Returns the last boundary of a character between two positions. The first one is a boundary.
fn boundary(text: &str, from: usize, to: usize) -> usize {
    let mut positions = (from..=to).rev();
    let found = positions.find(|position| text.is_char_boundary(*position));
    found.unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_is_found_after_reasoning_in_every_chunking() {
        for (text, expected) in [
            ("{\"a\":1}", Some("{\"a\":1}")),
            ("Here: {", Some("{")),
            ("<think>{ é</think> é {\"a\"", Some("{\"a\"")),
            ("<think>a</think><think>{</think>\n```json\n{1", Some("{1")),
            ("<think>{", None),
            ("< think {", Some("{")),
            ("", None),
        ] {
            let mut finder = StartFinder::default();
            let mut found = None;
            for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
                found = found.or_else(|| finder.find(&text[..end]));
            }
            assert_eq!(found.map(|at| &text[at..]), expected, "{text}");
        }
    }
}
