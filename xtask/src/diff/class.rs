//! The classes of changes.

use std::fmt;

/// The class of a change, in ascending severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Class {
    /// Invisible.
    #[value(skip)]
    Invisible,
    /// Only prose changes.
    Documentation,
    /// Existing uses keep working.
    Compatible,
    /// Existing uses may fail or not compile.
    Breaking,
}

impl Class {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Invisible => "-",
            Self::Documentation => "documentation",
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
