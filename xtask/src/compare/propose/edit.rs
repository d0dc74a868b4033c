//! Edits the source of a specification and preserves comments, order and style.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::Value;

use super::yaml;
use crate::diagnostic::Location;
use crate::openapi::Document;

/// A source with insertions.
pub(super) struct Edit<'a> {
    doc: &'a Document,
    lines: Vec<String>,
    /// The inserted lines, by the line they follow (from 0) and by their depth; the deepest come first.
    insertions: BTreeMap<(usize, Reverse<usize>), Vec<String>>,
}

impl<'a> Edit<'a> {
    pub(super) fn new(doc: &'a Document) -> Self {
        Self {
            doc,
            lines: doc.text.lines().map(str::to_owned).collect(),
            insertions: BTreeMap::new(),
        }
    }

    /// Returns true if the document has a value at the location.
    pub(super) fn has(&self, location: &Location) -> bool {
        self.doc.value.pointer(location.pointer()).is_some()
    }

    /// Appends lines to the block at a location, indented like its contents. Returns false if there is no block; a
    /// value in flow style is not a block.
    pub(super) fn append(&mut self, location: &Location, lines: Vec<String>) -> bool {
        let Some(Block { last, depth }) = self.block(location) else {
            return false;
        };
        let indented = lines.into_iter().map(|line| match line.is_empty() {
            true => line,
            false => format!("{}{line}", " ".repeat(depth)),
        });
        let key = (last, Reverse(depth));
        self.insertions.entry(key).or_default().extend(indented);
        true
    }

    /// Appends a value to a list in flow style. Returns false without such a list.
    pub(super) fn append_inline(&mut self, location: &Location, value: &Value) -> bool {
        if !self.has(location) {
            return false;
        }
        let mark = self.doc.mark(location);
        let Some(line) = self.lines.get_mut(mark.line - 1) else {
            return false;
        };
        // Skips brackets before the list; the code assumes that the list contains none.
        let start = line
            .char_indices()
            .nth(mark.column - 1)
            .map_or(0, |(at, _)| at);
        let opened = line
            .get(start..)
            .and_then(|rest| rest.find('['))
            .map(|at| start + at);
        let closed = opened.and_then(|open| Some(open + line.get(open..)?.find(']')?));
        let Some(closed) = closed else {
            return false;
        };
        let comma = if line
            .get(..closed)
            .is_some_and(|before| before.ends_with('['))
        {
            ""
        } else {
            ", "
        };
        line.insert_str(closed, &format!("{comma}{}", yaml::flow(value)));
        true
    }

    fn block(&self, location: &Location) -> Option<Block> {
        if !self.has(location) {
            return None;
        }
        if location.pointer().is_empty() {
            let last = self
                .lines
                .iter()
                .rposition(|line| !line.trim().is_empty())?;
            return Some(Block { last, depth: 0 });
        }
        let mark = self.doc.mark(location);
        let head = self.lines.get(mark.line - 1)?;
        let outer = mark.column - 1;
        let head = head
            .split_once(" #")
            .map_or(head.as_str(), |(head, _)| head);
        if !head.trim_end().ends_with(':') {
            return None;
        }
        let mut block: Option<Block> = None;
        for (at, line) in self.lines.iter().enumerate().skip(mark.line) {
            let inner = line.trim_start();
            if inner.is_empty() || inner.starts_with('#') {
                continue;
            }
            let depth = line.len() - inner.len();
            if depth <= outer {
                break;
            }
            block = Some(Block {
                last: at,
                depth: block.map_or(depth, |block| block.depth),
            });
        }
        block
    }

    /// Returns the source with the insertions.
    pub(super) fn text(self) -> String {
        let mut text = String::new();
        for (at, line) in self.lines.iter().enumerate() {
            let range = (at, Reverse(usize::MAX))..=(at, Reverse(0));
            let more = self.insertions.range(range).flat_map(|(_, lines)| lines);
            for line in std::iter::once(line).chain(more) {
                text += line;
                text.push('\n');
            }
        }
        text
    }
}

/// The lines below a key.
#[derive(Clone, Copy)]
struct Block {
    /// The index of the last line.
    last: usize,
    /// The indentation.
    depth: usize,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXT: &str = "\
# First.
paths:
  /a: # Of a.
    get: {tags: [x]}

  # Between.
  /b:
    get:
      required: [a, b] # Here.
";

    fn edited(edit: impl FnOnce(&mut Edit<'_>)) -> String {
        let doc = Document::parse("a.yaml", TEXT).unwrap();
        let mut editing = Edit::new(&doc);
        edit(&mut editing);
        editing.text()
    }

    fn at(keys: &[&str]) -> Location {
        keys.iter()
            .fold(Location::default(), |location, key| location.key(key))
    }

    #[test]
    fn appends_lines_to_a_block_and_preserves_the_rest() {
        let text = edited(|edit| {
            assert!(edit.append(&at(&["paths"]), vec![String::new(), "/c: {}".to_owned()]));
            assert!(edit.append(&at(&["paths", "/b", "get"]), vec!["d: 1".to_owned()]));
            assert!(edit.append(&at(&[]), vec!["tags: []".to_owned()]));
        });
        assert_eq!(text, format!("{TEXT}      d: 1\n\n  /c: {{}}\ntags: []\n"));
    }

    #[test]
    fn appends_a_value_to_a_list_in_flow_style() {
        let text = edited(|edit| {
            assert!(edit.append_inline(&at(&["paths", "/b", "get", "required"]), &json!("c")));
            assert!(edit.append_inline(&at(&["paths", "/a", "get", "tags"]), &json!("1")));
        });
        let expected = TEXT
            .replace("[a, b]", "[a, b, c]")
            .replace("[x]", "[x, \"1\"]");
        assert_eq!(text, expected);
    }

    #[test]
    fn rejects_a_missing_location_and_a_value_that_is_not_a_block() {
        let text = edited(|edit| {
            assert!(!edit.append(&at(&["paths", "/a", "get"]), vec!["d: 1".to_owned()]));
            assert!(!edit.append(&at(&["paths", "/z"]), vec!["d: 1".to_owned()]));
            assert!(!edit.append_inline(&at(&["paths", "/b"]), &json!("c")));
        });
        assert_eq!(text, TEXT);
    }
}
