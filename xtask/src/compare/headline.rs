//! The descriptions of differences, by which they are accepted.

use std::collections::BTreeSet;

use crate::diff::delta::{ChangeKind, Difference};
use crate::diff::describe;

/// The sides on which a part exists.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Side {
    Missing,
    Extra,
    Both,
}

impl Side {
    pub(super) fn of(difference: &Difference) -> Self {
        match difference.kind {
            ChangeKind::Added | ChangeKind::AddedRequired | ChangeKind::AddedDefaulted => {
                Self::Missing
            }
            ChangeKind::Removed | ChangeKind::RemovedOptional => Self::Extra,
            ChangeKind::Changed | ChangeKind::Widened | ChangeKind::Narrowed => Self::Both,
        }
    }
}

/// Describes a difference and the operations it affects.
pub(super) fn headline(difference: &Difference) -> String {
    let description = match Side::of(difference) {
        Side::Both => describe(difference),
        Side::Missing | Side::Extra => {
            let description = describe(difference);
            let description = description.replace(" is new and required", ", required");
            description
                .trim_end_matches(" is new")
                .trim_end_matches(" is gone")
                .to_owned()
        }
    };
    let locations = difference.use_locations(usize::MAX).0.into_iter();
    let locations: Vec<String> = locations
        .map(|(operation, path)| format!("{operation} {path}"))
        .collect();
    let first = locations
        .first()
        .map(|first| first.trim())
        .unwrap_or_default();
    let locations: BTreeSet<&String> = locations.iter().collect();
    let more = match locations.len() {
        0 | 1 => String::new(),
        all => format!(" (and in {} other locations)", all - 1),
    };
    format!("{first}{more}: {description}")
}
