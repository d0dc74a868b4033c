//! `spec diff --explain`: explains an id.

use std::io::Write;

use super::class::Severity;
use super::overrides::FILE;
use super::rules::{RULES, Rule};
use crate::outcome::{Outcome, print_line};

/// Explains an id, or lists all ids if there is no such id.
pub(crate) fn explain(id: &str, out: &mut impl Write) -> Outcome {
    let Some(rule) = Rule::of(id) else {
        let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
        print_line(
            out,
            format_args!(
                "no change has the id `{id}`; the ids are {}",
                ids.join(", ")
            ),
        );
        return Outcome::Misused;
    };
    let Rule {
        about,
        note,
        wire,
        rust,
        ..
    } = rule;
    let severity = Severity::of(*wire.max(rust)).name();
    let note = match *note {
        "" => String::new(),
        note => format!(" ({note})"),
    };
    print_line(
        out,
        format_args!(
            "{severity}[{id}]: {about}\n\nwire: {wire}, Rust: {rust}{note}\n\nTo change its severity, add to {FILE}:\n\n\
             [[override]]\nid = \"{id}\"\nseverity = \"info\"\nreason = \"..\""
        ),
    );
    Outcome::Good
}
