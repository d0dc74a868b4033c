//! Walks two documents together and collects their differences.

use std::rc::Rc;

use serde_json::Value;

use super::comparison::{Effect, Outcome};
use super::difference::{Collected, Difference, Use};
use super::interner::Interner;
use super::part::{Identity, Part};
use super::trail::{Step, Trail};
use super::{Subject, document};
use crate::diagnostic::Location;

/// The parts of an operation where the walk forgets the parts it has visited.
const STARTS: [Subject; 4] = [
    Subject::Parameter,
    Subject::Body,
    Subject::Success,
    Subject::Failure,
];

/// Returns the differences between two documents, with `compare` for two parts.
///
/// `compare` is called once for each pair of parts, however many operations reach the pair: shared parts may be most of
/// a document. The work that remains for each operation is following numbers.
pub(super) fn differences<'a>(
    docs: [&'a Value; 2],
    compare: impl FnMut(&[Part<'a>; 2]) -> Vec<Outcome<'a>>,
) -> Vec<Difference> {
    let mut walk = Walk {
        compare,
        numbers: Interner::default(),
        pairs: Vec::new(),
        locations: Interner::default(),
        seen: Vec::new(),
        starts: 0,
        collected: Collected::default(),
    };
    let root = walk.number(docs.map(document::root));
    walk.through(root);
    walk.collected.differences()
}

struct Walk<'a, C> {
    compare: C,
    numbers: Interner<[Identity; 2]>,
    /// The pairs by number.
    pairs: Vec<Pair<'a>>,
    locations: Interner<[Location; 2]>,
    /// For each number of locations, the start from which they were last visited.
    seen: Vec<Option<usize>>,
    /// The number of starts so far.
    starts: usize,
    collected: Collected,
}

/// An old part and its counterpart.
struct Pair<'a> {
    parts: [Part<'a>; 2],
    /// The number of their locations.
    locations: usize,
    is_start: bool,
    step: Step,
    /// The tasks of the pair, once compared.
    tasks: Option<Rc<[Task]>>,
}

/// A task of the walk. Pairs and differences are stored by number.
enum Task {
    Enter(usize),
    Record(usize, Effect),
}

/// A pair that the walk is in.
struct Visit {
    trail: Trail,
    tasks: Rc<[Task]>,
    /// The number of finished tasks.
    done: usize,
}

impl<'a, C: FnMut(&[Part<'a>; 2]) -> Vec<Outcome<'a>>> Walk<'a, C> {
    /// Walks through all pairs. The path is kept in a list: recursion would need a stack as deep as the longest
    /// ring.
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
                Some(Task::Record(number, effect)) => {
                    self.collected.add(*number, effect.after(&visit.trail));
                }
                None => drop(visits.pop()),
            }
        }
    }

    /// Enters a pair that was not visited from this start, if it has tasks.
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

    /// Returns the tasks of a pair. The first call compares it.
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
            Outcome::Found(difference, effect) => {
                Task::Record(self.collected.number(difference), effect)
            }
        }
    }

    /// Returns the number of a pair. Parts that are used differently form another pair with the same locations.
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

impl Effect {
    /// Returns the use at the end of a path.
    fn after(&self, trail: &Trail) -> Use {
        let inside = self.inside.as_ref().map(|step| trail.step(step));
        Use {
            trail: inside.unwrap_or_else(|| trail.clone()),
            position: self.position,
            generated: self.generated,
        }
    }
}
