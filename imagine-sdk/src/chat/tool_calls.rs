//! Accumulation of tool calls, which servers identify in different ways.
//!
//! | server | index | id | name | arguments |
//! |---|---|---|---|---|
//! | OpenAI | in every delta | in the first delta | in the first delta | in parts |
//! | vLLM | in every delta | in the first delta, or another one in every delta | in the first or every delta | in parts |
//! | llama.cpp | in every delta | in the first delta | in the first delta, or in two halves | in parts |
//! | Mistral | in every delta, or none | in every delta | in every delta | complete |
//! | Ollama | in every delta, or none | in every delta, or none | in every delta | complete, or a JSON object |
//! | Gemini-compatible | 0 for all calls | empty, or one for each call | one for each call | complete |
//!
//! Some servers repeat a complete call at the end, and some write `null` among the deltas.

use std::collections::{HashMap, HashSet};

use crate::generated::inference::types::{ChatMessageToolCall, DeltaToolCall};

/// The tool calls accumulated so far.
#[derive(Clone, Debug, Default)]
pub(super) struct ToolCalls {
    calls: Vec<ChatMessageToolCall>,
    /// The progress of the arguments of each call.
    arguments: Vec<ArgumentScanner>,
    by_index: HashMap<u64, usize>,
    by_id: HashMap<String, usize>,
    /// The calls that have an index.
    indexed: HashSet<usize>,
}

/// The relation of a delta to the calls before it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Target {
    New,
    Continue(usize),
    /// The delta repeats a complete call.
    Repeat(usize),
}

impl ToolCalls {
    /// Adds the deltas of one chunk.
    pub(super) fn push(&mut self, mut deltas: Vec<DeltaToolCall>) {
        deltas.retain(|delta| *delta != DeltaToolCall::default());
        let is_single = deltas.len() == 1;
        // The call of the last delta with an index or an id.
        let mut current = None;
        for (position, delta) in deltas.into_iter().enumerate() {
            let target = match current.filter(|_| is_continuation(&delta)) {
                Some(call) => Target::Continue(call),
                None => self.target(&delta, position, is_single),
            };
            let call = match target {
                Target::Continue(call) | Target::Repeat(call) => call,
                Target::New => self.start(),
            };
            if is_identified(&delta) {
                current = Some(call);
            }
            if let Some(index) = delta.index {
                self.by_index.insert(index, call);
                self.indexed.insert(call);
            }
            if let Some(id) = non_empty(delta.id.as_ref()) {
                self.by_id.insert(id.clone(), call);
            }
            if !matches!(target, Target::Repeat(_)) {
                self.append(call, delta);
            }
        }
    }

    /// Returns the arguments of the call of a function.
    pub(super) fn arguments_of(&self, name: &str) -> Option<&str> {
        let mut calls = self.calls.iter();
        let call = calls.find(|call| call.name() == Some(name))?;
        call.function.as_ref()?.arguments.as_deref()
    }

    /// Returns the calls.
    pub(super) fn finish(self) -> Vec<ChatMessageToolCall> {
        self.calls
    }

    fn start(&mut self) -> usize {
        self.calls.push(ChatMessageToolCall::default());
        self.arguments.push(ArgumentScanner::default());
        self.calls.len() - 1
    }

    /// Decides about a delta by the call with its index, else with its id, else at its position.
    fn target(&self, delta: &DeltaToolCall, position: usize, is_single: bool) -> Target {
        let id = non_empty(delta.id.as_ref());
        let known = match (delta.index, id) {
            (Some(index), _) => {
                let known = self.by_index.get(&index).copied();
                // Some servers send an index only in the continuations of a call.
                let is_rest = id.is_none() && name(delta).is_none();
                known.or_else(|| self.last_without_index().filter(|_| is_rest))
            }
            (None, Some(id)) => self.by_id.get(id).copied(),
            (None, None) if is_single => self.calls.len().checked_sub(1),
            // Several such deltas in one chunk belong to the calls at their positions.
            (None, None) => Some(position),
        };
        let call = known.and_then(|index| Some((index, self.calls.get(index)?)));
        match call {
            Some((index, call)) => self.relation(index, call, delta),
            None => Target::New,
        }
    }

