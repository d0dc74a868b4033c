//! The builds of the media API that the mock plays.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::contract::OperationSpec;

/// The build of the media API that the mock plays.
///
/// The service is reported to answer with two builds in turn. They have the same paths as far as both document them,
/// but other fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MediaBuild {
    /// Build 0.2: `check` returns the state of a generation with `primary_media_url`, and `/imagine` is missing.
    V0_2,
    /// Build 0.5: `check` returns the handle or an item with `primary_image_path`, and `/imagine` has the reasons for
    /// failures.
    V0_5,
    /// Both in turn, and build 0.5 for the operations that it alone has.
    #[default]
    Mixed,
}

impl MediaBuild {
    /// Every value.
    pub const ALL: [Self; 3] = [Self::V0_2, Self::V0_5, Self::Mixed];

    /// Returns its name: `0.2`, `0.5` or `mixed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::V0_2 => "0.2",
            Self::V0_5 => "0.5",
            Self::Mixed => "mixed",
        }
    }
}

impl fmt::Display for MediaBuild {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A name that is not one of a build.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a build of the media API; the builds are 0.2, 0.5 and mixed")]
pub struct UnknownMediaBuild(String);

impl FromStr for MediaBuild {
    type Err = UnknownMediaBuild;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|build| build.name() == name)
            .ok_or_else(|| UnknownMediaBuild(name.to_owned()))
    }
}

/// The build that answers one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    V0_2,
    V0_5,
}

/// The operations that only build 0.5 has.
const ADDED_IN_V0_5: [&str; 6] = [
    "imagine",
    "imagine_check",
    "imagine_history",
    "delete_imagine_history",
    "model3d",
    "expressions",
];

impl Build {
    /// Whether the build has an operation.
    pub(crate) fn has(self, operation: &OperationSpec) -> bool {
        self == Self::V0_5 || !ADDED_IN_V0_5.contains(&operation.id.as_str())
    }
}

/// Chooses the build for each request.
#[derive(Debug, Default)]
pub(crate) struct Builds {
    played: MediaBuild,
    requests: AtomicUsize,
}

impl Builds {
    pub(crate) fn new(played: MediaBuild) -> Self {
        Self {
            played,
            requests: AtomicUsize::new(0),
        }
    }

    /// The build for the next request, which calls this operation.
    pub(crate) fn next(&self, operation: &OperationSpec) -> Build {
        match self.played {
            MediaBuild::V0_2 => Build::V0_2,
            MediaBuild::V0_5 => Build::V0_5,
            MediaBuild::Mixed if !Build::V0_2.has(operation) => Build::V0_5,
            MediaBuild::Mixed => match self.requests.fetch_add(1, Ordering::Relaxed) % 2 {
                0 => Build::V0_2,
                _ => Build::V0_5,
            },
        }
    }
}
