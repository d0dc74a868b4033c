//! What a fault makes of a response.

use axum::body::{Body, Bytes, HttpBody};
use axum::http::HeaderValue;
use axum::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::response::Response;
use futures_util::TryStreamExt;

use super::{Fault, Kind};
use crate::api::Api;
use crate::connection::Line;
use crate::failure::Failure;
use crate::pause::pause;
use crate::responses;
use crate::steps::{self, Step};

/// How an event is framed.
const EVENT_START: &[u8] = b"data: ";
const EVENT_END: &[u8] = b"\n\n";

/// The last event of a stream.
const DONE: &[u8] = b"data: [DONE]\n\n";

/// What a web page looks like that comes instead of a response.
const PAGE: &str =
    "<!doctype html>\n<html><head><title>Sign in</title></head><body>Sign in</body></html>\n";

/// The response that stands in for the good one, where a fault leaves nothing of that.
pub(crate) fn replaced(fault: &Fault, api: Api, good: Response) -> Response {
    let mut response = match fault.kind {
        Kind::Status(status) => {
            let message = format!("the mock was told to fail: {fault}");
            responses::failure(api, &Failure::new(status, message))
        }
        Kind::Html => responses::page(PAGE),
        _ => good,
    };
    if let Some(seconds) = fault.retry_after {
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Answers in the way that the fault wants.
pub(crate) async fn deliver(fault: &Fault, line: &Line, mut response: Response) -> Response {
    if !fault.delay.is_zero() {
        pause(fault.delay).await;
    }
    match fault.kind {
        Kind::Late | Kind::Status(_) | Kind::Html => response,
        Kind::HangUp => {
            line.hang_up();
            response
        }
        Kind::Mislabelled => {
            let plain = HeaderValue::from_static("text/plain");
            response.headers_mut().insert(CONTENT_TYPE, plain);
            response
        }
        Kind::Close => {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
            response
        }
        Kind::Reset(_) => {
            line.reset();
            damaged(fault.kind, response).await
        }
        Kind::Malformed | Kind::Stall(_) | Kind::Cut(_) | Kind::Drip(..) => {
            damaged(fault.kind, response).await
        }
    }
}

async fn damaged(kind: Kind, response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let is_stream = body.size_hint().exact().is_none();
    let mut frames = frames(body).await;
    if kind == Kind::Malformed {
        frames = frames.iter().map(|frame| halved(frame)).collect();
    }
    if !is_stream {
        // A body in steps no longer tells the server its length.
        let length = HeaderValue::from(length(&frames));
        head.headers.insert(CONTENT_LENGTH, length);
    }
    let steps = script(kind, frames, is_stream);
    Response::from_parts(head, steps::body(steps))
}

/// The pieces of a body. All that the mock answers with is at hand at once.
async fn frames(body: Body) -> Vec<Bytes> {
    let frames = body.into_data_stream().try_collect().await;
    frames.unwrap_or_default()
}

fn length(frames: &[Bytes]) -> usize {
    frames.iter().map(Bytes::len).sum()
}

/// The steps in which a damaged body comes.
fn script(kind: Kind, frames: Vec<Bytes>, is_stream: bool) -> Vec<Step> {
    match kind {
        Kind::Stall(events) => {
            let come = if is_stream { events } else { 0 };
            let come = frames.into_iter().take(come).map(Step::Send);
            come.chain([Step::Stall]).collect()
        }
        Kind::Reset(bytes) | Kind::Cut(bytes) => {
            let come = first(frames, bytes).into_iter().map(Step::Send);
            come.chain([Step::Break]).collect()
        }
        Kind::Drip(bytes, span) => {
            let pieces = frames.concat();
            let pieces = pieces.chunks(bytes).map(Bytes::copy_from_slice);
            pieces
                .flat_map(|piece| [Step::Send(piece), Step::Pause(span)])
                .collect()
        }
        _ => frames.into_iter().map(Step::Send).collect(),
    }
}

/// The first bytes of a body, in its pieces: as many as asked, but not all.
fn first(frames: Vec<Bytes>, bytes: usize) -> Vec<Bytes> {
    let mut left = bytes.min(length(&frames).saturating_sub(1));
    let mut kept = Vec::new();
    for mut frame in frames {
        frame.truncate(left);
        left -= frame.len();
        if !frame.is_empty() {
            kept.push(frame);
        }
    }
    kept
}

/// JSON that ends in the middle, with what frames it as an event. The end of a stream stays as it is.
fn halved(frame: &[u8]) -> Bytes {
    if frame == DONE {
        return Bytes::from_static(DONE);
    }
    let (data, end) = match frame.strip_suffix(EVENT_END) {
        Some(data) => (data, EVENT_END),
        None => (frame, b"".as_slice()),
    };
    let name = if data.starts_with(EVENT_START) {
        EVENT_START.len()
    } else {
        0
    };
    let middle = name + (data.len() - name) / 2;
    let half = data.get(..middle).unwrap_or_default();
    [half, end].concat().into()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Bytes, Kind, Step, halved, script};

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
    fn a_break_comes_after_so_many_bytes_and_before_the_last() {
        let broken = |bytes| script(Kind::Cut(bytes), frames(), true);
        assert_eq!(broken(0), [Step::Break]);
        assert_eq!(broken(4), [send("abc"), send("d"), Step::Break]);
        assert_eq!(broken(99), [send("abc"), send("de"), Step::Break]);
    }

    #[test]
    fn a_stall_comes_after_so_many_events_or_the_head() {
        let stalled = |is_stream| script(Kind::Stall(1), frames(), is_stream);
        assert_eq!(stalled(true), [send("abc"), Step::Stall]);
        assert_eq!(stalled(false), [Step::Stall]);
    }

    #[test]
    fn a_drip_pauses_after_each_piece() {
        let span = Duration::from_millis(5);
        let dripped = script(Kind::Drip(4, span), frames(), true);
        let pause = Step::Pause(span);
        assert_eq!(
            dripped,
            [send("abcd"), pause.clone(), send("ef"), pause.clone()]
        );
    }

    #[test]
    fn json_ends_in_the_middle_and_its_frame_stays() {
        for (whole, half) in [
            (r#"{"a":1}"#, r#"{"a"#),
            ("data: {\"a\":1}\n\n", "data: {\"a\n\n"),
            ("data: [DONE]\n\n", "data: [DONE]\n\n"),
            ("[]", "["),
        ] {
            assert_eq!(halved(whole.as_bytes()), bytes(half));
        }
    }
}
