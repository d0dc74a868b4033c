//! Brings the paths of two documents under one base: a server's address on one side may be part of every
//! path on the other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::delta::{blank, keys, operations};
use crate::diagnostic::Location;
use crate::document::json::{Object, members};

/// What one document's paths begin with and the other's do not.
#[derive(Debug, Default)]
pub(super) struct Base {
    /// Taken from the published paths that begin with it.
    pub(super) upstream: String,
    /// Put before the published paths.
    pub(super) local: String,
    /// The operations that both documents have under this base.
    pub(super) shared: usize,
    /// How the published paths read before.
    original: BTreeMap<String, String>,
}

impl Base {
    /// The base under which the most operations are shared; of several, the shortest.
    pub(super) fn between(local: &Value, upstream: &Value) -> Self {
        let (of_ours, of_theirs) = (requests(local), requests(upstream));
        let strips = bases(upstream)
            .into_iter()
            .map(|base| (base, String::new()));
        let adds = bases(local).into_iter().map(|base| (String::new(), base));
        let mut best = Self::default();
        for (upstream, local) in strips.chain(adds) {
            let matched = of_theirs.iter().filter(|(method, path)| {
                let path = rebased(path, &upstream, &local);
                of_ours.contains(&(method.clone(), path))
            });
            let shared = matched.count();
            if shared > best.shared {
                best = Self {
                    upstream,
                    local,
                    shared,
                    original: BTreeMap::new(),
                };
            }
        }
        for (path, _) in members(upstream, "paths") {
            let rebased = rebased(path, &best.upstream, &best.local);
            best.original.entry(rebased).or_insert_with(|| path.clone());
        }
        best
    }

    /// Renames the paths of the published document.
    pub(super) fn apply(&self, upstream: &mut Value) {
        let Some(Value::Object(paths)) = upstream.get_mut("paths") else {
            return;
        };
        let mut old = std::mem::take(paths);
        let renamed = self.original.iter().filter_map(|(new, path)| {
            let item = old.remove(path)?;
            Some((new.clone(), item))
        });
        let renamed: Object = renamed.collect();
        paths.extend(renamed);
        // Two paths that would read the same stay what they are.
        paths.extend(old);
    }

    /// The location in the document as it was published.
    pub(super) fn published(&self, location: &Location) -> Location {
        let keys = keys(location);
        let original = match keys.as_slice() {
            [paths, path, ..] if paths == "paths" => self.original.get(path),
            _ => None,
        };
        let keys = keys
            .iter()
            .enumerate()
            .map(|(at, key)| match (at, original) {
                (1, Some(path)) => path,
                _ => key,
            });
        keys.fold(Location::default(), |location, key| location.key(key))
    }
}

/// Methods and paths, without the names of parameters.
fn requests(doc: &Value) -> BTreeSet<(String, String)> {
    operations(doc)
        .iter()
        .filter_map(|part| part.key.split_once(' '))
        .map(|(method, path)| (method.to_owned(), blank(path)))
        .collect()
}

/// Everything that a path of a document begins with, the shortest first.
fn bases(doc: &Value) -> Vec<String> {
    let mut found = BTreeSet::from([String::new()]);
    for (path, _) in members(doc, "paths") {
        let ends = path.match_indices('/').map(|(at, _)| at).skip(1);
        found.extend(ends.filter_map(|at| path.get(..at)).map(blank));
    }
    let mut found: Vec<String> = found.into_iter().collect();
    found.sort_by_key(String::len);
    found
}

fn rebased(path: &str, upstream: &str, local: &str) -> String {
    let rest = path
        .strip_prefix(upstream)
        .filter(|rest| rest.starts_with('/'))
        .unwrap_or(path);
    format!("{local}{rest}")
}
