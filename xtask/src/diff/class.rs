//! What a change asks of those whom it meets.

use std::fmt;

/// The classes of changes, the gravest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// It does not show.
    Unseen,
    /// Only texts change.
    Documentation,
    /// What worked before still works.
    Compatible,
    /// What worked before may fail, or not compile.
    Breaking,
}

impl Class {
    /// The class of a name on the command line.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Documentation, Self::Compatible, Self::Breaking]
            .into_iter()
            .find(|class| class.word() == name)
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Unseen => "-",
            Self::Documentation => "documentation",
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
