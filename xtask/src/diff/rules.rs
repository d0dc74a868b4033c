//! The rules that class a difference, for the wire and for the Rust API.
//!
//! A request may grow and a response may shrink without harm: what is sent still fits, and what comes was
//! always possible. The Rust API forgives more (enums are open, unknown fields are kept, no limit of an
//! answer is checked) and less: each change of a type or a name shows.

use super::Class::{self, Breaking, Compatible, Documentation, Unseen};
use crate::delta::How::{
    Added, AddedDefaulted, AddedRequired, Narrowed, Removed, RemovedOptional, Widened,
};
use crate::delta::Position::{Answer, Request};
use crate::delta::Subject as S;
use crate::delta::{Difference, How, Position, Subject, Use};

/// How a kind of difference is classed. Of the rules that fit, the first counts.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    subjects: &'static [Subject],
    /// Any, if there is none.
    how: &'static [How],
    /// Either side of a call, if there is none.
    position: Option<Position>,
    pub(crate) wire: Class,
    /// Where code is generated from what differs; elsewhere Rust does not see it.
    pub(crate) rust: Class,
    /// What it means, where the difference does not say so itself.
    pub(crate) why: &'static str,
}

const fn rule(
    name: &'static str,
    on: (&'static [Subject], &'static [How], Option<Position>),
    (wire, rust): (Class, Class),
    why: &'static str,
) -> Rule {
    let (subjects, how, position) = on;
    Rule {
        name,
        subjects,
        how,
        position,
        wire,
        rust,
        why,
    }
}

const ADDED: &[How] = &[Added, AddedRequired, AddedDefaulted];
const ANY: &[How] = &[];
const GONE: &[How] = &[Removed, RemovedOptional];
const LESS: &[How] = &[Narrowed];
const MORE: &[How] = &[Widened];

const ARGUMENTS: &[Subject] = &[S::Parameter, S::Body, S::Field];
const FORMS: &[Subject] = &[S::Content, S::Success];
const LISTED: &[Subject] = &[S::EnumValue];

