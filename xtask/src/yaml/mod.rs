//! Parses YAML to JSON values, with the position of every value.
//!
//! A single parse returns both, so positions always match. Values that JSON cannot express and constructs that would
//! lose data (duplicate keys, tags) are errors.

mod compose;
mod marks;
mod scalar;

use std::fmt;

use serde_json::Value;
use thiserror::Error;

pub(crate) use marks::{Mark, Marks};

/// A parsed document and the positions of its values.
#[derive(Debug)]
pub(crate) struct Yaml {
    pub(crate) value: Value,
    pub(crate) marks: Marks,
}

/// A syntax error.
#[derive(Debug, Error, PartialEq)]
#[error("{mark}: {message}")]
pub(crate) struct SyntaxError {
    pub(crate) mark: Mark,
    pub(crate) message: String,
}

impl SyntaxError {
    fn new(mark: Mark, message: impl fmt::Display) -> Self {
        let message = message.to_string();
        Self { mark, message }
    }
}

/// Parses a source that contains one document.
pub(crate) fn parse(text: &str) -> Result<Yaml, SyntaxError> {
    compose::Composer::new(text).document()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn error(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn keys_are_strings_and_keep_their_order() {
        let yaml = parse("b: {200: x, true: y}\na: [1, -2.5, ~, 'no', \"1\"]\n").unwrap();
        assert_eq!(
            yaml.value.to_string(),
            r#"{"b":{"200":"x","true":"y"},"a":[1,-2.5,null,"no","1"]}"#
        );
    }

    #[test]
    fn every_value_has_a_position() {
        let text = "# A comment.\na:\n  b/c:\n    - one\n    - {d: two}\n";
        let marks = parse(text).unwrap().marks;
        let at = |pointer: &str| marks.at(pointer).to_string();
        assert_eq!(at("/a"), "2:1");
        assert_eq!(at("/a/b~1c"), "3:3");
        assert_eq!(at("/a/b~1c/0"), "4:7");
        assert_eq!(at("/a/b~1c/1/d"), "5:8");
        assert_eq!(at("/a/b~1c/1/e/f"), "5:7", "the position of the parent");
        assert_eq!(at("/z"), "2:1", "the document starts after the comment");
    }

    #[test]
    fn rejects_a_duplicate_key() {
        let expected = "3:1: duplicate key `a`; first defined at 1:1";
        assert_eq!(error("a: 1\nb: 2\na: 3\n"), expected);
    }

    #[test]
    fn an_alias_has_the_value_of_its_anchor_and_its_own_position() {
        let yaml = parse("a: &name {b: [1]}\nc: *name\n").unwrap();
        assert_eq!(yaml.value, json!({ "a": { "b": [1] }, "c": { "b": [1] } }));
        assert_eq!(yaml.marks.at("/c/b/0").to_string(), "2:1");
        assert!(error("a: &name [*name]\n").contains("the value that contains it"));
    }

    #[test]
    fn rejects_too_many_values_and_too_deep_nesting() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for step in 1..10 {
            let last = vec![format!("*a{}", step - 1); 10].join(", ");
            bomb += &format!("a{step}: &a{step} [{last}]\n");
        }
        assert!(error(&bomb).contains("too many values"), "bomb");
        assert!(error(&"[".repeat(200)).contains("too deep"), "depth");
    }

    #[test]
    fn rejects_values_that_json_cannot_express() {
        assert_eq!(error("a: [1\n").split(": ").next(), Some("2:1"));
        assert_eq!(
            error("a: !!binary aGk=\n"),
            "1:4: tags are not supported; remove the tag"
        );
        assert_eq!(error("? [a]\n: b\n"), "1:3: a key must be a scalar");
        assert_eq!(
            error("a: .inf\n"),
            "1:4: `.inf` is not a JSON number; quote it to make it a string"
        );
        assert_eq!(
            error("a: 1\n---\nb: 2\n"),
            "2:1: a second document starts here; a file must contain one"
        );
        assert_eq!(error("# Nothing.\n"), "2:1: the file is empty");
    }
}
