//! What a rule has to say.

use std::fmt;

use crate::error::Place;
use crate::yaml::Mark;

/// Something wrong, and what its author can do about it.
#[derive(Debug, PartialEq)]
pub(super) struct Finding {
    pub(super) place: Place,
    pub(super) what: String,
    pub(super) mend: String,
}

impl Finding {
    pub(super) fn new(place: &Place, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            place: place.clone(),
            what: what.into(),
            mend: mend.into(),
        }
    }
}

/// A finding with its line, as it is told.
#[derive(Debug, PartialEq)]
pub(super) struct Located {
    pub(super) file: String,
    pub(super) mark: Mark,
    pub(super) rule: &'static str,
    pub(super) finding: Finding,
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            mark,
            rule,
            finding,
        } = self;
        let Finding { what, mend, .. } = finding;
        write!(f, "{file}:{mark}: {rule}: {what}; {mend}")
    }
}
