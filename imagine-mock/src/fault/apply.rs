//! Applies a fault to a response.

use axum::body::{Body, Bytes, HttpBody};
use axum::http::HeaderValue;
use axum::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::response::Response;
use futures_util::TryStreamExt;

use super::{Fault, FaultKind};
use crate::api::Api;
use crate::connection::ConnectionHandle;
use crate::response;
use crate::response::ErrorResponse;
use crate::response::delay::sleep;
use crate::response::steps::{self, Step};

/// The framing of an event.
const EVENT_PREFIX: &[u8] = b"data: ";
const EVENT_SUFFIX: &[u8] = b"\n\n";

/// The last event of a stream.
const DONE: &[u8] = b"data: [DONE]\n\n";

/// The web page that replaces a response.
const PAGE: &str =
    "<!doctype html>\n<html><head><title>Sign in</title></head><body>Sign in</body></html>\n";

/// Replaces the response where the fault defines its own, and sets `Retry-After`.
pub(crate) fn replace_response(fault: &Fault, api: Api, original: Response) -> Response {
    let mut response = match fault.kind {
        FaultKind::Status(status) => {
            let message = format!("scripted fault: {fault}");
            response::error(api, &ErrorResponse::new(status, message))
        }
        FaultKind::HtmlPage => response::html(PAGE),
        _ => original,
    };
    if let Some(seconds) = fault.retry_after {
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Delays and damages the response, and schedules the end of the connection.
pub(crate) async fn deliver(
    fault: &Fault,
    connection: &ConnectionHandle,
    mut response: Response,
) -> Response {
    if !fault.delay.is_zero() {
        sleep(fault.delay).await;
    }
    match fault.kind {
        FaultKind::Delay | FaultKind::Status(_) | FaultKind::HtmlPage => response,
        FaultKind::EmptyResponse => {
            connection.close_before_response();
            response
        }
        FaultKind::WrongContentType => {
            let plain = HeaderValue::from_static("text/plain");
            response.headers_mut().insert(CONTENT_TYPE, plain);
            response
        }
        FaultKind::ConnectionClose => {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
            response
        }
        FaultKind::Reset(_) => {
            connection.reset_on_close();
            damage(fault.kind, response).await
        }
        FaultKind::Malformed
        | FaultKind::Stall(_)
        | FaultKind::Truncate(_)
        | FaultKind::Dribble(..) => damage(fault.kind, response).await,
    }
}

async fn damage(kind: FaultKind, response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let is_stream = body.size_hint().exact().is_none();
    let mut frames = frames(body).await;
    if kind == FaultKind::Malformed {
        frames = frames.iter().map(|frame| truncate_json(frame)).collect();
    }
    if !is_stream {
        // A body made of steps has no size hint, so the server would not set the header.
        let length = HeaderValue::from(length(&frames));
        head.headers.insert(CONTENT_LENGTH, length);
    }
    let steps = steps(kind, frames, is_stream);
    Response::from_parts(head, steps::body(steps))
}

/// Reads the chunks of a body. The mock's bodies never wait for input.
async fn frames(body: Body) -> Vec<Bytes> {
    let frames = body.into_data_stream().try_collect().await;
    frames.unwrap_or_default()
}

fn length(frames: &[Bytes]) -> usize {
    frames.iter().map(Bytes::len).sum()
}

/// Returns the steps that send a damaged body.
fn steps(kind: FaultKind, frames: Vec<Bytes>, is_stream: bool) -> Vec<Step> {
    match kind {
        FaultKind::Stall(events) => {
            let count = if is_stream { events } else { 0 };
            let sent = frames.into_iter().take(count).map(Step::Send);
            sent.chain([Step::Stall]).collect()
        }
        FaultKind::Reset(bytes) | FaultKind::Truncate(bytes) => {
            let sent = prefix(frames, bytes).into_iter().map(Step::Send);
            sent.chain([Step::Abort]).collect()
        }
        FaultKind::Dribble(bytes, delay) => {
            let body = frames.concat();
            let chunks = body.chunks(bytes).map(Bytes::copy_from_slice);
            chunks
                .flat_map(|chunk| [Step::Send(chunk), Step::Delay(delay)])
                .collect()
        }
        _ => frames.into_iter().map(Step::Send).collect(),
    }
}

/// Returns the first bytes of a body in its frames, without the last byte of the body.
fn prefix(frames: Vec<Bytes>, bytes: usize) -> Vec<Bytes> {
    let mut remaining = bytes.min(length(&frames).saturating_sub(1));
    let mut prefix = Vec::new();
    for mut frame in frames {
        frame.truncate(remaining);
        remaining -= frame.len();
        if !frame.is_empty() {
            prefix.push(frame);
        }
    }
    prefix
}

/// Truncates the JSON of a body or an event in the middle. The framing of an event and `[DONE]` stay intact.
fn truncate_json(frame: &[u8]) -> Bytes {
    if frame == DONE {
        return Bytes::from_static(DONE);
    }
    let (data, suffix) = match frame.strip_suffix(EVENT_SUFFIX) {
        Some(data) => (data, EVENT_SUFFIX),
        None => (frame, b"".as_slice()),
    };
    let prefix = if data.starts_with(EVENT_PREFIX) {
        EVENT_PREFIX.len()
    } else {
        0
    };
    let middle = prefix + (data.len() - prefix) / 2;
    let half = data.get(..middle).unwrap_or_default();
    [half, suffix].concat().into()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Bytes, FaultKind, Step, steps, truncate_json};

    fn bytes(text: &'static str) -> Bytes {
        Bytes::from_static(text.as_bytes())
    }

    fn frames() -> Vec<Bytes> {
        ["abc", "de", "f"].map(bytes).to_vec()
    }

    fn send(text: &'static str) -> Step {
        Step::Send(bytes(text))
    }

    #[test]
    fn truncation_keeps_the_given_bytes_and_omits_the_last() {
        let truncated = |bytes| steps(FaultKind::Truncate(bytes), frames(), true);
        assert_eq!(truncated(0), [Step::Abort]);
        assert_eq!(truncated(4), [send("abc"), send("d"), Step::Abort]);
        assert_eq!(truncated(99), [send("abc"), send("de"), Step::Abort]);
    }

    #[test]
    fn a_stall_follows_the_given_events_or_the_head() {
        let stalled = |is_stream| steps(FaultKind::Stall(1), frames(), is_stream);
        assert_eq!(stalled(true), [send("abc"), Step::Stall]);
        assert_eq!(stalled(false), [Step::Stall]);
    }

    #[test]
    fn a_dribble_delays_after_each_chunk() {
        let duration = Duration::from_millis(5);
        let dribbled = steps(FaultKind::Dribble(4, duration), frames(), true);
        let delay = Step::Delay(duration);
        assert_eq!(
            dribbled,
            [send("abcd"), delay.clone(), send("ef"), delay.clone()]
        );
    }

    #[test]
    fn truncated_json_keeps_its_event_framing() {
        for (frame, truncated) in [
            (r#"{"a":1}"#, r#"{"a"#),
            ("data: {\"a\":1}\n\n", "data: {\"a\n\n"),
            ("data: [DONE]\n\n", "data: [DONE]\n\n"),
            ("[]", "["),
        ] {
            assert_eq!(truncate_json(frame.as_bytes()), bytes(truncated));
        }
    }
}
