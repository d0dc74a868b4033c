//! Prints a comparison.

use std::io::Write;

use super::comparison::Comparison;
use super::differences;
use super::headline::{Side, headline};
use crate::diagnostic::Location;
use crate::diff::delta::Difference;
use crate::openapi::Document;
use crate::outcome::print_line;

pub(super) fn print(comparison: &Comparison, out: &mut impl Write) {
    head(comparison, out);
    section(out, "unsupported", &unlowered(comparison));
    let on = |side: Side| -> Vec<String> {
        let of_side = comparison
            .open()
            .filter(|difference| Side::of(difference) == side);
        of_side
            .map(|difference| item(comparison, difference))
            .collect()
    };
    section(out, "missing from our specification", &on(Side::Missing));
    section(out, "only in our specification", &on(Side::Extra));
    section(out, "different, local → upstream", &on(Side::Both));
    let unused = comparison.unused();
    let unused: Vec<String> = unused
        .iter()
        .map(|pattern| format!("  {pattern}"))
        .collect();
    section(out, "accepted, but not found", &unused);
    let (all, open) = (comparison.differences.len(), comparison.open().count());
    match all - open {
        0 if open == 0 => print_line(out, format_args!("Nothing differs.")),
        0 => {}
        accepted => print_line(
            out,
            format_args!(
                "{accepted} accepted differences, listed in {}",
                differences::FILE
            ),
        ),
    }
}

/// Lists what a proposal leaves to be decided by hand.
pub(super) fn decisions(notes: &[String], out: &mut impl Write) {
    let items: Vec<String> = notes
        .iter()
        .map(|note| format!("  {}", note.trim_start()))
        .collect();
    section(out, "to decide by hand", &items);
}

/// Lists the parts that no rule lowers, with their locations.
pub(super) fn unlowered(comparison: &Comparison) -> Vec<String> {
    let unlowered = comparison.unlowered.iter();
    unlowered
        .map(|(location, message)| format!("  {}: {message}", upstream(comparison, location)))
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
    print_line(
        out,
        format_args!(
            "{} against {}: {shared} shared operations",
            local.file, upstream.file
        ),
    );
    if !base.upstream.is_empty() {
        print_line(
            out,
            format_args!("  stripped `{}` from published paths", base.upstream),
        );
    }
    if !base.local.is_empty() {
        print_line(
            out,
            format_args!("  prefixed published paths with `{}`", base.local),
        );
    }
    let applied = comparison.rules.iter().filter(|count| count.times > 0);
    let applied: Vec<String> = applied
        .map(|count| format!("{} {}", count.rule, count.times))
        .collect();
    if !applied.is_empty() {
        print_line(out, format_args!("  lowered by {}", applied.join(", ")));
    }
}

fn section(out: &mut impl Write, title: &str, items: &[String]) {
    if !items.is_empty() {
        print_line(out, format_args!("\n{title} ({}):", items.len()));
        for item in items {
            print_line(out, format_args!("{item}"));
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

fn upstream(comparison: &Comparison, location: &Location) -> String {
    located(&comparison.upstream, &comparison.base.published(location))
}

/// Formats a location with its position, or that of its closest existing parent.
fn located(doc: &Document, location: &Location) -> String {
    format!(
        "{}:{} #{}",
        doc.file,
        doc.mark(location),
        location.pointer()
    )
}
