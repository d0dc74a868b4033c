//! Putting the pieces of tool calls together, however a server marks them.

use std::collections::HashMap;

use crate::generated::inference::types::{ChatMessageToolCall, DeltaToolCall};

/// Tool calls, as far as they have come.
#[derive(Clone, Debug, Default)]
pub(super) struct ToolCalls {
    calls: Vec<ChatMessageToolCall>,
    by_index: HashMap<u64, usize>,
    by_id: HashMap<String, usize>,
}

impl ToolCalls {
    /// Adds the pieces of one chunk.
    pub(super) fn push(&mut self, pieces: Vec<DeltaToolCall>) {
        let alone = pieces.len() == 1;
        // The call of the piece before, where that said which it is of.
        let mut marked = None;
        for (position, piece) in pieces.into_iter().enumerate() {
            let place = match marked.filter(|_| says_nothing(&piece)) {
                Some(place) => place,
                None => self.place(&piece, position, alone),
            };
            if is_marked(&piece) {
                marked = Some(place);
            }
            if let Some(index) = piece.index {
                self.by_index.insert(index, place);
            }
            if let Some(id) = filled(piece.id.as_ref()) {
                self.by_id.insert(id.clone(), place);
            }
            if let Some(call) = self.calls.get_mut(place) {
                add(call, piece);
            }
        }
    }

    /// The calls, or nothing if there are none.
    pub(super) fn finish(self) -> Option<Vec<ChatMessageToolCall>> {
        (!self.calls.is_empty()).then_some(self.calls)
    }

    /// The call that a piece belongs to: the one with its index, else with its id, else at its place. A new
    /// id begins a new call, even where the index is not new.
    fn place(&mut self, piece: &DeltaToolCall, position: usize, alone: bool) -> usize {
        let id = filled(piece.id.as_ref());
        let known = match (piece.index, id) {
            (Some(index), Some(_)) => self.by_index.get(&index).copied(),
            // Some servers count only the pieces that go on with a call.
            (Some(index), None) => {
                let known = self.by_index.get(&index).copied();
                known.or_else(|| self.uncounted().filter(|_| !has_name(piece)))
            }
            (None, Some(id)) => self.by_id.get(id).copied(),
            (None, None) => self.unmarked(piece, position, alone),
        };
        known
            .filter(|place| self.goes_on(*place, id))
            .unwrap_or_else(|| {
                self.calls.push(ChatMessageToolCall::default());
                self.calls.len() - 1
            })
    }

    /// The last call, if it has no index.
    fn uncounted(&self) -> Option<usize> {
        let last = self.calls.len().checked_sub(1)?;
        self.by_index
            .values()
            .all(|place| *place != last)
            .then_some(last)
    }

    /// The call of a piece that says nothing of itself: the last one, unless the piece has a name and the
    /// last has one too. Several such pieces in one chunk are pieces of the calls at their places.
    fn unmarked(&self, piece: &DeltaToolCall, position: usize, alone: bool) -> Option<usize> {
        let place = if alone {
            self.calls.len().checked_sub(1)?
        } else {
            position
        };
        let name = self.calls.get(place)?.name();
        let is_named = name.is_some_and(|name| !name.is_empty());
        (!(is_named && has_name(piece))).then_some(place)
    }

    fn goes_on(&self, place: usize, id: Option<&String>) -> bool {
        let known = self.calls.get(place).and_then(|call| call.id.as_ref());
        match (known, id) {
            (Some(known), Some(id)) => known == id,
            _ => true,
        }
    }
}

/// Whether a piece says which call it is of.
fn is_marked(piece: &DeltaToolCall) -> bool {
    piece.index.is_some() || filled(piece.id.as_ref()).is_some()
}

/// Whether a piece has neither that nor a name, and so can only go on with what another piece began.
fn says_nothing(piece: &DeltaToolCall) -> bool {
    !is_marked(piece) && !has_name(piece)
}

fn has_name(piece: &DeltaToolCall) -> bool {
    let function = piece.function.as_ref();
    function.is_some_and(|function| filled(function.name.as_ref()).is_some())
}

/// Empty counts as absent, because servers repeat fields empty.
fn filled(text: Option<&String>) -> Option<&String> {
    text.filter(|text| !text.is_empty())
}

/// Adds a piece to its call. Arguments alone grow.
fn add(call: &mut ChatMessageToolCall, piece: DeltaToolCall) {
    let kept =
        |new: Option<String>, old: Option<String>| new.filter(|text| !text.is_empty()).or(old);
    call.id = kept(piece.id, call.id.take());
    call.type_ = kept(piece.type_, call.type_.take());
    call.extra.extend(piece.extra);
    let Some(piece) = piece.function else { return };
    let function = call.function.get_or_insert_default();
    function.name = kept(piece.name, function.name.take());
    function.extra.extend(piece.extra);
    if let Some(arguments) = piece.arguments {
        function
            .arguments
            .get_or_insert_default()
            .push_str(&arguments);
    }
}
