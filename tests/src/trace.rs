//! A subscriber that records spans and events.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Recorded spans and events. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Trace(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    spans: Vec<TraceRecord>,
    events: Vec<TraceRecord>,
    /// The number of handles of each span.
    handles: Vec<usize>,
    entered: Vec<u64>,
}

/// A span or an event.
#[derive(Clone, Debug)]
pub struct TraceRecord {
    /// The name.
    pub name: &'static str,
    /// The level.
    pub level: Level,
    /// The fields with a value. Strings are unquoted; other values have their `Debug` form.
    pub fields: BTreeMap<&'static str, String>,
    /// The index of the parent span.
    pub parent: Option<usize>,
    /// The span is closed.
    pub closed: bool,
}

impl Trace {
    /// Returns a subscriber that records into this trace.
    pub fn subscriber(&self) -> impl Subscriber + use<> {
        Recorder(self.clone())
    }

    /// Returns the spans so far, in the order of their creation.
    pub fn spans(&self) -> Vec<TraceRecord> {
        self.state().spans.clone()
    }

    /// Returns the events so far.
    pub fn events(&self) -> Vec<TraceRecord> {
        self.state().events.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl State {
    fn record_of(&self, metadata: &Metadata<'static>) -> TraceRecord {
        let parent = self.entered.last().map(|id| span_index(*id));
        TraceRecord {
            name: metadata.name(),
            level: *metadata.level(),
            fields: BTreeMap::new(),
            parent,
            closed: false,
        }
    }
}

/// Ids start at 1.
fn span_index(id: u64) -> usize {
    usize::try_from(id).unwrap() - 1
}

struct Recorder(Trace);

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut state = self.0.state();
        let mut record = state.record_of(span.metadata());
        span.record(&mut record);
        state.spans.push(record);
        state.handles.push(1);
        Id::from_u64(state.spans.len() as u64)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        values.record(&mut self.0.state().spans[span_index(id.into_u64())]);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut state = self.0.state();
        let mut record = state.record_of(event.metadata());
        event.record(&mut record);
        state.events.push(record);
    }

    fn clone_span(&self, id: &Id) -> Id {
        self.0.state().handles[span_index(id.into_u64())] += 1;
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let mut state = self.0.state();
        let index = span_index(id.into_u64());
        state.handles[index] -= 1;
        state.spans[index].closed = state.handles[index] == 0;
        state.spans[index].closed
    }

    fn enter(&self, id: &Id) {
        self.0.state().entered.push(id.into_u64());
    }

    fn exit(&self, id: &Id) {
        let entered = &mut self.0.state().entered;
        assert_eq!(entered.pop(), Some(id.into_u64()));
    }
}

impl Visit for TraceRecord {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }
}
