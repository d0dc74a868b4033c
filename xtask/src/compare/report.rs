//! Tells a comparison.

use std::collections::BTreeSet;
use std::io::Write;

use super::{Comparison, differences};
use crate::delta::{Difference, How, Use};
use crate::diagnostic::Location;
use crate::diff::what;
use crate::document::Document;
use crate::outcome::say;

pub(super) fn tell(comparison: &Comparison, out: &mut impl Write) {
    head(comparison, out);
    section(out, "not understood", &unlowered(comparison));
    let of = |kind: Kind| -> Vec<String> {
        let of_kind = comparison
            .open()
            .filter(|difference| Kind::of(difference) == kind);
        of_kind
            .map(|difference| item(comparison, difference))
            .collect()
    };
    section(out, "our specification lacks", &of(Kind::Lacking));
    section(
        out,
        "our specification has, and the published one has not",
        &of(Kind::Extra),
    );
    section(out, "different, local → upstream", &of(Kind::Different));
    let unused = comparison.unused();
    let unused: Vec<String> = unused
        .iter()
        .map(|pattern| format!("  {pattern}"))
        .collect();
    section(out, "accepted, and not found", &unused);
    let (all, open) = (comparison.differences.len(), comparison.open().count());
    match all - open {
        0 if open == 0 => say(out, format_args!("Nothing differs.")),
        0 => {}
        accepted => say(
            out,
            format_args!(
                "{accepted} accepted differences, which {} lists",
                differences::FILE
            ),
        ),
    }
}

/// What no rule lowers, with its locations.
pub(super) fn unlowered(comparison: &Comparison) -> Vec<String> {
    let unlowered = comparison.unlowered.iter();
    unlowered
        .map(|(location, what)| format!("  {}: {what}", upstream(comparison, location)))
        .collect()
}

fn head(comparison: &Comparison, out: &mut impl Write) {
    let Comparison {
        local,
        upstream,
        base,
        ..
    } = comparison;
    let shared = base.shared;
    say(
        out,
        format_args!(
            "{} against {}: {shared} operations in both",
            local.file, upstream.file
        ),
    );
    if !base.upstream.is_empty() {
        say(
            out,
            format_args!("  published paths are taken without `{}`", base.upstream),
        );
    }
    if !base.local.is_empty() {
        say(
            out,
            format_args!(
                "  published paths are taken with `{}` before them",
                base.local
            ),
        );
    }
    let applied = comparison.rules.iter().filter(|count| count.times > 0);
    let applied: Vec<String> = applied
        .map(|count| format!("{} {}", count.rule, count.times))
        .collect();
    if !applied.is_empty() {
        say(out, format_args!("  lowered by {}", applied.join(", ")));
    }
}

fn section(out: &mut impl Write, title: &str, items: &[String]) {
    if !items.is_empty() {
        say(out, format_args!("\n{title} ({}):", items.len()));
        for item in items {
            say(out, format_args!("{item}"));
        }
    }
}

/// On which side something is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Lacking,
    Extra,
    Different,
}

impl Kind {
    pub(super) fn of(difference: &Difference) -> Self {
        match difference.how {
            How::Added | How::AddedRequired | How::AddedDefaulted => Self::Lacking,
            How::Removed | How::RemovedOptional => Self::Extra,
            How::Changed | How::Widened | How::Narrowed => Self::Different,
        }
    }
}

fn item(comparison: &Comparison, difference: &Difference) -> String {
    let [location, published] = &difference.locations;
    let local = located(&comparison.local, location);
    let upstream = upstream(comparison, published);
    format!(
        "  {}\n      {local}\n      {upstream}",
        headline(difference)
    )
}

/// What differs, and for which operations.
pub(super) fn headline(difference: &Difference) -> String {
    let what = match Kind::of(difference) {
        Kind::Different => what(difference),
        Kind::Lacking | Kind::Extra => {
            let what = what(difference);
            let what = what.replace(" is new and required", ", required");
            what.trim_end_matches(" is new")
                .trim_end_matches(" is gone")
                .to_owned()
        }
    };
    let location = |used: &Use| format!("{} {}", used.operation(), used.path());
    let first = difference.uses.first().map(location).unwrap_or_default();
    let first = first.trim();
    let locations: BTreeSet<String> = difference.uses.iter().map(location).collect();
    let more = match locations.len() {
        0 | 1 => String::new(),
        all => format!(" (and in {} other locations)", all - 1),
    };
    format!("{first}{more}: {what}")
}

fn upstream(comparison: &Comparison, location: &Location) -> String {
    located(&comparison.upstream, &comparison.base.published(location))
}

/// A location with its line, or with that of what contains it.
fn located(doc: &Document, location: &Location) -> String {
    format!(
        "{}:{} #{}",
        doc.file,
        doc.mark(location),
        location.pointer()
    )
}
