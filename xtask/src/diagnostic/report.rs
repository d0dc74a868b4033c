//! Prints diagnostics as rustc does, or as JSON for editors.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde_json::{Value, json};

use super::{Diagnostic, Severity};

/// A diagnostic with its position in a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Report {
    pub(crate) file: String,
    pub(crate) excerpt: Excerpt,
    pub(crate) diagnostic: Diagnostic,
}

/// The line of a source that a diagnostic is about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Excerpt {
    /// The number of the line, from 1.
    pub(crate) line: usize,
    /// The column in characters, from 1.
    pub(crate) column: usize,
    text: String,
}

impl Excerpt {
    /// Takes the line of a position out of a source.
    pub(crate) fn of(source: &str, line: usize, column: usize) -> Self {
        let text = source.lines().nth(line.saturating_sub(1));
        Self {
            line,
            column,
            text: text.unwrap_or_default().to_owned(),
        }
    }

    /// Takes the line of a byte out of a source.
    pub(crate) fn at_byte(source: &str, byte: usize) -> Self {
        let before = source.get(..byte).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        Self::of(source, line, column)
    }

    /// Returns the bytes of the key or the value at the column.
    fn span(&self) -> Range<usize> {
        let start = self.text.char_indices().nth(self.column.saturating_sub(1));
        let start = start.map_or(self.text.len(), |(at, _)| at);
        let rest = self.text.get(start..).unwrap_or_default();
        let end = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => rest
                .get(1..)
                .and_then(|rest| rest.find(quote))
                .map(|at| at + 2),
            _ => rest.find([':', ',', ' ', ']', '}']),
        };
        start..start + end.unwrap_or(rest.len())
    }
}

impl Report {
    /// Returns the diagnostic as an object for editors.
    pub(crate) fn to_json(&self) -> Value {
        let Diagnostic {
            code,
            severity,
            location,
            message,
            help,
        } = &self.diagnostic;
        let width = self
            .excerpt
            .text
            .get(self.excerpt.span())
            .unwrap_or_default();
        json!({
            "file": self.file,
            "line": self.excerpt.line,
            "column": self.excerpt.column,
            "end_column": self.excerpt.column + width.chars().count(),
            "severity": match severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            "code": code,
            "message": message,
            "help": help,
            "pointer": location.pointer(),
            "operation": location.operation(),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Diagnostic {
            code,
            severity,
            location,
            message,
            help,
        } = &self.diagnostic;
        let level = match severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let snippet = Snippet::source(&self.excerpt.text)
            .line_start(self.excerpt.line)
            .path(&self.file)
            .annotation(AnnotationKind::Primary.span(self.excerpt.span()));
        let mut group = level.primary_title(message).id(*code).element(snippet);
        if !location.pointer().is_empty() {
            group = group.element(Level::NOTE.message(location.to_string()));
        }
        if let Some(help) = help {
            group = group.element(Level::HELP.message(help));
        }
        f.write_str(&Renderer::plain().render(&[group]))
    }
}

impl std::error::Error for Report {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Location;

    fn report(source: &str, line: usize, column: usize) -> Report {
        let location = Location::at("/paths/~1a/get").in_operation("read");
        Report {
            file: "a.yaml".to_owned(),
            excerpt: Excerpt::of(source, line, column),
            diagnostic: Diagnostic::new(&location, "`x` is wrong", "write `y`")
                .with_code("structure"),
        }
    }

    #[test]
    fn a_report_has_the_layout_of_rustc() {
        let expected = "\
error[structure]: `x` is wrong
 --> a.yaml:2:3
  |
2 |   größe: [1, 2]
  |   ^^^^^
  |
  = note: #/paths/~1a/get (operation `read`)
  = help: write `y`";
        assert_eq!(report("a:\n  größe: [1, 2]\n", 2, 3).to_string(), expected);
    }

    #[test]
    fn a_report_marks_a_key_a_quoted_string_or_the_end_of_a_line() {
        let marked = |source: &str, column: usize| {
            let report = report(source, 1, column);
            report
                .excerpt
                .text
                .get(report.excerpt.span())
                .unwrap()
                .to_owned()
        };
        assert_eq!(marked("[one, 'two words']", 2), "one");
        assert_eq!(marked("[one, 'two words']", 7), "'two words'");
        assert_eq!(marked("a:", 3), "");
        assert_eq!(marked("", 9), "");
    }

    #[test]
    fn json_has_the_position_and_the_code() {
        let json = report("  abc: 1", 1, 3).to_json();
        assert_eq!(
            (&json["line"], &json["column"], &json["end_column"]),
            (&1.into(), &3.into(), &6.into())
        );
        assert_eq!(json["code"], "structure");
        assert_eq!(json["operation"], "read");
    }
}
