//! Walks two documents together and collects their differences.

use std::rc::Rc;

use serde_json::Value;

use super::comparison::{Effect, Outcome};
use super::difference::{Collected, Difference, Use};
use super::interner::Interner;
use super::part::{Identity, Part};
use super::reach::{Paths, Reaches};
use super::trail::{Map, Step, Trails};
use super::{Subject, document};

/// The parts of an operation where a path in a report starts.
const STARTS: [Subject; 4] = [
    Subject::Parameter,
    Subject::Body,
    Subject::Success,
    Subject::Failure,
];

/// Returns the differences between two documents, with `compare` for two parts.
///
/// `compare` is called once for each pair of parts, however many operations reach the pair. The operations that a
/// difference affects are found backwards from its pair, once for all pairs of a ring.
pub(super) fn differences<'a>(
    docs: [&'a Value; 2],
    compare: impl FnMut(&[Part<'a>; 2]) -> Vec<Outcome<'a>>,
) -> Vec<Difference> {
    let mut walk = Walk {
        compare,
        numbers: Interner::default(),
        pairs: Vec::new(),
        found: Vec::new(),
        collected: Collected::default(),
    };
    let root = walk.number(docs.map(document::root));
    walk.explore(root);
    walk.record();
    walk.collected.differences()
}

struct Walk<'a, C> {
    compare: C,
    numbers: Interner<[Identity; 2]>,
    /// The pairs by number.
    pairs: Vec<Pair<'a>>,
    /// The differences in the order of the documents, each with its pair and its number.
    found: Vec<(usize, usize, Effect)>,
    collected: Collected,
}

/// An old part and its counterpart.
pub(super) struct Pair<'a> {
    /// The parts, until they are compared.
    parts: Option<[Part<'a>; 2]>,
    is_start: bool,
    step: Step,
    /// The pairs that contain this one.
    pub(super) parents: Vec<usize>,
    /// The position in the order of the documents.
    pub(super) order: usize,
}

/// A task of the exploration.
enum Task {
    Enter(usize),
    Record(usize, usize, Effect),
}

impl<'a, C: FnMut(&[Part<'a>; 2]) -> Vec<Outcome<'a>>> Walk<'a, C> {
    /// Compares every pair once. The tasks are kept in a list: recursion would need a stack as deep as the longest
    /// ring.
    fn explore(&mut self, root: usize) {
        let mut tasks = vec![Task::Enter(root)];
        let mut explored = 0;
        while let Some(task) = tasks.pop() {
            match task {
                Task::Record(pair, number, effect) => self.found.push((pair, number, effect)),
                Task::Enter(number) => {
                    let Some(pair) = self.pairs.get_mut(number) else {
                        continue;
                    };
                    let Some(parts) = pair.parts.take() else {
                        continue;
                    };
                    pair.order = explored;
                    explored += 1;
                    let outcomes = (self.compare)(&parts);
                    let inner = outcomes
                        .into_iter()
                        .map(|outcome| self.task(number, outcome));
                    let inner: Vec<Task> = inner.collect();
                    tasks.extend(inner.into_iter().rev());
                }
            }
        }
    }

    fn task(&mut self, parent: usize, outcome: Outcome<'a>) -> Task {
        match outcome {
            Outcome::Pair(parts) => {
                let child = self.number(parts);
                if let Some(pair) = self.pairs.get_mut(child) {
                    pair.parents.push(parent);
                }
                Task::Enter(child)
            }
            Outcome::Found(difference, effect) => {
                Task::Record(parent, self.collected.number(difference), effect)
            }
        }
    }

    /// Returns the number of a pair. Parts that are used differently form another pair.
    fn number(&mut self, parts: [Part<'a>; 2]) -> usize {
        let number = self.numbers.of(parts.each_ref().map(Part::identity));
        if number == self.pairs.len() {
            let [old, _] = &parts;
            self.pairs.push(Pair {
                is_start: STARTS.contains(&old.subject),
                step: Step::into(old),
                parents: Vec::new(),
                order: 0,
                parts: Some(parts),
            });
        }
        number
    }

    /// Records each difference for the starts that reach it.
    fn record(&mut self) {
        if self.found.is_empty() {
            return;
        }
        let steps = self.pairs.iter().map(|pair| pair.step.clone()).collect();
        let operations = self.pairs.iter().map(Pair::operation).collect();
        let map = Rc::new(Map { steps, operations });
        let (mut reaches, paths) = (Reaches::new(&self.pairs), Paths::new(&self.pairs));
        for (pair, number, effect) in std::mem::take(&mut self.found) {
            let Some(reach) = reaches.of(pair) else {
                continue;
            };
            let trails = Trails::new(&map, reach, paths.to(pair), effect.inside);
            self.collected.add(
                number,
                Use {
                    trails,
                    position: effect.position,
                    generated: effect.generated,
                },
            );
        }
    }
}

impl Pair<'_> {
    pub(super) fn is_start(&self) -> bool {
        self.is_start
    }

    /// Returns the operation that contains a start.
    pub(super) fn operation(&self) -> Option<usize> {
        let parent = self.parents.first().copied();
        parent.filter(|_| self.is_start)
    }
}
