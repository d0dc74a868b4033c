//! `cargo xtask spec lint`: reports the violations of the rules, and explains a rule.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::apis;
use crate::diagnostic::{Report, Severity};
use crate::error::Error;
use crate::openapi::Document;
use crate::openapi::lower::lowered;
use crate::outcome::{Outcome, print_line};
use crate::validate;

/// The format of the diagnostics.
#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
pub(crate) enum Format {
    /// As rustc prints them, with the line of the source.
    Text,
    /// One JSON object per line, for editors.
    Json,
}

/// Lints the files, or every specification below `root`.
pub(crate) fn run(
    root: &Path,
    files: &[PathBuf],
    format: Format,
    out: &mut impl Write,
) -> Result<Outcome, Error> {
    let mut found = Vec::new();
    for (path, name) in sources(root, files)? {
        match Document::load(&path, &name) {
            Ok(document) => found.extend(lint(&document)),
            Err(Error::Spec(report)) => found.push(*report),
            Err(error) => return Err(error),
        }
    }
    for report in &found {
        match format {
            Format::Text => print_line(out, format_args!("{report}\n")),
            Format::Json => print_line(out, format_args!("{}", report.to_json())),
        }
    }
    if found.is_empty() {
        return Ok(Outcome::Good);
    }
    if format == Format::Text {
        print_line(out, format_args!("{}", summary(&found)));
    }
    Ok(Outcome::Bad)
}

/// Explains the rule of a code.
pub(crate) fn explain(code: &str, out: &mut impl Write) -> Outcome {
    match validate::explanation(code) {
        Some(explanation) => {
            print_line(out, format_args!("{code}: {explanation}"));
            Outcome::Good
        }
        None => {
            let codes: Vec<&str> = validate::codes().collect();
            print_line(
                out,
                format_args!(
                    "no rule is named `{code}`; the rules are {}",
                    codes.join(", ")
                ),
            );
            Outcome::Misused
        }
    }
}

fn summary(found: &[Report]) -> String {
    let of = |severity: Severity, noun: &str| {
        let found = found.iter();
        match found
            .filter(|report| report.diagnostic.severity == severity)
            .count()
        {
            0 => None,
            1 => Some(format!("1 {noun}")),
            count => Some(format!("{count} {noun}s")),
        }
    };
    let counts = [
        of(Severity::Error, "error"),
        of(Severity::Warning, "warning"),
    ];
    counts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn sources(root: &Path, files: &[PathBuf]) -> Result<Vec<(PathBuf, String)>, Error> {
    if files.is_empty() {
        let all = apis::load(root)?.into_iter();
        return Ok(all
            .map(|api| (root.join(&api.document), api.document))
            .collect());
    }
    let named = files
        .iter()
        .map(|file| (file.clone(), file.display().to_string()));
    Ok(named.collect())
}

/// Lints a document and sorts the diagnostics by position.
fn lint(document: &Document) -> Vec<Report> {
    let diagnostics = validate::diagnostics(&lowered(&document.value)).into_iter();
    let located = diagnostics.map(|diagnostic| document.locate(diagnostic));
    let mut found: Vec<Report> = located.collect();
    found.sort_by_key(|report| (report.excerpt.line, report.excerpt.column));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diagnostics_are_sorted_and_counted() {
        let doc = Document::parse(
            "a.yaml",
            "openapi: 3.0.3\ninfo: {titel: a}\npaths: {a: {}}\ntags: [{name: b}]\n",
        );
        let found = lint(&doc.unwrap());
        let lines: Vec<usize> = found.iter().map(|report| report.excerpt.line).collect();
        assert!(lines.is_sorted() && lines.len() > 3, "{lines:?}");
        let warnings = found
            .iter()
            .filter(|report| report.diagnostic.severity == Severity::Warning)
            .count();
        assert_eq!(warnings, 1);
        assert_eq!(
            summary(&found),
            format!("{} errors, 1 warning", found.len() - 1)
        );
    }

    #[test]
    fn every_code_is_explained() {
        for code in validate::codes() {
            let mut text = Vec::new();
            assert_eq!(explain(code, &mut text), Outcome::Good);
            assert!(text.len() > code.len() + 20, "{code}");
        }
        let mut text = Vec::new();
        assert_eq!(explain("refrence", &mut text), Outcome::Misused);
        assert!(String::from_utf8(text).unwrap().contains("reference"));
    }

    #[test]
    fn the_specifications_have_no_errors() {
        let mut out = Vec::new();
        let outcome = run(&crate::workspace::root(), &[], Format::Text, &mut out).unwrap();
        let output = String::from_utf8(out).unwrap();
        assert_eq!((outcome, output.as_str()), (Outcome::Good, ""));
    }
}
