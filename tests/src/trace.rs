//! What was traced, by a subscriber that keeps every span and event.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Keeps what is traced. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Trace(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    spans: Vec<TraceRecord>,
    events: Vec<TraceRecord>,
    /// How many handles there are of each span.
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
    /// The fields that have a value. Texts are as they were given, all else as its `Debug` has it.
    pub fields: BTreeMap<&'static str, String>,
    /// The span that was entered when this one began, by its place among all.
    pub parent: Option<usize>,
    /// Whether the span has been closed.
    pub closed: bool,
}

impl Trace {
    /// What tells this trace of what is traced.
    pub fn subscriber(&self) -> impl Subscriber + use<> {
        Recorder(self.clone())
    }

    /// The spans so far, in the order in which they began.
    pub fn spans(&self) -> Vec<TraceRecord> {
        self.kept().spans.clone()
    }

    /// The events so far.
    pub fn events(&self) -> Vec<TraceRecord> {
        self.kept().events.clone()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap()
    }
}

impl Kept {
    fn traced(&self, metadata: &Metadata<'static>) -> TraceRecord {
        let parent = self.entered.last().map(|id| place(*id));
        TraceRecord {
            name: metadata.name(),
            level: *metadata.level(),
            fields: BTreeMap::new(),
            parent,
            closed: false,
        }
    }
}

/// Ids begin with 1.
fn place(id: u64) -> usize {
    usize::try_from(id).unwrap() - 1
}

struct Recorder(Trace);

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut kept = self.0.kept();
        let mut traced = kept.traced(span.metadata());
        span.record(&mut traced);
        kept.spans.push(traced);
        kept.handles.push(1);
        Id::from_u64(kept.spans.len() as u64)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        values.record(&mut self.0.kept().spans[place(id.into_u64())]);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut kept = self.0.kept();
        let mut traced = kept.traced(event.metadata());
        event.record(&mut traced);
        kept.events.push(traced);
    }

    fn clone_span(&self, id: &Id) -> Id {
        self.0.kept().handles[place(id.into_u64())] += 1;
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let mut kept = self.0.kept();
        let place = place(id.into_u64());
        kept.handles[place] -= 1;
        kept.spans[place].closed = kept.handles[place] == 0;
        kept.spans[place].closed
    }

    fn enter(&self, id: &Id) {
        self.0.kept().entered.push(id.into_u64());
    }

    fn exit(&self, id: &Id) {
        let entered = &mut self.0.kept().entered;
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
