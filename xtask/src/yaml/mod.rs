//! YAML as JSON, with the location of every value in the text.
//!
//! One parse gives both, so a location can never be that of something else. What JSON cannot hold, or
//! what would silently lose something (a key written twice, a tag), is an error.

mod compose;
mod marks;
mod scalar;

use std::fmt;

use serde_json::Value;
use thiserror::Error;

pub(crate) use marks::{Mark, Marks};

/// A text as data, with the locations of its values.
#[derive(Debug)]
pub(crate) struct Yaml {
    pub(crate) value: Value,
    pub(crate) marks: Marks,
}

/// Why a text cannot be read.
#[derive(Debug, Error, PartialEq)]
#[error("{mark}: {problem}")]
pub(crate) struct Unreadable {
    pub(crate) mark: Mark,
    pub(crate) problem: String,
}

impl Unreadable {
    fn new(mark: Mark, problem: impl fmt::Display) -> Self {
        let problem = problem.to_string();
        Self { mark, problem }
    }
}

/// Reads a text that holds one document.
pub(crate) fn parse(text: &str) -> Result<Yaml, Unreadable> {
    compose::Composer::new(text).document()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problem(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn keys_become_text_and_keep_their_order() {
        let yaml = parse("b: {200: x, true: y}\na: [1, -2.5, ~, 'no', \"1\"]\n").unwrap();
        assert_eq!(
            yaml.value.to_string(),
            r#"{"b":{"200":"x","true":"y"},"a":[1,-2.5,null,"no","1"]}"#
        );
    }

    #[test]
    fn every_value_knows_its_place() {
        let text = "# A comment.\na:\n  b/c:\n    - one\n    - {d: two}\n";
        let marks = parse(text).unwrap().marks;
        let at = |pointer: &str| marks.at(pointer).to_string();
        assert_eq!(at("/a"), "2:1");
        assert_eq!(at("/a/b~1c"), "3:3");
        assert_eq!(at("/a/b~1c/0"), "4:7");
        assert_eq!(at("/a/b~1c/1/d"), "5:8");
        assert_eq!(at("/a/b~1c/1/e/f"), "5:7", "that of what would hold it");
        assert_eq!(at("/z"), "2:1", "the document begins after the comment");
    }

    #[test]
    fn a_key_that_is_written_twice_is_refused() {
        let expected = "3:1: the key `a` is written twice; it stands in 1:1 too";
        assert_eq!(problem("a: 1\nb: 2\na: 3\n"), expected);
    }

    #[test]
    fn an_alias_is_what_its_anchor_holds_and_stands_where_it_is_used() {
        let yaml = parse("a: &name {b: [1]}\nc: *name\n").unwrap();
        assert_eq!(yaml.value, json!({ "a": { "b": [1] }, "c": { "b": [1] } }));
        assert_eq!(yaml.marks.at("/c/b/0").to_string(), "2:1");
        assert!(problem("a: &name [*name]\n").contains("before it ends"));
    }

    #[test]
    fn what_would_fill_the_memory_or_the_stack_is_refused() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for step in 1..10 {
            let last = vec![format!("*a{}", step - 1); 10].join(", ");
            bomb += &format!("a{step}: &a{step} [{last}]\n");
        }
        assert!(problem(&bomb).contains("too many values"), "bomb");
        assert!(problem(&"[".repeat(200)).contains("too deep"), "depth");
    }

    #[test]
    fn what_json_cannot_hold_is_refused_with_its_place() {
        assert_eq!(problem("a: [1\n").split(": ").next(), Some("2:1"));
        assert_eq!(
            problem("a: !!binary aGk=\n"),
            "1:4: a tag is not understood here; leave it out"
        );
        assert_eq!(problem("? [a]\n: b\n"), "1:3: a key must be plain text");
        assert_eq!(
            problem("a: .inf\n"),
            "1:4: `.inf` is no number of JSON; write it in quotes if it is a text"
        );
        assert_eq!(
            problem("a: 1\n---\nb: 2\n"),
            "2:1: a second document begins here; a specification is one"
        );
        assert_eq!(problem("# Nothing.\n"), "2:1: there is nothing in the file");
    }
}
