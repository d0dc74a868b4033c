//! Records the fields of responses.

use tracing::field::debug;
use tracing::{Span, record_all};

use crate::json::{Observed, Observer};

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
        let reasons = Some(&self.finish_reasons)
            .filter(|reasons| !reasons.is_empty())
            .map(debug);
        record_all!(
            span,
            gen_ai.response.id = self.id.as_deref(),
            gen_ai.response.model = self.model.as_deref(),
            gen_ai.usage.input_tokens = self.prompt_tokens,
            gen_ai.usage.output_tokens = self.completion_tokens,
            gen_ai.response.finish_reasons = reasons,
        );
    }
}
