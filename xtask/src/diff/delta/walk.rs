//! Walks two documents together and collects their differences.

use std::collections::HashSet;
use std::rc::Rc;

use serde_json::Value;

use super::comparison::{Effect, Outcome};
use super::difference::{Collected, Difference, Use};
use super::interner::Interner;
use super::part::{Identity, Part};
use super::trail::{Path, Step, Trail};
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
/// difference affects are found backwards from its pair, so that the work is in proportion to the document and to the
/// number of differences, not to the number of operations.
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
struct Pair<'a> {
    /// The parts, until they are compared.
    parts: Option<[Part<'a>; 2]>,
    is_start: bool,
    step: Step,
    /// The pairs that contain this one.
    parents: Vec<usize>,
    /// The position in the order of the documents.
    order: usize,
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
        let steps: Rc<[Step]> = self.pairs.iter().map(|pair| pair.step.clone()).collect();
        let mut recorded = HashSet::new();
        let mut routes = Routes::new(self.pairs.len());
        let mut latest = None;
        for (pair, number, effect) in std::mem::take(&mut self.found) {
            // The differences of a pair follow each other.
            if latest != Some(pair) {
                routes.find(&self.pairs, pair);
                latest = Some(pair);
            }
            let inside = effect.inside.as_ref();
            let mut path = Some(routes.first_path());
            for start in &routes.starts {
                if recorded.insert((number, *start)) {
                    let path = path.take().unwrap_or(Path::Start(*start));
                    let operation = operation(&self.pairs, *start);
                    let trail = Trail::new(operation, path, Rc::clone(&steps), inside.cloned());
                    self.collected.add(
                        number,
                        Use {
                            trail,
                            position: effect.position,
                            generated: effect.generated,
                        },
                    );
                }
            }
        }
    }
}

/// Returns the operation that contains a start.
fn operation(pairs: &[Pair<'_>], start: usize) -> Option<usize> {
    let pair = pairs.get(start).filter(|pair| pair.is_start)?;
    pair.parents.first().copied()
}

/// No pair.
const NONE: usize = usize::MAX;

/// The shortest ways to a pair, and the starts from which it is reached: parts of operations, and the document itself.
struct Routes {
    /// The next pair on the way from each pair.
    next: Vec<usize>,
    visited: Vec<usize>,
    starts: Vec<usize>,
}

impl Routes {
    fn new(pairs: usize) -> Self {
        Self {
            next: vec![NONE; pairs],
            visited: Vec::new(),
            starts: Vec::new(),
        }
    }

    /// Finds the ways to a pair.
    fn find(&mut self, pairs: &[Pair<'_>], target: usize) {
        for pair in self.visited.drain(..) {
            if let Some(next) = self.next.get_mut(pair) {
                *next = NONE;
            }
        }
        self.starts.clear();
        self.visit(target, target);
        let mut done = 0;
        while let Some(at) = self.visited.get(done).copied() {
            done += 1;
            let Some(here) = pairs.get(at) else {
                continue;
            };
            if here.is_start || here.parents.is_empty() {
                self.starts.push(at);
                continue;
            }
            for parent in &here.parents {
                self.visit(*parent, at);
            }
        }
        self.starts
            .sort_by_key(|start| pairs.get(*start).map(|pair| pair.order));
    }

    /// Visits a pair once, on the way to `next`. The target is its own next pair.
    fn visit(&mut self, pair: usize, next: usize) {
        if let Some(slot) = self.next.get_mut(pair)
            && *slot == NONE
        {
            *slot = next;
            self.visited.push(pair);
        }
    }

    /// Returns the path from the first start.
    fn first_path(&self) -> Path {
        let follow = |at: &usize| {
            let next = self.next.get(*at).copied()?;
            (next != *at && next != NONE).then_some(next)
        };
        let path = std::iter::successors(self.starts.first().copied(), follow);
        Path::Whole(path.collect())
    }
}