/// Every rule.
#[rustfmt::skip]
pub(crate) const RULES: &[Rule] = &[
    rule("operation-added", (&[S::Operation], ADDED, None), (Compatible, Compatible), "a new method"),
    rule("operation-removed", (&[S::Operation], GONE, None), (Breaking, Breaking), "its method goes"),
    rule("operation-renamed", (&[S::OperationId], ANY, None), (Unseen, Breaking), "the method has another name"),
    rule("arguments-reordered", (&[S::Positional], ANY, None), (Unseen, Breaking), "the method takes other arguments, or in another order"),
    rule("whole-argument", (&[S::Whole], ANY, None), (Unseen, Breaking), "the method takes other arguments"),
    rule("retry-class", (&[S::Retry], ANY, None), (Unseen, Compatible), "behaviour: other failures are followed by another attempt"),
    rule("validation", (&[S::Validation], ANY, None), (Unseen, Compatible), "behaviour: what is rejected before sending or after decoding"),
    rule("exclusive", (&[S::Exclusive], ANY, None), (Unseen, Compatible), "behaviour: how many requests run at a time"),
    rule("also-sets", (&[S::AlsoSets], ANY, None), (Unseen, Compatible), "behaviour: which fields a setter sets"),
    rule("method-added", (&[S::View], ADDED, None), (Unseen, Compatible), "a new method"),
    rule("method-removed", (&[S::View], GONE, None), (Unseen, Breaking), ""),

    rule("required-argument-added", (ARGUMENTS, &[AddedRequired], Some(Request)), (Breaking, Breaking), "every call must give it"),
    rule("sent-argument-added", (ARGUMENTS, &[AddedDefaulted], Some(Request)), (Breaking, Compatible), "the SDK sends it on its own"),
    rule("optional-argument-added", (ARGUMENTS, &[Added], Some(Request)), (Compatible, Compatible), "a new setter"),
    rule("argument-removed", (ARGUMENTS, GONE, Some(Request)), (Breaking, Breaking), ""),
    rule("answered-field-added", (ARGUMENTS, ADDED, Some(Answer)), (Compatible, Compatible), ""),
    rule("answered-option-removed", (ARGUMENTS, &[RemovedOptional], Some(Answer)), (Compatible, Breaking), "it could be missing before"),
    rule("answered-field-removed", (ARGUMENTS, GONE, Some(Answer)), (Breaking, Breaking), ""),
    rule("path-parameter-renamed", (&[S::ParameterName], ANY, None), (Unseen, Breaking), "the wire does not know its name"),
    rule("encoding", (&[S::Encoding], ANY, None), (Breaking, Unseen), "values are written in another way"),

    rule("form-added", (FORMS, ADDED, None), (Compatible, Compatible), ""),
    rule("form-removed", (FORMS, GONE, None), (Breaking, Breaking), ""),
    rule("failure", (&[S::Failure], ANY, None), (Compatible, Unseen), "errors are read in any form"),
    rule("header-added", (&[S::Header], ADDED, None), (Compatible, Unseen), ""),
    rule("header-removed", (&[S::Header], GONE, None), (Breaking, Unseen), ""),

    rule("request-became-optional", (&[S::Optionality], MORE, Some(Request)), (Compatible, Breaking), "an argument becomes a setter"),
    rule("request-became-required", (&[S::Optionality], ANY, Some(Request)), (Breaking, Breaking), "a setter becomes an argument"),
    rule("response-became-required", (&[S::Optionality], LESS, Some(Answer)), (Compatible, Breaking), "no longer an `Option`"),
    rule("response-became-optional", (&[S::Optionality], ANY, Some(Answer)), (Breaking, Breaking), "an `Option` now"),
    rule("request-takes-null", (&[S::Nullability], MORE, Some(Request)), (Compatible, Unseen), ""),
    rule("request-refuses-null", (&[S::Nullability], ANY, Some(Request)), (Breaking, Unseen), ""),
    rule("response-lost-null", (&[S::Nullability], LESS, Some(Answer)), (Compatible, Unseen), ""),
    rule("response-got-null", (&[S::Nullability], ANY, Some(Answer)), (Breaking, Unseen), "null and absence are one to the SDK"),

    rule("type-widened", (&[S::Type], MORE, Some(Request)), (Compatible, Breaking), ""),
    rule("type-narrowed", (&[S::Type], LESS, Some(Answer)), (Compatible, Breaking), ""),
    rule("type-changed", (&[S::Type], ANY, None), (Breaking, Breaking), ""),
    rule("items", (&[S::Items, S::Values], ANY, None), (Breaking, Breaking), "the type of what is inside"),
    rule("format-freed", (&[S::Format], MORE, Some(Request)), (Compatible, Unseen), ""),
    rule("format-set", (&[S::Format], LESS, Some(Answer)), (Compatible, Unseen), ""),
    rule("format-changed", (&[S::Format], ANY, None), (Breaking, Unseen), "formats are not checked and make no types"),
    rule("rust-type", (&[S::RustType], ANY, None), (Unseen, Breaking), "the Rust type is another, or has another name"),

    rule("value-added", (LISTED, ADDED, None), (Compatible, Compatible), "enums are open"),
    rule("sent-value-removed", (LISTED, GONE, Some(Request)), (Breaking, Breaking), "its variant goes"),
    rule("answered-value-removed", (LISTED, GONE, Some(Answer)), (Compatible, Breaking), "its variant goes"),
    rule("values-freed", (&[S::Enumeration], MORE, None), (Compatible, Breaking), "an enum becomes text"),
    rule("answered-values-listed", (&[S::Enumeration], ANY, Some(Answer)), (Compatible, Breaking), "a text becomes an enum"),
    rule("sent-values-listed", (&[S::Enumeration], ANY, None), (Breaking, Breaking), "a text becomes an enum"),
    rule("constant-freed", (&[S::Constant], MORE, None), (Compatible, Unseen), ""),
    rule("answered-constant", (&[S::Constant], ANY, Some(Answer)), (Compatible, Unseen), ""),
    rule("sent-constant", (&[S::Constant], ANY, None), (Breaking, Unseen), ""),

    rule("answered-limits", (&[S::Range, S::Limit], ANY, Some(Answer)), (Compatible, Unseen), "no limit of a response is checked"),
    rule("range-widened", (&[S::Range], MORE, None), (Compatible, Compatible), "the SDK checks it before it sends"),
    rule("range-narrowed", (&[S::Range], ANY, None), (Breaking, Compatible), "behaviour: the SDK refuses before it sends"),
    rule("limit-widened", (&[S::Limit], MORE, None), (Compatible, Unseen), ""),
    rule("limit-narrowed", (&[S::Limit], ANY, None), (Breaking, Unseen), "the SDK does not check it"),
    rule("closed-to-more", (&[S::Openness], LESS, Some(Request)), (Breaking, Unseen), ""),
    rule("openness", (&[S::Openness], ANY, None), (Compatible, Unseen), "unknown fields are kept"),
    rule("sent-variant-removed", (&[S::Variant], GONE, Some(Request)), (Breaking, Breaking), ""),
    rule("answered-variant-added", (&[S::Variant], ADDED, Some(Answer)), (Breaking, Breaking), ""),
    rule("variant", (&[S::Variant], ANY, None), (Compatible, Compatible), ""),
    rule("discriminator", (&[S::Discriminator], ANY, None), (Breaking, Breaking), ""),
    rule("union", (&[S::Union], ANY, None), (Compatible, Unseen), ""),

    rule("sent-default", (&[S::SentDefault], ANY, None), (Compatible, Compatible), "behaviour: the SDK sends another value where none is set"),
    rule("send-default", (&[S::SendDefault], ANY, None), (Unseen, Compatible), "behaviour: whether the SDK sends the default"),
    rule("documented-default", (&[S::DocumentedDefault], ANY, None), (Compatible, Documentation), "behaviour: what the service takes where none is sent"),
    rule("discriminating", (&[S::Discriminating], ANY, None), (Unseen, Compatible), "behaviour: what makes a response what it is"),
    rule("file-formats", (&[S::FileFormats], ANY, None), (Unseen, Compatible), "behaviour: which files are refused before they are sent"),
    rule("setter-lost", (&[S::AnswerOnly, S::StreamFlag, S::Sampling], ANY, None), (Unseen, Breaking), "a setter comes or goes"),
    rule("renamed-in-rust", (&[S::Name], ANY, None), (Unseen, Breaking), ""),

    rule("credentials-widened", (&[S::Security], MORE, None), (Compatible, Unseen), "another way to give the key"),
    rule("credentials", (&[S::Security], ANY, None), (Breaking, Unseen), "the key is given in another way"),
    rule("address", (&[S::Server], ANY, None), (Breaking, Unseen), "the address is another"),
    rule("access", (&[S::Access], ANY, None), (Compatible, Unseen), ""),
    rule("deprecation", (&[S::Deprecation, S::Replacement], ANY, None), (Compatible, Documentation), ""),
    rule("search-names", (&[S::PythonNames], ANY, None), (Unseen, Documentation), "names to search for"),
    rule("text", (&[S::Text], ANY, None), (Documentation, Documentation), ""),

    // What nobody has thought about yet is taken to be grave until someone has.
    rule("unclassified", (&[], ANY, None), (Breaking, Breaking), "no rule knows this; look at it"),
];