    /// Decides about a delta for a known call. See the table of the module.
    fn relation(&self, index: usize, call: &ChatMessageToolCall, delta: &DeltaToolCall) -> Target {
        let (id, call_id) = (non_empty(delta.id.as_ref()), non_empty(call.id.as_ref()));
        let (Some(name), Some(call_name)) = (name(delta), non_empty_str(call.name())) else {
            // Only a delta with a name starts a call. vLLM changes the id.
            return Target::Continue(index);
        };
        let same_name = name == call_name;
        let same_id = id.is_some() && id == call_id;
        let is_complete = self.is_complete(index);
        if id.is_some() && call_id.is_some() && !same_id {
            // With a named tool choice, vLLM sends another id and the name with each part of the arguments.
            let is_part = same_name && delta.index.is_some() && self.has_started(index);
            return match is_part && !is_complete {
                true => Target::Continue(index),
                false => Target::New,
            };
        }
        let arguments = arguments(delta);
        match is_complete {
            // The name is repeated, or the second half of it.
            false => Target::Continue(index),
            true if same_id && same_name && call.arguments() == arguments => Target::Repeat(index),
            true if same_name && arguments.is_empty() => Target::Continue(index),
            true => Target::New,
        }
    }

    /// Returns true if there are arguments.
    fn has_started(&self, call: usize) -> bool {
        let scanner = self.arguments.get(call);
        scanner.is_some_and(|scanner| scanner.depth > 0)
    }

    fn is_complete(&self, call: usize) -> bool {
        let scanner = self.arguments.get(call);
        scanner.is_some_and(ArgumentScanner::is_complete)
    }

    /// Returns the last call, if it has no index.
    fn last_without_index(&self) -> Option<usize> {
        let last = self.calls.len().checked_sub(1)?;
        (!self.indexed.contains(&last)).then_some(last)
    }

    /// Appends a delta to its call. Only arguments and halves of names are concatenated.
    fn append(&mut self, index: usize, delta: DeltaToolCall) {
        let (Some(call), Some(scanner)) =
            (self.calls.get_mut(index), self.arguments.get_mut(index))
        else {
            return;
        };
        replace_if_non_empty(&mut call.id, delta.id);
        replace_if_non_empty(&mut call.type_, delta.type_);
        call.extra.append(delta.extra);
        let Some(delta) = delta.function else { return };
        let function = call.function.get_or_insert_default();
        if let Some(name) = delta.name {
            append_name(function.name.get_or_insert_default(), &name);
        }
        function.extra.append(delta.extra);
        if let Some(arguments) = delta.arguments {
            scanner.push(&arguments);
            let target = function.arguments.get_or_insert_default();
            target.push_str(&arguments);
        }
    }
}

/// Finds the end of a JSON object while its text arrives, in time proportional to the text.
#[derive(Clone, Debug, Default)]
struct ArgumentScanner {
    depth: usize,
    is_in_string: bool,
    is_escaped: bool,
    is_complete: bool,
}

impl ArgumentScanner {
    fn push(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' if self.is_in_string => self.is_escaped = true,
                b'"' => self.is_in_string = !self.is_in_string,
                _ if self.is_in_string => {}
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.is_complete = self.depth == 0;
                }
                _ => {}
            }
        }
    }

    fn is_complete(&self) -> bool {
        self.is_complete && self.depth == 0
    }
}

/// Appends the name of a delta, which may be the complete name again, or its second half.
fn append_name(name: &mut String, delta: &str) {
    if delta.starts_with(name.as_str()) {
        name.clear();
        name.push_str(delta);
    } else {
        name.push_str(delta);
    }
}

/// Returns true if a delta identifies its call.
fn is_identified(delta: &DeltaToolCall) -> bool {
    delta.index.is_some() || non_empty(delta.id.as_ref()).is_some()
}

/// Returns true if a delta has neither identification nor name, so it can only continue another delta.
fn is_continuation(delta: &DeltaToolCall) -> bool {
    !is_identified(delta) && name(delta).is_none()
}

fn name(delta: &DeltaToolCall) -> Option<&str> {
    non_empty_str(delta.function.as_ref()?.name.as_deref())
}

fn arguments(delta: &DeltaToolCall) -> &str {
    let function = delta.function.as_ref();
    let arguments = function.and_then(|function| function.arguments.as_deref());
    arguments.unwrap_or_default()
}

fn non_empty_str(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// Returns a non-empty string. Servers repeat fields as empty strings.
fn non_empty(text: Option<&String>) -> Option<&String> {
    text.filter(|text| !text.is_empty())
}

fn replace_if_non_empty(target: &mut Option<String>, delta: Option<String>) {
    if non_empty(delta.as_ref()).is_some() {
        *target = delta;
    }
}
