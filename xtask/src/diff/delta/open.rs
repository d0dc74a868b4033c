//! Opens parts: each kind has its own contents.

use serde_json::Value;

use super::part::{Content, Part};
use super::{Subject, document, operation, schema};

/// Opens a part, through all references.
pub(super) fn open<'a>(part: &Part<'a>, doc: &'a Value) -> Content<'a> {
    match part.subject {
        Subject::Document => document::open(part),
        Subject::Operation => operation::open(part, doc),
        Subject::View => operation::open_view(part),
        Subject::Body | Subject::Success | Subject::Failure => operation::open_message(part, doc),
        Subject::Parameter | Subject::Header | Subject::Content => {
            operation::open_carrier(part, doc)
        }
        Subject::Component => document::open_component(part),
        _ => schema::open(part, doc),
    }
}
