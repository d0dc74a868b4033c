//! Walks two documents together and says where they are not the same.

use std::rc::Rc;

use serde_json::Value;

use super::comparison::{Felt, Outcome};
use super::difference::{Difference, Gathered, Use};
use super::numbers::Numbers;
use super::part::{Identity, Part};
use super::trail::{Step, Trail};
use super::{Subject, document};
use crate::diagnostic::Location;

/// The parts of an operation from which a walk starts as if nothing had been seen before.
const STARTS: [Subject; 4] = [
    Subject::Parameter,
    Subject::Body,
    Subject::Success,
    Subject::Failure,
];

/// The differences between two documents, where `compare` says what two parts are to each other.
///
/// It is asked once for each pair of parts, however many operations come to it: what they share may be most
/// of a document. All that is left to do for each of them is to follow numbers.
pub(super) fn differences<'a>(
    docs: [&'a Value; 2],
    compare: impl FnMut(&[Part<'a>; 2]) -> Vec<Outcome<'a>>,
) -> Vec<Difference> {
    let mut walk = Walk {
        compare,
        numbers: Numbers::default(),
        pairs: Vec::new(),
        locations: Numbers::default(),
        seen: Vec::new(),
        starts: 0,
        gathered: Gathered::default(),
    };
    let root = walk.number(docs.map(document::root));
    walk.through(root);
    walk.gathered.differences()
}

struct Walk<'a, C> {
    compare: C,
    numbers: Numbers<[Identity; 2]>,
    /// What was numbered.
    pairs: Vec<Pair<'a>>,
    locations: Numbers<[Location; 2]>,
    /// For each number of locations, the start on the way from which they were last looked at.
    seen: Vec<Option<usize>>,
    /// How many starts there were so far.
    starts: usize,
    gathered: Gathered,
}

/// An old part and its counterpart.
struct Pair<'a> {
    parts: [Part<'a>; 2],
    /// The number of their locations.
    locations: usize,
    is_start: bool,
    step: Step,
    /// What is to be done in them, once they were compared.
    tasks: Option<Rc<[Task]>>,
}

/// What is to be done on the way. Pairs and differences are known by their numbers.
enum Task {
    Enter(usize),
    Tell(usize, Felt),
}

/// A pair that the walk is in.
struct Visit {
    trail: Trail,
    tasks: Rc<[Task]>,
    /// How many of them are done.
    done: usize,
}

impl<'a, C: FnMut(&[Part<'a>; 2]) -> Vec<Outcome<'a>>> Walk<'a, C> {
    /// Goes through all that there is. Where the walk is in is kept in a list, since in a ring it would take
    /// a stack as deep as the ring is long.
    fn through(&mut self, root: usize) {
        let mut visits: Vec<Visit> = self.visit(root, &Trail::default()).into_iter().collect();
        while let Some(visit) = visits.last_mut() {
            let task = visit.tasks.get(visit.done);
            visit.done += 1;
            match task {
                Some(Task::Enter(number)) => {
                    let inner = self.visit(*number, &visit.trail);
                    visits.extend(inner);
                }
                Some(Task::Tell(number, felt)) => {
                    self.gathered.add(*number, felt.after(&visit.trail));
                }
                None => drop(visits.pop()),
            }
        }
    }

    /// Enters a pair that was not seen on the way from the start, if there is anything to do in it.
    fn visit(&mut self, number: usize, trail: &Trail) -> Option<Visit> {
        let pair = self.pairs.get(number)?;
        self.starts += usize::from(pair.is_start);
        let seen = self.seen.get_mut(pair.locations)?;
        if seen.replace(self.starts) == Some(self.starts) {
            return None;
        }
        let tasks = self.tasks(number)?;
        let pair = self.pairs.get(number).filter(|_| !tasks.is_empty())?;
        Some(Visit {
            trail: trail.step(&pair.step),
            tasks,
            done: 0,
        })
    }

    /// What is to be done in a pair. It is compared the first time only.
    fn tasks(&mut self, number: usize) -> Option<Rc<[Task]>> {
        let pair = self.pairs.get(number)?;
        if let Some(tasks) = &pair.tasks {
            return Some(Rc::clone(tasks));
        }
        let outcomes = (self.compare)(&pair.parts).into_iter();
        let tasks: Rc<[Task]> = outcomes.map(|outcome| self.task(outcome)).collect();
        self.pairs.get_mut(number)?.tasks = Some(Rc::clone(&tasks));
        Some(tasks)
    }

    fn task(&mut self, outcome: Outcome<'a>) -> Task {
        match outcome {
            Outcome::Pair(parts) => Task::Enter(self.number(parts)),
            Outcome::Found(difference, felt) => Task::Tell(self.gathered.number(difference), felt),
        }
    }

    /// The number of a pair. Parts that are used in another way are another pair, of the same locations.
    fn number(&mut self, parts: [Part<'a>; 2]) -> usize {
        let number = self.numbers.of(parts.each_ref().map(Part::identity));
        if number == self.pairs.len() {
            let [old, new] = &parts;
            let locations = self
                .locations
                .of([old.location.clone(), new.location.clone()]);
            if locations == self.seen.len() {
                self.seen.push(None);
            }
            self.pairs.push(Pair {
                locations,
                is_start: STARTS.contains(&old.subject),
                step: Step::into(old),
                tasks: None,
                parts,
            });
        }
        number
    }
}

impl Felt {
    /// What is felt of it at the end of a way.
    fn after(&self, trail: &Trail) -> Use {
        let inside = self.inside.as_ref().map(|step| trail.step(step));
        Use {
            trail: inside.unwrap_or_else(|| trail.clone()),
            position: self.position,
            generated: self.generated,
        }
    }
}
