//! Rebases the paths of two documents: a server's URL in one document may be a prefix of every path in the other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::diagnostic::Location;
use crate::diff::delta::operations;
use crate::openapi::json::{Object, members};
use crate::openapi::parameter::blank;

/// The difference between the path prefixes of two documents.
#[derive(Debug, Default)]
pub(super) struct Base {
    /// The prefix to strip from the published paths.
    pub(super) upstream: String,
    /// The prefix to add to the published paths.
    pub(super) local: String,
    /// The number of operations that both documents share under this base.
    pub(super) shared: usize,
    /// The published paths by rebased path.
    original: BTreeMap<String, String>,
}

impl Base {
    /// Returns the base with the most shared operations; of several, the shortest.
    pub(super) fn between(local: &Value, upstream: &Value) -> Self {
        let (local_requests, upstream_requests) = (requests(local), requests(upstream));
        let strips = bases(upstream)
            .into_iter()
            .map(|base| (base, String::new()));
        let adds = bases(local).into_iter().map(|base| (String::new(), base));
        let mut best = Self::default();
        for (upstream, local) in strips.chain(adds) {
            let matched = upstream_requests.iter().filter(|(method, path)| {
                let path = rebased(path, &upstream, &local);
                local_requests.contains(&(method.clone(), path))
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
        // Two paths with the same rebased path stay unchanged.
        paths.extend(old);
    }

    /// Returns the location in the published document.
    pub(super) fn published(&self, location: &Location) -> Location {
        let keys: Vec<String> = location.keys().collect();
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

/// Returns the methods and paths of all operations, with parameter names blanked.
fn requests(doc: &Value) -> BTreeSet<(String, String)> {
    operations(doc)
        .iter()
        .filter_map(|part| part.key.split_once(' '))
        .map(|(method, path)| (method.to_owned(), blank(path)))
        .collect()
}

/// Returns every prefix of the document's paths, the shortest first.
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
