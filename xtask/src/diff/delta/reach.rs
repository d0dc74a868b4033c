//! The starts from which pairs are reached: parts of operations, and the document itself.
//!
//! The graph of pairs has rings, and each pair of a ring has the same starts. Tarjan's algorithm finds the rings and
//! visits each pair once, so that the work is in proportion to the document, however many pairs differ.

use std::collections::HashSet;
use std::rc::Rc;

use super::walk::Pair;

/// No pair.
const NONE: usize = usize::MAX;

/// The starts from which a pair is reached, in the order of the document.
#[derive(Debug)]
pub(super) struct Reach {
    pub(super) starts: Vec<usize>,
    /// The operations that contain the starts, each once.
    pub(super) operations: Vec<usize>,
}

/// The starts of pairs, found backwards from the pairs that are asked for.
pub(super) struct Reaches<'p, 'a> {
    pairs: &'p [Pair<'a>],
    nodes: Vec<Node>,
    visited: usize,
    /// The visited pairs whose ring is not complete.
    open: Vec<usize>,
    /// The pairs on the way from the pair that is asked for, each with the number of its visited parents.
    path: Vec<(usize, usize)>,
}

/// The state of a pair.
#[derive(Clone)]
struct Node {
    /// The number of the visit.
    visit: usize,
    /// The first visit of a pair in the same ring.
    low: usize,
    reach: Option<Rc<Reach>>,
}

impl<'p, 'a> Reaches<'p, 'a> {
    pub(super) fn new(pairs: &'p [Pair<'a>]) -> Self {
        let node = Node {
            visit: NONE,
            low: NONE,
            reach: None,
        };
        Self {
            pairs,
            nodes: vec![node; pairs.len()],
            visited: 0,
            open: Vec::new(),
            path: Vec::new(),
        }
    }

    /// Returns the starts of a pair.
    pub(super) fn of(&mut self, target: usize) -> Option<Rc<Reach>> {
        if self.node(target)?.visit == NONE {
            self.enter(target);
        }
        while let Some((pair, done)) = self.path.last_mut() {
            let (pair, at) = (*pair, *done);
            *done += 1;
            match self.parents(pair).get(at).copied() {
                Some(parent) => self.follow(pair, parent),
                None => self.leave(pair),
            }
        }
        self.node(target)?.reach.clone()
    }

    fn node(&mut self, pair: usize) -> Option<&mut Node> {
        self.nodes.get_mut(pair)
    }

    /// Returns the parents of a pair; a path ends at a start.
    fn parents(&self, pair: usize) -> &'p [usize] {
        let pair = self.pairs.get(pair).filter(|pair| !pair.is_start());
        pair.map_or(&[], |pair| &pair.parents)
    }

    fn enter(&mut self, pair: usize) {
        let visit = self.visited;
        self.visited += 1;
        if let Some(node) = self.node(pair) {
            (node.visit, node.low) = (visit, visit);
        }
        self.open.push(pair);
        self.path.push((pair, 0));
    }

    fn follow(&mut self, pair: usize, parent: usize) {
        match self.nodes.get(parent) {
            Some(node) if node.visit == NONE => self.enter(parent),
            Some(node) if node.reach.is_none() => self.lower(pair, node.visit),
            _ => {}
        }
    }

    fn lower(&mut self, pair: usize, visit: usize) {
        if let Some(node) = self.node(pair) {
            node.low = node.low.min(visit);
        }
    }

    /// Leaves a pair, which completes its ring if it is the first visited pair of it.
    fn leave(&mut self, pair: usize) {
        self.path.pop();
        let Some(Node { visit, low, .. }) = self.nodes.get(pair).cloned() else {
            return;
        };
        if let Some((child, _)) = self.path.last() {
            self.lower(*child, low);
        }
        if visit == low {
            let first = self.open.iter().rposition(|open| *open == pair);
            let ring = self.open.split_off(first.unwrap_or_default());
            let reach = self.reach(&ring);
            for pair in ring {
                if let Some(node) = self.node(pair) {
                    node.reach = Some(Rc::clone(&reach));
                }
            }
        }
    }

    /// Merges the starts in a ring and those of its parents.
    fn reach(&self, ring: &[usize]) -> Rc<Reach> {
        let outside = ring.iter().flat_map(|pair| self.parents(*pair));
        let outside = outside.filter_map(|parent| self.nodes.get(*parent)?.reach.as_ref());
        let mut seen = HashSet::new();
        let parents: Vec<&Rc<Reach>> = outside
            .filter(|reach| seen.insert(Rc::as_ptr(reach)))
            .collect();
        let own = ring.iter().filter(|pair| self.parents(**pair).is_empty());
        let mut starts: Vec<usize> = own.copied().collect();
        starts.extend(parents.iter().flat_map(|reach| &reach.starts));
        starts.sort_unstable_by_key(|start| self.pairs.get(*start).map(|pair| pair.order));
        starts.dedup();
        let same = parents
            .iter()
            .find(|reach| reach.starts.len() == starts.len());
        if let Some(reach) = same {
            return Rc::clone(reach);
        }
        let mut operations: Vec<usize> = starts
            .iter()
            .filter_map(|start| self.pairs.get(*start)?.operation())
            .collect();
        operations.dedup();
        Rc::new(Reach { starts, operations })
    }
}

/// The shortest path to each pair from its first start.
pub(super) struct Paths {
    /// The pair before each pair. A start is before itself.
    before: Vec<usize>,
}

impl Paths {
    pub(super) fn new(pairs: &[Pair<'_>]) -> Self {
        let mut ordered: Vec<usize> = (0..pairs.len()).collect();
        ordered.sort_by_key(|pair| pairs.get(*pair).map(|pair| pair.order));
        let mut children = vec![Vec::new(); pairs.len()];
        for child in &ordered {
            let pair = pairs.get(*child).filter(|pair| !pair.is_start());
            for parent in pair.into_iter().flat_map(|pair| &pair.parents) {
                if let Some(children) = children.get_mut(*parent) {
                    children.push(*child);
                }
            }
        }
        let mut before = vec![NONE; pairs.len()];
        let starts = ordered.into_iter().filter(|pair| {
            let pair = pairs.get(*pair);
            pair.is_some_and(|pair| pair.is_start() || pair.parents.is_empty())
        });
        // A pair belongs to its first start, and so do all pairs on the way.
        for start in starts {
            claim(start, &children, &mut before);
        }
        Self { before }
    }

    /// Returns the pairs on the path, from the start.
    pub(super) fn to(&self, target: usize) -> Vec<usize> {
        let before = |at: &usize| {
            let before = self.before.get(*at).copied()?;
            (before != *at && before != NONE).then_some(before)
        };
        let mut path: Vec<usize> = std::iter::successors(Some(target), before).collect();
        path.reverse();
        path
    }
}

/// Claims the pairs that a start reaches, the closest first, except those of earlier starts.
fn claim(start: usize, children: &[Vec<usize>], before: &mut [usize]) {
    let mut claimed = vec![start];
    let mut done = 0;
    if let Some(slot) = before.get_mut(start) {
        *slot = start;
    }
    while let Some(at) = claimed.get(done).copied() {
        done += 1;
        for child in children.get(at).into_iter().flatten() {
            if let Some(slot) = before.get_mut(*child)
                && *slot == NONE
            {
                *slot = at;
                claimed.push(*child);
            }
        }
    }
}
