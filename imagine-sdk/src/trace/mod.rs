//! What a call was, as spans, for whoever listens: one for the call and one for each attempt.
//!
//! The names are those of OpenTelemetry's semantic conventions 1.41: of `gen_ai` (at the stage "development")
//! for the call, of `http` for attempts. Their values come from what is on the wire and not from our types, so
//! that they are what the service was asked and what it said, whatever made the request. Prompts, answers and
//! keys are in none. Nothing is computed unless somebody listens.

mod wire;

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Instant;

use bytes::Bytes;
use tracing::field::Empty;
use tracing::{Span, debug_span, info_span};

use self::wire::{Asked, Said};
use crate::clock::Clock;
use crate::error::Error;
use crate::request::{EncodedRequest, ResponseMode};

/// The span of a call, from the request to the end of its response. Nothing where nobody listens.
pub(crate) struct CallSpan(Option<Box<Open>>);

struct Open {
    span: Span,
    started: Instant,
    /// Whether the response has begun.
    begun: bool,
    said: Said,
}

impl CallSpan {
    /// The span of the call that `request` makes.
    pub(crate) fn begin(request: &EncodedRequest, clock: &dyn Clock) -> Self {
        let span = info_span!(
            "call",
            otel.kind = "client",
            otel.name = Empty,
            otel.status_code = Empty,
            gen_ai.operation.name = operation(request),
            gen_ai.provider.name = "imagine",
            gen_ai.request.model = Empty,
            gen_ai.request.stream = Empty,
            gen_ai.request.choice.count = Empty,
            gen_ai.request.max_tokens = Empty,
            gen_ai.request.seed = Empty,
            gen_ai.request.temperature = Empty,
            gen_ai.request.top_p = Empty,
            gen_ai.request.frequency_penalty = Empty,
            gen_ai.request.presence_penalty = Empty,
            gen_ai.response.id = Empty,
            gen_ai.response.model = Empty,
            gen_ai.response.finish_reasons = Empty,
            gen_ai.response.time_to_first_chunk = Empty,
            gen_ai.usage.input_tokens = Empty,
            gen_ai.usage.output_tokens = Empty,
            server.address = request.url.host_str(),
            server.port = request.url.port_or_known_default(),
            error.type = Empty,
        );
        if span.is_disabled() {
            return Self(None);
        }
        describe(&span, request);
        Self(Some(Box::new(Open {
            span,
            started: clock.now(),
            begun: false,
            said: Said::default(),
        })))
    }

    /// The span, to run the call in.
    pub(crate) fn span(&self) -> Span {
        self.0
            .as_ref()
            .map_or_else(Span::none, |open| open.span.clone())
    }

    /// Notes what a whole response says.
    pub(crate) fn answered(&mut self, body: &Bytes) {
        if let Some(open) = &mut self.0 {
            open.said.add(body);
        }
    }

    /// Notes what an event of a streamed response says.
    pub(crate) fn event(&mut self, data: &str, clock: &dyn Clock) {
        let Some(open) = &mut self.0 else {
            return;
        };
        if !std::mem::replace(&mut open.begun, true) {
            let waited = clock.now().saturating_duration_since(open.started);
            let name = "gen_ai.response.time_to_first_chunk";
            open.span.record(name, waited.as_secs_f64());
        }
        open.said.add(data.as_bytes());
    }

    /// Notes that the call failed.
    pub(crate) fn failed(&self, error: &Error) {
        if let Some(open) = &self.0 {
            fail(&open.span, error);
        }
    }
}

/// However a call ends, also by being dropped: what had been said until then is noted once.
impl Drop for Open {
    fn drop(&mut self) {
        self.said.record(&self.span);
    }
}

/// The span of the `attempt`th attempt at `request`.
pub(crate) fn attempt(request: &EncodedRequest, attempt: u32) -> Span {
    debug_span!(
        "attempt",
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = request.operation.method.as_str(),
        http.request.resend_count = attempt.checked_sub(1).filter(|count| *count > 0),
        http.response.status_code = Empty,
        url.template = request.operation.path,
        server.address = request.url.host_str(),
        server.port = request.url.port_or_known_default(),
        error.type = Empty,
    )
}

/// The value of `future`, which is polled in `span`. It is pinned by the connection, because futures of calls are
/// large, and handing one on by value moves it.
pub(crate) async fn inside<F: Future>(span: &Span, mut future: Pin<&mut F>) -> F::Output {
    poll_fn(|cx| {
        let _entered = span.enter();
        future.as_mut().poll(cx)
    })
    .await
}

/// Notes what came of an attempt: the status of the response, or the error.
pub(crate) fn attempted(span: &Span, outcome: Result<http::StatusCode, &Error>) {
    if span.is_disabled() {
        return;
    }
    let status = match outcome {
        Ok(status) => Some(status),
        Err(error) => {
            fail(span, error);
            error.status()
        }
    };
    if let Some(status) = status {
        span.record("http.response.status_code", status.as_u16());
    }
}

fn fail(span: &Span, error: &Error) {
    span.record("otel.status_code", "ERROR");
    span.record("error.type", &*error.class());
}

/// The conventions' word for what is done, where they have one.
fn operation(request: &EncodedRequest) -> &'static str {
    match request.operation.id {
        "completion" => "text_completion",
        "prompt" => "chat",
        id => id,
    }
}

fn describe(span: &Span, request: &EncodedRequest) {
    let asked = Asked::of(&request.body);
    asked.record(span);
    let operation = operation(request);
    match &asked.model {
        Some(model) => span.record("otel.name", format!("{operation} {model}")),
        None => span.record("otel.name", operation),
    };
    if request.mode == ResponseMode::EventStream {
        span.record("gen_ai.request.stream", true);
    }
}
