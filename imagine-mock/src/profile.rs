//! The hosts whose reported behavior the mock simulates.

use std::fmt;
use std::str::FromStr;

/// The host of the inference API that the mock simulates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// The documented behavior, without limits.
    #[default]
    Documented,
    /// The behavior that users report of hosts of Cirrascale. It applies to the inference API and to the operations in
    /// the shapes of OpenAI's API:
    ///
    /// - Each key has 5 requests per minute, 20 per hour and 250 per day, and 25,000 tokens per hour. A request beyond
    ///   a limit gets 429 without `Retry-After`, and so do all requests of the key in the following 36 s.
    /// - `response_format` is ignored.
    /// - JSON in the content of a chat moves to a tool call without name and arguments.
    /// - Tool calls are text in the content, in one of four forms in turn.
    /// - Truncated output has the finish reason `stop`.
    /// - A key other than [`api_key`](crate::MockServerBuilder::api_key) gets 500.
    Cirrascale,
}

impl Profile {
    /// All values.
    pub const ALL: [Self; 2] = [Self::Documented, Self::Cirrascale];

    /// Returns the name of the profile: `documented` or `cirrascale`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Cirrascale => "cirrascale",
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The error for a name that is not the name of a [`Profile`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown profile `{0}`; expected documented or cirrascale")]
pub struct UnknownProfile(String);

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|profile| profile.name() == name)
            .ok_or_else(|| UnknownProfile(name.to_owned()))
    }
}