impl Rule {
    fn fits(&self, difference: &Difference, position: Option<Position>) -> bool {
        (self.subjects.is_empty() || self.subjects.contains(&difference.subject))
            && (self.how.is_empty() || self.how.contains(&difference.how))
            && (self.position.is_none() || self.position == position)
    }

    /// The classes where it is used so, the wire's first.
    fn classes(&self, used: &Use) -> [Class; 2] {
        let rust = if used.generated { self.rust } else { Unseen };
        [self.wire, rust]
    }
}

/// What the rules say of a difference.
pub(crate) struct Verdict {
    pub(crate) rule: &'static Rule,
    pub(crate) wire: Class,
    pub(crate) rust: Class,
}

/// Classes a difference as where it is felt most; on each side for itself.
pub(crate) fn classify(difference: &Difference) -> Option<Verdict> {
    let felt = difference.uses.iter().filter_map(|used| {
        let rule = RULES
            .iter()
            .find(|rule| rule.fits(difference, used.position))?;
        let [wire, rust] = rule.classes(used);
        Some(Verdict { rule, wire, rust })
    });
    felt.reduce(|left, right| Verdict {
        rule: if right.worst() > left.worst() {
            right.rule
        } else {
            left.rule
        },
        wire: left.wire.max(right.wire),
        rust: left.rust.max(right.rust),
    })
}

impl Verdict {
    /// The graver of the two classes.
    pub(crate) fn worst(&self) -> Class {
        self.wire.max(self.rust)
    }
}
