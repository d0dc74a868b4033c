//! What must hold of a request.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::compare::{includes, is_equal};
use super::matcher::Matcher;
use super::seen::Seen;
use crate::contract::Place;
use crate::record::RecordedRequest;

type Test = dyn Fn(&RecordedRequest) -> bool + Send + Sync;

/// One condition. Each says in reports what it wanted and what came instead.
pub(super) enum Condition {
    /// A field of the body is as wanted.
    Field(String, Matcher),
    /// A parameter is as wanted.
    Parameter(Place, String, Matcher),
    /// The whole body is this.
    Body(Value),
    /// The body has all of this.
    Part(Value),
    /// The request passes a test of the caller's.
    Test(String, Arc<Test>),
}

impl Condition {
    /// Why the condition does not hold, where it does not.
    pub(super) fn mismatch(&self, seen: &Seen<'_>) -> Option<String> {
        let (fits, got) = match self {
            Self::Field(name, wanted) => held(wanted, seen.field(name)),
            Self::Parameter(place, name, wanted) => held(wanted, seen.parameter(*place, name)),
            Self::Body(wanted) => whole(seen, |body| is_equal(body, wanted)),
            Self::Part(wanted) => whole(seen, |body| includes(body, wanted)),
            Self::Test(_, test) => (test(seen.request), None),
        };
        let got = got.map_or_else(String::new, |got| format!(", got {got}"));
        (!fits).then(|| format!("{self}{got}"))
    }
}

fn held(wanted: &Matcher, got: Option<Value>) -> (bool, Option<String>) {
    let fits = wanted.fits(got.as_ref());
    let got = got.map_or_else(|| "no value".to_owned(), |got| brief(&got));
    (fits, Some(got))
}

fn whole(seen: &Seen<'_>, fits: impl Fn(&Value) -> bool) -> (bool, Option<String>) {
    let body = seen.body();
    (fits(&body), Some(brief(&body)))
}

/// Reports quote values up to this many characters.
const LONGEST_QUOTE: usize = 200;

/// A value as reports quote it.
pub(super) fn brief(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name, wanted) => write!(formatter, "body/{name}: expected {wanted}"),
            Self::Parameter(place, name, wanted) => {
                write!(formatter, "{place}/{name}: expected {wanted}")
            }
            Self::Body(wanted) => write!(formatter, "body: expected {}", brief(wanted)),
            Self::Part(wanted) => {
                write!(formatter, "body: expected it to include {}", brief(wanted))
            }
            Self::Test(wanted, _) => write!(formatter, "expected {wanted}"),
        }
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}
