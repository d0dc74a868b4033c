//! The spans of calls and attempts.
//!
//! Names follow OpenTelemetry's semantic conventions 1.41: those for generative AI (status "development") for calls,
//! those for HTTP for attempts. The values come from the request and from the decoded response. Spans contain no
//! prompts, no responses and no keys. Without a subscriber nothing is computed.

mod telemetry;

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Instant;

use tracing::field::Empty;
use tracing::{Level, Span, debug_span, span};

use self::telemetry::ResponseTelemetry;
use crate::clock::Clock;
use crate::error::Error;
use crate::json::ExtraFields;
use crate::request::{EncodedRequest, ResponseMode};

/// The target and the level of the spans of calls.
const SPAN_TARGET: &str = "imagine_sdk::trace";
const SPAN_LEVEL: Level = Level::INFO;

/// Returns true if a subscriber records the fields of requests.
pub(crate) fn records_requests() -> bool {
    tracing::span_enabled!(target: SPAN_TARGET, SPAN_LEVEL)
}

/// The span of a call, from the request to the end of its response. `None` without a subscriber.
pub(crate) struct CallSpan(Option<Box<Open>>);

struct Open {
    span: Span,
    started: Instant,
    /// True if the first event has arrived.
    has_started: bool,
    response: ResponseTelemetry,
}

impl CallSpan {
    /// Starts the span of a call.
    pub(crate) fn start(request: &EncodedRequest, clock: &dyn Clock) -> Self {
        let operation = operation(request);
        let parameters = request.telemetry.as_deref();
        let model = parameters.and_then(|parameters| parameters.model.as_deref());
        // Many fields at once take less time than one after another.
        let span = span!(
            target: SPAN_TARGET,
            SPAN_LEVEL,
            "call",
            otel.kind = "client",
            otel.name = span_name(operation, model),
            otel.status_code = Empty,
            gen_ai.operation.name = operation,
            gen_ai.provider.name = "imagine",
            gen_ai.request.model = model,
            gen_ai.request.stream = (request.mode == ResponseMode::EventStream).then_some(true),
            gen_ai.request.choice.count = parameters.and_then(|parameters| parameters.n).filter(|n| *n != 1),
            gen_ai.request.max_tokens = parameters.and_then(|parameters| parameters.max_tokens),
            gen_ai.request.seed = parameters.and_then(|parameters| parameters.seed),
            gen_ai.request.temperature = parameters.and_then(|parameters| parameters.temperature),
            gen_ai.request.top_p = parameters.and_then(|parameters| parameters.top_p),
            gen_ai.request.frequency_penalty = parameters.and_then(|parameters| parameters.frequency_penalty),
            gen_ai.request.presence_penalty = parameters.and_then(|parameters| parameters.presence_penalty),
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
        Self(Some(Box::new(Open {
            span,
            started: clock.now(),
            has_started: false,
            response: ResponseTelemetry::default(),
        })))
    }

    /// Returns the span, for the call to run in.
    pub(crate) fn span(&self) -> Span {
        self.0
            .as_ref()
            .map_or_else(Span::none, |open| open.span.clone())
    }

    /// Records the fields of a buffered response.
    pub(crate) fn response(&mut self, response: &impl ExtraFields) {
        if let Some(open) = &mut self.0 {
            response.observe_fields(&mut open.response);
        }
    }

    /// Records the fields of an event of a stream.
    pub(crate) fn event(&mut self, event: &impl ExtraFields, clock: &dyn Clock) {
        let Some(open) = &mut self.0 else {
            return;
        };
        if !std::mem::replace(&mut open.has_started, true) {
            let elapsed = clock.now().saturating_duration_since(open.started);
            let name = "gen_ai.response.time_to_first_chunk";
            open.span.record(name, elapsed.as_secs_f64());
        }
        event.observe_fields(&mut open.response);
    }

    /// Records the error of the call.
    pub(crate) fn failed(&self, error: &Error) {
        if let Some(open) = &self.0 {
            record_error(&open.span, error);
        }
    }
}

/// Records what has arrived, however the call ends. A call can end by being dropped.
impl Drop for Open {
    fn drop(&mut self) {
        self.response.record(&self.span);
    }
}

/// Creates the span of an attempt.
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

/// Polls a future in a span. The caller pins it, because futures of calls are large and passing one by value moves it.
pub(crate) async fn in_span<F: Future>(span: &Span, mut future: Pin<&mut F>) -> F::Output {
    poll_fn(|cx| {
        let _entered = span.enter();
        future.as_mut().poll(cx)
    })
    .await
}

/// Records the status of an attempt's response, or its error.
pub(crate) fn record_attempt(span: &Span, outcome: Result<http::StatusCode, &Error>) {
    if span.is_disabled() {
        return;
    }
    let status = match outcome {
        Ok(status) => Some(status),
        Err(error) => {
            record_error(span, error);
            error.status()
        }
    };
    if let Some(status) = status {
        span.record("http.response.status_code", status.as_u16());
    }
}

fn record_error(span: &Span, error: &Error) {
    span.record("otel.status_code", "ERROR");
    span.record("error.type", &*error.class());
}

/// The name of an operation in the conventions, if they have one.
fn operation(request: &EncodedRequest) -> &'static str {
    match request.operation.id {
        "completion" => "text_completion",
        "prompt" => "chat",
        id => id,
    }
}

fn span_name(operation: &str, model: Option<&str>) -> String {
    match model {
        Some(model) => format!("{operation} {model}"),
        None => operation.to_owned(),
    }
}
