//! What the conventions name of the JSON that goes over the wire.

use serde::Deserialize;
use tracing::{Span, Value};

use crate::request::Body;

/// What a request asks for.
#[derive(Default, Deserialize)]
pub(super) struct Asked {
    pub(super) model: Option<String>,
    n: Option<i64>,
    max_tokens: Option<i64>,
    seed: Option<i64>,
    temperature: Option<f64>,
    top_p: Option<f64>,
    frequency_penalty: Option<f64>,
    presence_penalty: Option<f64>,
}

impl Asked {
    /// What cannot be read asks for nothing.
    pub(super) fn of(body: &Body) -> Self {
        match body {
            Body::Empty => Self::default(),
            Body::Json(json) => serde_json::from_slice(json).unwrap_or_default(),
            Body::Form(form) => Self {
                model: form.text_of("model").map(str::to_owned),
                ..Self::default()
            },
        }
    }

    pub(super) fn record(&self, span: &Span) {
        note(span, "gen_ai.request.model", self.model.as_deref());
        note(
            span,
            "gen_ai.request.choice.count",
            self.n.filter(|n| *n != 1),
        );
        note(span, "gen_ai.request.max_tokens", self.max_tokens);
        note(span, "gen_ai.request.seed", self.seed);
        note(span, "gen_ai.request.temperature", self.temperature);
        note(span, "gen_ai.request.top_p", self.top_p);
        note(
            span,
            "gen_ai.request.frequency_penalty",
            self.frequency_penalty,
        );
        note(
            span,
            "gen_ai.request.presence_penalty",
            self.presence_penalty,
        );
    }
}

/// A field without a value is left out.
fn note(span: &Span, name: &'static str, value: Option<impl Value>) {
    if let Some(value) = value {
        span.record(name, value);
    }
}

/// What a response says of itself, or all events of one until now.
#[derive(Default, Deserialize)]
pub(super) struct Said {
    id: Option<String>,
    model: Option<String>,
    usage: Option<Usage>,
    choices: Option<Vec<Choice>>,
}

#[derive(Deserialize)]
struct Usage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
}

#[derive(Deserialize)]
struct Choice {
    finish_reason: Option<String>,
}

impl Said {
    /// Adds what a whole response or one event says. What cannot be read says nothing.
    pub(super) fn add(&mut self, json: &[u8]) {
        let Ok(more) = serde_json::from_slice::<Self>(json) else {
            return;
        };
        self.id = self.id.take().or(more.id);
        self.model = self.model.take().or(more.model);
        self.usage = more.usage.or(self.usage.take());
        let ended = more.choices.into_iter().flatten();
        let ended = ended.filter(|choice| choice.finish_reason.is_some());
        self.choices.get_or_insert_default().extend(ended);
    }

    pub(super) fn record(&self, span: &Span) {
        note(span, "gen_ai.response.id", self.id.as_deref());
        note(span, "gen_ai.response.model", self.model.as_deref());
        if let Some(usage) = &self.usage {
            note(span, "gen_ai.usage.input_tokens", usage.prompt_tokens);
            note(span, "gen_ai.usage.output_tokens", usage.completion_tokens);
        }
        let choices = self.choices.iter().flatten();
        let reasons: Vec<_> = choices
            .filter_map(|it| it.finish_reason.as_deref())
            .collect();
        if !reasons.is_empty() {
            span.record(
                "gen_ai.response.finish_reasons",
                tracing::field::debug(reasons),
            );
        }
    }
}
