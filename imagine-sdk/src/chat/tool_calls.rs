//! Accumulation of tool calls, which servers identify in different ways.

use std::collections::{HashMap, HashSet};

use crate::generated::inference::types::{ChatMessageToolCall, DeltaToolCall};

/// The tool calls accumulated so far.
#[derive(Clone, Debug, Default)]
pub(super) struct ToolCalls {
    calls: Vec<ChatMessageToolCall>,
    by_index: HashMap<u64, usize>,
    by_id: HashMap<String, usize>,
    /// The calls that have an index.
    indexed: HashSet<usize>,
}

impl ToolCalls {
    /// Adds the deltas of one chunk.
    pub(super) fn push(&mut self, deltas: Vec<DeltaToolCall>) {
        let is_single = deltas.len() == 1;
        // The call of the last delta with an index or an id.
        let mut current = None;
        for (position, delta) in deltas.into_iter().enumerate() {
            let call_index = match current.filter(|_| is_continuation(&delta)) {
                Some(call_index) => call_index,
                None => self.resolve(&delta, position, is_single),
            };
            if is_identified(&delta) {
                current = Some(call_index);
            }
            if let Some(index) = delta.index {
                self.by_index.insert(index, call_index);
                self.indexed.insert(call_index);
            }
            if let Some(id) = non_empty(delta.id.as_ref()) {
                self.by_id.insert(id.clone(), call_index);
            }
            if let Some(call) = self.calls.get_mut(call_index) {
                merge(call, delta);
            }
        }
    }

    /// Returns the calls, or `None` if there are none.
    pub(super) fn finish(self) -> Option<Vec<ChatMessageToolCall>> {
        (!self.calls.is_empty()).then_some(self.calls)
    }

    /// Returns the index of the call that a delta belongs to: by its index, else by its id, else by its position. A new
    /// id starts a new call, even if the index is known.
    fn resolve(&mut self, delta: &DeltaToolCall, position: usize, is_single: bool) -> usize {
        let id = non_empty(delta.id.as_ref());
        let known = match (delta.index, id) {
            (Some(index), Some(_)) => self.by_index.get(&index).copied(),
            // Some servers send an index only in the continuations of a call.
            (Some(index), None) => {
                let known = self.by_index.get(&index).copied();
                known.or_else(|| self.last_without_index().filter(|_| !has_name(delta)))
            }
            (None, Some(id)) => self.by_id.get(id).copied(),
            (None, None) => self.resolve_unidentified(delta, position, is_single),
        };
        known
            .filter(|index| self.accepts_id(*index, id))
            .unwrap_or_else(|| {
                self.calls.push(ChatMessageToolCall::default());
                self.calls.len() - 1
            })
    }

    /// Returns the last call, if it has no index.
    fn last_without_index(&self) -> Option<usize> {
        let last = self.calls.len().checked_sub(1)?;
        (!self.indexed.contains(&last)).then_some(last)
    }

    /// Returns the call of a delta without index and id: the last one, unless both the delta and the call have a name.
    /// Several such deltas in one chunk belong to the calls at their positions.
    fn resolve_unidentified(
        &self,
        delta: &DeltaToolCall,
        position: usize,
        is_single: bool,
    ) -> Option<usize> {
        let index = if is_single {
            self.calls.len().checked_sub(1)?
        } else {
            position
        };
        let name = self.calls.get(index)?.name();
        let is_named = name.is_some_and(|name| !name.is_empty());
        (!(is_named && has_name(delta))).then_some(index)
    }

    fn accepts_id(&self, index: usize, id: Option<&String>) -> bool {
        let known = self.calls.get(index).and_then(|call| call.id.as_ref());
        match (known, id) {
            (Some(known), Some(id)) => known == id,
            _ => true,
        }
    }
}

/// Returns true if a delta identifies its call.
fn is_identified(delta: &DeltaToolCall) -> bool {
    delta.index.is_some() || non_empty(delta.id.as_ref()).is_some()
}

/// Returns true if a delta has neither identification nor name, so it can only continue another delta.
fn is_continuation(delta: &DeltaToolCall) -> bool {
    !is_identified(delta) && !has_name(delta)
}

fn has_name(delta: &DeltaToolCall) -> bool {
    let function = delta.function.as_ref();
    function.is_some_and(|function| non_empty(function.name.as_ref()).is_some())
}

/// Returns a non-empty string. Servers repeat fields as empty strings.
fn non_empty(text: Option<&String>) -> Option<&String> {
    text.filter(|text| !text.is_empty())
}

/// Merges a delta into its call. Only arguments are concatenated.
fn merge(call: &mut ChatMessageToolCall, delta: DeltaToolCall) {
    let kept =
        |new: Option<String>, old: Option<String>| new.filter(|text| !text.is_empty()).or(old);
    call.id = kept(delta.id, call.id.take());
    call.type_ = kept(delta.type_, call.type_.take());
    call.extra.extend(delta.extra);
    let Some(delta) = delta.function else { return };
    let function = call.function.get_or_insert_default();
    function.name = kept(delta.name, function.name.take());
    function.extra.extend(delta.extra);
    if let Some(arguments) = delta.arguments {
        function
            .arguments
            .get_or_insert_default()
            .push_str(&arguments);
    }
}
