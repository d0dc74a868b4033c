//! The classes of changes and their severity.

use std::fmt;

/// The class of a change, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// Invisible.
    Invisible,
    /// Only prose changes.
    Documentation,
    /// Existing uses keep working.
    Compatible,
    /// Existing uses compile and are accepted, but behave differently.
    Behavior,
    /// Existing uses may fail or not compile.
    Breaking,
}

impl Class {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Invisible => "-",
            Self::Documentation => "documentation",
            Self::Compatible => "compatible",
            Self::Behavior => "behavior",
            Self::Breaking => "breaking",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The severity of a change, in ascending order. An override replaces that of its class.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    /// Not reported.
    #[value(skip)]
    Ignore,
    /// A compatible change, or a change of prose.
    Info,
    /// A change of behavior.
    Warning,
    /// A breaking change.
    Error,
}

impl Severity {
    pub(super) fn of(class: Class) -> Self {
        match class {
            Class::Invisible => Self::Ignore,
            Class::Documentation | Class::Compatible => Self::Info,
            Class::Behavior => Self::Warning,
            Class::Breaking => Self::Error,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}
