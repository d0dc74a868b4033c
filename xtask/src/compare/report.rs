//! Tells a comparison.

use std::collections::BTreeSet;
use std::io::Write;

use super::{Comparison, listing};
use crate::delta::{Difference, How, Use};
use crate::diff::what;
use crate::error::Place;
use crate::outcome::say;
use crate::spec::Document;

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
    section(out, "different, ours → theirs", &of(Kind::Different));
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
                listing::FILE
            ),
        ),
    }
}

/// What no rule lowers, with its places.
pub(super) fn unlowered(comparison: &Comparison) -> Vec<String> {
    let unlowered = comparison.unlowered.iter();
    unlowered
        .map(|(place, what)| format!("  {}: {what}", theirs(comparison, place)))
        .collect()
}

fn head(comparison: &Comparison, out: &mut impl Write) {
    let Comparison {
        ours, theirs, base, ..
    } = comparison;
    let shared = base.shared;
    say(
        out,
        format_args!(
            "{} against {}: {shared} operations in both",
            ours.file, theirs.file
        ),
    );
    if !base.theirs.is_empty() {
        say(
            out,
            format_args!("  published paths are taken without `{}`", base.theirs),
        );
    }
    if !base.ours.is_empty() {
        say(
            out,
            format_args!(
                "  published paths are taken with `{}` before them",
                base.ours
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
    let [place, published] = &difference.places;
    let ours = located(&comparison.ours, place);
    let theirs = theirs(comparison, published);
    format!("  {}\n      {ours}\n      {theirs}", headline(difference))
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
    let place = |used: &Use| format!("{} {}", used.operation(), used.path());
    let first = difference.uses.first().map(place).unwrap_or_default();
    let first = first.trim();
    let places: BTreeSet<String> = difference.uses.iter().map(place).collect();
    let more = match places.len() {
        0 | 1 => String::new(),
        all => format!(" (and in {} other places)", all - 1),
    };
    format!("{first}{more}: {what}")
}

fn theirs(comparison: &Comparison, place: &Place) -> String {
    located(&comparison.theirs, &comparison.base.published(place))
}

/// A place with its line, or with that of what contains it.
fn located(doc: &Document, place: &Place) -> String {
    format!("{}:{} #{}", doc.file, doc.mark(place), place.pointer())
}
