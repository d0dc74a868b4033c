//! The builds of the media API that the mock simulates.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::contract::OperationSpec;

/// The build of the media API that the mock simulates.
///
/// The live service is reported to alternate between two builds. Both use the same paths as far as both document them,
/// but their fields differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MediaBuild {
    /// Build 0.2: `check` returns the state of a generation with `primary_media_url`, and `/imagine` does not exist.
    V0_2,
    /// Build 0.5: `check` returns the handle or an item with `primary_image_path`. `/imagine` exists and reports the
    /// reasons for failures.
    V0_5,
    /// Both builds in turn. Operations that exist in build 0.5 alone use build 0.5.
    #[default]
    Mixed,
}

impl MediaBuild {
    /// All values.
    pub const ALL: [Self; 3] = [Self::V0_2, Self::V0_5, Self::Mixed];

    /// Returns the name of the build: `0.2`, `0.5` or `mixed`.
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

/// The error for a name that is not the name of a [`MediaBuild`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown media build `{0}`; expected 0.2, 0.5 or mixed")]
pub struct UnknownMediaBuild(String);

impl FromStr for MediaBuild {
    type Err = UnknownMediaBuild;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|build| build.name() == name)
            .ok_or_else(|| UnknownMediaBuild(name.to_owned()))
    }
}

/// The build that handles one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    V0_2,
    V0_5,
}

/// The operations that exist in build 0.5 alone.
const ADDED_IN_V0_5: [&str; 6] = [
    "imagine",
    "imagine_check",
    "imagine_history",
    "delete_imagine_history",
    "model3d",
    "expressions",
];

impl Build {
    pub(crate) fn has(self, operation: &OperationSpec) -> bool {
        self == Self::V0_5 || !ADDED_IN_V0_5.contains(&operation.id.as_str())
    }
}

/// Chooses the build for each request.
#[derive(Debug, Default)]
pub(crate) struct Builds {
    setting: MediaBuild,
    requests: AtomicUsize,
}

impl Builds {
    pub(crate) fn new(setting: MediaBuild) -> Self {
        Self {
            setting,
            requests: AtomicUsize::new(0),
        }
    }

    /// Returns the build for the next request, which calls this operation.
    pub(crate) fn next(&self, operation: &OperationSpec) -> Build {
        match self.setting {
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
