//! Records the fields of requests and responses.

use tracing::{Span, Value};

use crate::json::{Observed, Observer};
use crate::request::RequestTelemetry;

/// Records the fields of a request.
pub(super) fn record_request(request: &RequestTelemetry, span: &Span) {
    record(span, "gen_ai.request.model", request.model.as_deref());
    let n = request.n.filter(|n| *n != 1);
    record(span, "gen_ai.request.choice.count", n);
    record(span, "gen_ai.request.max_tokens", request.max_tokens);
    record(span, "gen_ai.request.seed", request.seed);
    record(span, "gen_ai.request.temperature", request.temperature);
    record(span, "gen_ai.request.top_p", request.top_p);
    let penalty = request.frequency_penalty;
    record(span, "gen_ai.request.frequency_penalty", penalty);
    let penalty = request.presence_penalty;
    record(span, "gen_ai.request.presence_penalty", penalty);
}

/// Records a field that has a value.
fn record(span: &Span, name: &'static str, value: Option<impl Value>) {
    if let Some(value) = value {
        span.record(name, value);
    }
}

/// The fields of a response, or of the events of a stream so far.
#[derive(Default)]
pub(super) struct ResponseTelemetry {
    id: Option<String>,
    model: Option<String>,
    prompt_tokens: Option<i64>,
    completion_tokens: Option<i64>,
    finish_reasons: Vec<String>,
}

/// The first id and model count, and the last token counts.
impl Observer for ResponseTelemetry {
    fn observe(&mut self, name: &'static str, value: Observed<'_>) {
        match (name, value) {
            (_, Observed::String("")) => {}
            ("id", Observed::String(id)) => set_first(&mut self.id, id),
            ("model", Observed::String(model)) => set_first(&mut self.model, model),
            ("finish_reason", Observed::String(reason)) => {
                self.finish_reasons.push(reason.to_owned());
            }
            ("prompt_tokens", Observed::Integer(tokens)) => self.prompt_tokens = Some(tokens),
            ("completion_tokens", Observed::Integer(tokens)) => {
                self.completion_tokens = Some(tokens);
            }
            _ => {}
        }
    }
}

fn set_first(slot: &mut Option<String>, value: &str) {
    if slot.is_none() {
        *slot = Some(value.to_owned());
    }
}

impl ResponseTelemetry {
    pub(super) fn record(&self, span: &Span) {
        record(span, "gen_ai.response.id", self.id.as_deref());
        record(span, "gen_ai.response.model", self.model.as_deref());
        record(span, "gen_ai.usage.input_tokens", self.prompt_tokens);
        record(span, "gen_ai.usage.output_tokens", self.completion_tokens);
        if !self.finish_reasons.is_empty() {
            let reasons = tracing::field::debug(&self.finish_reasons);
            span.record("gen_ai.response.finish_reasons", reasons);
        }
    }
}
