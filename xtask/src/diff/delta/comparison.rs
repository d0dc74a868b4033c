//! Compares two parts without their children.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::rc::Rc;

use serde_json::Value;

use super::difference::Difference;
use super::fact::Fact;
use super::open::open;
use super::part::{Content, Identity, Part};
use super::schema;
use super::trail::Step;
use super::variance::ChangeKind;
use super::{Position, Subject};
use crate::diagnostic::Location;

/// The subjects that can be required or optional.
const CAN_BE_REQUIRED: [Subject; 3] = [Subject::Parameter, Subject::Body, Subject::Field];

/// The result of a comparison, in the order of the report.
pub(super) enum Outcome<'a> {
    Found(Difference, Effect),
    /// An old part and its counterpart, to be compared.
    Pair([Part<'a>; 2]),
}

/// The effect of a difference on the users of the compared parts.
pub(super) struct Effect {
    /// The step from these parts to the part that differs, if it is another.
    pub(super) inside: Option<Step>,
    pub(super) position: Option<Position>,
    pub(super) generated: bool,
}

/// Compares parts of two documents.
pub(super) struct Comparer<'a> {
    docs: [&'a Value; 2],
    /// The null of the components that parts refer to.
    nulls: HashMap<Identity, Rc<Null>>,
}

/// The facts of a schema that decide whether null is valid.
struct Null {
    type_: Option<Value>,
    nullable: bool,
    takes_null: bool,
}

impl Null {
    fn of(content: &Content<'_>) -> Self {
        Self {
            type_: content.facts.get("type").cloned(),
            nullable: content.nullable,
            takes_null: content.takes_null,
        }
    }
}

impl<'a> Comparer<'a> {
    pub(super) fn new(docs: [&'a Value; 2]) -> Self {
        let nulls = HashMap::new();
        Self { docs, nulls }
    }

    /// Compares an old part with a new one. Two references to a component of the same name are compared by themselves,
    /// and the component is compared once for all of them.
    pub(super) fn compare(&mut self, parts: &[Part<'a>; 2]) -> Vec<Outcome<'a>> {
        let [old_doc, new_doc] = self.docs;
        let [old, new] = parts;
        let definitions = (
            schema::definition(old, old_doc),
            schema::definition(new, new_doc),
        );
        let (Some(before), Some(after)) = definitions else {
            return compare(self.docs, parts);
        };
        if before.key != after.key {
            return compare(self.docs, parts);
        }
        let nulls = [self.null(&before, old_doc), self.null(&after, new_doc)];
        let mut comparison = Comparison::new(self.docs);
        comparison.presence(old, new, nulls.each_ref().map(|null| &**null));
        comparison.outcomes.push(Outcome::Pair([before, after]));
        comparison.outcomes
    }

    fn null(&mut self, definition: &Part<'a>, doc: &'a Value) -> Rc<Null> {
        let null = self.nulls.entry(definition.identity());
        Rc::clone(null.or_insert_with(|| Rc::new(Null::of(&open(definition, doc)))))
    }
}

fn compare<'a>(docs: [&'a Value; 2], [old, new]: &[Part<'a>; 2]) -> Vec<Outcome<'a>> {
    let [old_doc, new_doc] = docs;
    let mut comparison = Comparison::new(docs);
    let (before, after) = (open(old, old_doc), open(new, new_doc));
    let definition = |part: &Part<'a>, content: &Content<'a>| Part {
        location: content
            .definition
            .clone()
            .unwrap_or_else(|| part.location.clone()),
        ..part.clone()
    };
    comparison.presence(old, new, [&Null::of(&before), &Null::of(&after)]);
    let (old, new) = (definition(old, &before), definition(new, &after));
    comparison.facts(&old, &new, [&before, &after]);
    comparison.parts(&old, &new, [before, after]);
    comparison.outcomes
}

struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    outcomes: Vec<Outcome<'a>>,
}

impl<'a> Comparison<'a> {
    fn new([old, new]: [&'a Value; 2]) -> Self {
        let outcomes = Vec::new();
        Self { old, new, outcomes }
    }

    /// Compares whether a value is required and whether it may be null.
    fn presence(&mut self, old: &Part<'a>, new: &Part<'a>, [before, after]: [&Null; 2]) {
        // A null variant is reported for its union, null of a component where it is used, and null of a changed type
        // for the type.
        if [Subject::Variant, Subject::Definition].contains(&old.subject) {
            return;
        }
        let same_type = before.type_ == after.type_;
        let null = |content: &Null| match same_type {
            true => content.takes_null,
            false => content.nullable,
        };
        let allows = [(!old.required, !new.required), (null(before), null(after))];
        let wider = allows.iter().any(|(old, new)| !old & new);
        let narrower = allows.iter().any(|(old, new)| old & !new);
        let kind = match (wider, narrower) {
            (false, false) => return,
            (true, false) => ChangeKind::Widened,
            (false, true) => ChangeKind::Narrowed,
            (true, true) => ChangeKind::Changed,
        };
        let is_optional = |part: &Part<'_>, content: &Null| !part.required || content.nullable;
        let subject = if is_optional(old, before) == is_optional(new, after) {
            Subject::Nullability
        } else {
            Subject::Optionality
        };
        let description = |part: &Part<'_>, content: &Null| {
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
            kind,
            name: new.key.clone(),
            old: description(old, before),
            new: description(new, after),
            locations: [old.location.clone(), new.location.clone()],
            uses: Vec::new(),
        };
        self.record(difference, new, new.within.generated, None);
    }

    fn facts(&mut self, old: &Part<'a>, new: &Part<'a>, [before, after]: [&Content<'a>; 2]) {
        let keys: BTreeSet<&String> = before.facts.0.keys().chain(after.facts.0.keys()).collect();
        for key in keys {
            let sides = [before.facts.0.get(key), after.facts.0.get(key)];
            let is_same = match sides {
                [Some(old), Some(new)] => new.variance.is_same(&old.value, &new.value),
                [old, new] => old.is_none() && new.is_none(),
            };
            if is_same {
                continue;
            }
            let location = |fact: Option<&Fact>, part: &Part<'_>| {
                fact.map_or_else(|| part.location.clone(), |fact| fact.location.clone())
            };
            let locations = [location(sides[0], old), location(sides[1], new)];
            let generated = sides.iter().flatten().any(|fact| fact.generated);
            for difference in Difference::of_fact(key, sides, locations) {
                self.record(difference, new, generated, None);
            }
        }
    }

    fn parts(&mut self, old: &Part<'a>, new: &Part<'a>, [before, after]: [Content<'a>; 2]) {
        let mut rest: Vec<Option<Part<'a>>> = after.parts.into_iter().map(Some).collect();
        let others = before.parts.into_iter();
        let others: Vec<Part<'a>> = others
            .filter_map(|part| self.pair_equal_variant(part, &mut rest))
            .collect();
        let mut places: HashMap<_, VecDeque<usize>> = HashMap::new();
        for (at, part) in rest.iter().enumerate() {
            if let Some(part) = part {
                places.entry(part.counterpart()).or_default().push_back(at);
            }
        }
        let mut unpaired = Vec::new();
        for part in others {
            let at = places.get_mut(&part.counterpart());
            let at = at.and_then(VecDeque::pop_front);
            match at.and_then(|at| rest.get_mut(at)?.take()) {
                Some(other) => self.outcomes.push(Outcome::Pair([part, other])),
                None => unpaired.push(part),
            }
        }
        let mut rest: Vec<Part<'a>> = rest.into_iter().flatten().collect();
        for part in unpaired {
            match rest.iter().position(|other| self.is_alike(&part, other)) {
                Some(at) => {
                    let other = rest.remove(at);
                    self.outcomes.push(Outcome::Pair([part, other]));
                }
                None if after.read_only.contains(&part.key.as_str()) => {
                    self.became_read_only(part, new);
                }
                None => self.removed(&part, new),
            }
        }
        for part in rest {
            self.added(&part, old);
        }
    }

    /// Pairs an inline variant with one of the same content, wherever it is, and returns every other part.
    fn pair_equal_variant(
        &mut self,
        part: Part<'a>,
        rest: &mut [Option<Part<'a>>],
    ) -> Option<Part<'a>> {
        if part.subject != Subject::Variant || part.value.get("$ref").is_some() {
            return Some(part);
        }
        let mut others = rest.iter_mut();
        let equal = others.find(|other| {
            let other = other.as_ref();
            other
                .is_some_and(|other| other.subject == Subject::Variant && other.value == part.value)
        });
        match equal.and_then(Option::take) {
            Some(other) => {
                self.outcomes.push(Outcome::Pair([part, other]));
                None
            }
            None => Some(part),
        }
    }

    /// Returns true if two variants have the same type, whatever their names.
    fn is_alike(&self, old: &Part<'a>, new: &Part<'a>) -> bool {
        let type_of = |part: &Part<'a>, doc: &'a Value| open(part, doc).facts.get("type").cloned();
        let both = [old.subject, new.subject] == [Subject::Variant; 2];
        both && type_of(old, self.old) == type_of(new, self.new)
    }

    fn removed(&mut self, part: &Part<'a>, other: &Part<'a>) {
        let locations = [part.location.clone(), other.location.clone()];
        let kind = if part.required || !CAN_BE_REQUIRED.contains(&part.subject) {
            ChangeKind::Removed
        } else {
            ChangeKind::RemovedOptional
        };
        self.one_side(part, kind, locations);
    }

    fn became_read_only(&mut self, part: Part<'a>, other: &Part<'a>) {
        let locations = [part.location.clone(), other.location.clone()];
        let subject = Subject::ReadOnly;
        self.one_side(&Part { subject, ..part }, ChangeKind::Removed, locations);
    }

    fn added(&mut self, part: &Part<'a>, other: &Part<'a>) {
        let kind = if !part.required || !CAN_BE_REQUIRED.contains(&part.subject) {
            ChangeKind::Added
        } else if part.is_defaulted(&open(part, self.new)) {
            ChangeKind::AddedDefaulted
        } else {
            ChangeKind::AddedRequired
        };
        let locations = [other.location.clone(), part.location.clone()];
        self.one_side(part, kind, locations);
    }

    fn one_side(&mut self, part: &Part<'a>, kind: ChangeKind, locations: [Location; 2]) {
        // A component matters where it is used.
        if part.subject == Subject::Component {
            return;
        }
        let difference = Difference {
            subject: part.subject,
            kind,
            name: part.key.clone(),
            old: None,
            new: None,
            locations,
            uses: Vec::new(),
        };
        let inside = Some(Step::into(part));
        self.record(difference, part, part.within.generated, inside);
    }

    fn record(
        &mut self,
        difference: Difference,
        part: &Part<'_>,
        generated: bool,
        inside: Option<Step>,
    ) {
        let effect = Effect {
            inside,
            position: part.within.position,
            generated,
        };
        self.outcomes.push(Outcome::Found(difference, effect));
    }
}
