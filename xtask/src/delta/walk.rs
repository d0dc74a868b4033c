//! Walks two documents together and says where they are not the same.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Subject;
use super::difference::{Difference, How, Use};
use super::fact::Fact;
use super::part::{Content, Part};
use super::trail::Trail;
use crate::error::Place;

/// The parts that may be said to be required, or not.
const CAN_BE_REQUIRED: [Subject; 3] = [Subject::Parameter, Subject::Body, Subject::Field];

pub(super) struct Walk<'a> {
    pub(super) old: &'a Value,
    pub(super) new: &'a Value,
    /// The pairs that were looked at on the way from the operation's part that the walk is in.
    pub(super) seen: BTreeSet<(String, String)>,
    pub(super) found: Vec<Difference>,
}

impl<'a> Walk<'a> {
    /// Compares two parts, and then what they consist of.
    pub(super) fn pair(&mut self, old: &Part<'a>, new: &Part<'a>, trail: &Trail) {
        let starts = [
            Subject::Parameter,
            Subject::Body,
            Subject::Success,
            Subject::Failure,
        ];
        if starts.contains(&old.subject) {
            self.seen.clear();
        }
        let places = (old.place.to_string(), new.place.to_string());
        if !self.seen.insert(places) {
            return;
        }
        let (before, after) = (old.open(self.old), new.open(self.new));
        let home = |part: &Part<'a>, content: &Content<'a>| Part {
            place: content.home.clone().unwrap_or_else(|| part.place.clone()),
            ..part.clone()
        };
        self.presence(old, new, [&before, &after], trail);
        let (old, new) = (home(old, &before), home(new, &after));
        self.facts(&old, &new, [&before, &after], trail);
        self.parts(&old, &new, [before, after], trail);
    }

    /// Whether a value must be there, and whether it may be null.
    fn presence(
        &mut self,
        old: &Part<'a>,
        new: &Part<'a>,
        [before, after]: [&Content<'a>; 2],
        trail: &Trail,
    ) {
        // Null among the variants is told of their union; that of another type, by the type.
        if old.subject == Subject::Variant {
            return;
        }
        let same_type = before.facts.get("type") == after.facts.get("type");
        let null = |content: &Content<'_>| match same_type {
            true => content.takes_null,
            false => content.nullable,
        };
        let allows = [(!old.required, !new.required), (null(before), null(after))];
        let wider = allows.iter().any(|(old, new)| !old & new);
        let narrower = allows.iter().any(|(old, new)| old & !new);
        let how = match (wider, narrower) {
            (false, false) => return,
            (true, false) => How::Widened,
            (false, true) => How::Narrowed,
            (true, true) => How::Changed,
        };
        let is_optional =
            |part: &Part<'_>, content: &Content<'_>| !part.required || content.nullable;
        let subject = if is_optional(old, before) == is_optional(new, after) {
            Subject::Nullability
        } else {
            Subject::Optionality
        };
        let said = |part: &Part<'_>, content: &Content<'_>| {
            let required = if part.required {
                "required"
            } else {
                "optional"
            };
            let null = if null(content) { ", may be null" } else { "" };
            Some(Value::from(format!("{required}{null}")))
        };
        let difference = Difference {
            subject,
            how,
            name: new.key.clone(),
            old: said(old, before),
            new: said(new, after),
            places: [old.place.clone(), new.place.clone()],
            uses: Vec::new(),
        };
        self.record(difference, new, new.within.generated, trail);
    }

    fn facts(
        &mut self,
        old: &Part<'a>,
        new: &Part<'a>,
        [before, after]: [&Content<'a>; 2],
        trail: &Trail,
    ) {
        let keys: BTreeSet<&String> = before.facts.0.keys().chain(after.facts.0.keys()).collect();
        for key in keys {
            let sides = [before.facts.0.get(key), after.facts.0.get(key)];
            let value = |fact: Option<&Fact>| fact.map(|fact| fact.value.clone());
            if value(sides[0]) == value(sides[1]) {
                continue;
            }
            let place = |fact: Option<&Fact>, part: &Part<'_>| {
                fact.map_or_else(|| part.place.clone(), |fact| fact.place.clone())
            };
            let places = [place(sides[0], old), place(sides[1], new)];
            let generated = sides.iter().flatten().any(|fact| fact.generated);
            for difference in Difference::of_fact(key, sides, places) {
                self.record(difference, new, generated, trail);
            }
        }
    }

    fn parts(
        &mut self,
        old: &Part<'a>,
        new: &Part<'a>,
        [before, after]: [Content<'a>; 2],
        trail: &Trail,
    ) {
        let mut rest = after.parts;
        let mut unpaired = Vec::new();
        for part in before.parts {
            match rest.iter().position(|other| part.is_same(other)) {
                Some(at) => {
                    let other = rest.remove(at);
                    self.pair(&part, &other, &trail.step(&part));
                }
                None => unpaired.push(part),
            }
        }
        for part in unpaired {
            match rest.iter().position(|other| self.is_alike(&part, other)) {
                Some(at) => {
                    let other = rest.remove(at);
                    self.pair(&part, &other, &trail.step(&part));
                }
                None => self.removed(&part, new, trail),
            }
        }
        for part in rest {
            self.added(&part, old, trail);
        }
    }

    /// Whether two variants of one value, by whatever names, are of one type.
    fn is_alike(&self, old: &Part<'a>, new: &Part<'a>) -> bool {
        let type_of = |part: &Part<'a>, doc: &'a Value| part.open(doc).facts.get("type").cloned();
        let both = [old.subject, new.subject] == [Subject::Variant; 2];
        both && type_of(old, self.old) == type_of(new, self.new)
    }

    fn removed(&mut self, part: &Part<'a>, other: &Part<'a>, trail: &Trail) {
        let places = [part.place.clone(), other.place.clone()];
        let how = if part.required || !CAN_BE_REQUIRED.contains(&part.subject) {
            How::Removed
        } else {
            How::RemovedOptional
        };
        self.one_side(part, how, places, trail);
    }

    fn added(&mut self, part: &Part<'a>, other: &Part<'a>, trail: &Trail) {
        let how = if !part.required || !CAN_BE_REQUIRED.contains(&part.subject) {
            How::Added
        } else if part.is_defaulted(&part.open(self.new)) {
            How::AddedDefaulted
        } else {
            How::AddedRequired
        };
        let places = [other.place.clone(), part.place.clone()];
        self.one_side(part, how, places, trail);
    }

    fn one_side(&mut self, part: &Part<'a>, how: How, places: [Place; 2], trail: &Trail) {
        // What is said of a component matters where it is used.
        if part.subject == Subject::Component {
            return;
        }
        let difference = Difference {
            subject: part.subject,
            how,
            name: part.key.clone(),
            old: None,
            new: None,
            places,
            uses: Vec::new(),
        };
        self.record(difference, part, part.within.generated, &trail.step(part));
    }

    fn record(
        &mut self,
        mut difference: Difference,
        part: &Part<'_>,
        generated: bool,
        trail: &Trail,
    ) {
        difference.uses.push(Use {
            operation: trail.operation.clone(),
            path: trail.path.trim_start_matches('.').to_owned(),
            position: part.within.position,
            generated,
        });
        self.found.push(difference);
    }
}
