//! The output of a model, encoded as the operation and the request define.

use base64_simd::STANDARD;
use bytes::Bytes;
use serde_json::{Map, Value, json};

/// The output of a model.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) content: Content,
    /// Tokens of the prompt and of the completion.
    pub(super) usage: Option<(u64, u64)>,
    pub(super) finish_reason: Option<String>,
    /// True if a stream ends without its finish reason and `[DONE]`.
    pub(super) is_truncated: bool,
}

#[derive(Debug)]
pub(super) enum Content {
    /// A text in chunks.
    Text(Vec<String>),
    /// The names and the arguments of functions.
    ToolCalls(Vec<(String, Value)>),
    Images(Vec<Bytes>),
}

/// The shape of a response, which the path of the operation defines.
#[derive(Clone, Copy)]
enum Shape {
    Chat,
    Completion,
    Transcript(&'static str),
}

/// An encoded response.
pub(super) struct Encoded {
    pub(super) content_type: &'static str,
    pub(super) chunks: Vec<Bytes>,
}

impl Output {
    pub(super) fn new(content: Content) -> Self {
        Self {
            content,
            usage: None,
            finish_reason: None,
            is_truncated: false,
        }
    }

    /// Encodes the output for a request: buffered, or as a stream if the request asks for one.
    pub(super) fn encode(&self, request: &http::Request<Bytes>) -> Encoded {
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let shape = Shape::of(request.uri().path());
        let head = Head {
            request: &body,
            shape,
        };
        if body.get("stream") == Some(&Value::Bool(true)) {
            events(&self.events(head), !self.is_truncated)
        } else {
            Encoded {
                content_type: "application/json",
                chunks: vec![self.buffered(head).to_string().into()],
            }
        }
    }

    fn buffered(&self, head: Head<'_>) -> Value {
        let text = || match &self.content {
            Content::Text(chunks) => chunks.concat(),
            _ => String::new(),
        };
        let choice = match (&self.content, head.shape) {
            (Content::Images(images), _) => return head.images(images),
            (_, Shape::Transcript(field)) => {
                return Map::from_iter([(field.to_owned(), text().into())]).into();
            }
            (Content::ToolCalls(calls), _) => {
                let calls: Vec<_> = calls.iter().enumerate().map(tool_call).collect();
                let message = json!({"role": "assistant", "content": null, "tool_calls": calls});
                json!({"index": 0, "message": message, "finish_reason": self.finish_reason()})
            }
            (Content::Text(_), Shape::Completion) => {
                json!({"index": 0, "text": text(), "finish_reason": self.finish_reason()})
            }
            (Content::Text(_), Shape::Chat) => {
                let message = json!({"role": "assistant", "content": text()});
                json!({"index": 0, "message": message, "finish_reason": self.finish_reason()})
            }
        };
        head.response(head.object(""), json!([choice]), self.usage)
    }

    fn events(&self, head: Head<'_>) -> Vec<Value> {
        let mut choices: Vec<Value> = match (&self.content, head.shape) {
            (Content::Images(images), _) => {
                return images.chunks(1).map(|image| head.images(image)).collect();
            }
            (Content::Text(chunks), Shape::Completion) => chunks
                .iter()
                .map(|text| json!({"index": 0, "delta": {"content": text}, "text": text, "finish_reason": null}))
                .collect(),
            (Content::Text(chunks), _) => {
                let texts = chunks.iter().map(|text| delta(json!({"content": text})));
                [first_delta()].into_iter().chain(texts).collect()
            }
            (Content::ToolCalls(calls), _) => {
                let deltas = calls.iter().enumerate().flat_map(tool_call_deltas);
                [first_delta()].into_iter().chain(deltas).collect()
            }
        };
        if !self.is_truncated {
            choices.push(json!({"index": 0, "delta": {}, "finish_reason": self.finish_reason()}));
        }
        let object = head.object(".chunk");
        let chunk = |choices| head.response(object, choices, None);
        let mut events: Vec<_> = choices
            .into_iter()
            .map(|choice| chunk(json!([choice])))
            .collect();
        let asks_for_usage = head.request.pointer("/stream_options/include_usage");
        if asks_for_usage == Some(&Value::Bool(true)) && self.usage.is_some() && !self.is_truncated
        {
            events.push(head.response(object, json!([]), self.usage));
        }
        events
    }

    fn finish_reason(&self) -> &str {
        let default = match self.content {
            Content::ToolCalls(_) => "tool_calls",
            _ => "stop",
        };
        self.finish_reason.as_deref().unwrap_or(default)
    }
}

/// Encodes values as server-sent events, one in each chunk.
pub(super) fn events(values: &[Value], is_complete: bool) -> Encoded {
    let done = is_complete.then(|| "[DONE]".to_owned());
    let data = values.iter().map(Value::to_string).chain(done);
    Encoded {
        content_type: "text/event-stream",
        chunks: data
            .map(|data| format!("data: {data}\n\n").into())
            .collect(),
    }
}

impl Shape {
    fn of(path: &str) -> Self {
        let ends_with = |suffixes: [&str; 2]| suffixes.iter().any(|suffix| path.ends_with(suffix));
        if ends_with(["/transcribe", "/audio/transcriptions"]) {
            Self::Transcript("text")
        } else if path.ends_with("/stt") {
            Self::Transcript("reference_text")
        } else if ends_with(["/completions", "/translate"]) && !path.ends_with("/chat/completions")
        {
            Self::Completion
        } else {
            Self::Chat
        }
    }
}

/// The fields that all chunks of a response have.
#[derive(Clone, Copy)]
struct Head<'a> {
    request: &'a Value,
    shape: Shape,
}

impl Head<'_> {
    fn response(self, object: &str, choices: Value, usage: Option<(u64, u64)>) -> Value {
        let usage = usage.map(|(prompt, completion)| {
            json!({
                "prompt_tokens": prompt,
                "completion_tokens": completion,
                "total_tokens": prompt + completion,
            })
        });
        let fields = [
            ("id", json!("mock-1")),
            ("object", json!(object)),
            ("created", json!(0)),
            ("model", self.model()),
            ("choices", choices),
        ];
        let usage = usage.map(|usage| ("usage", usage));
        let fields = fields.into_iter().chain(usage);
        let fields = fields.map(|(name, value)| (name.to_owned(), value));
        fields.collect::<Map<_, _>>().into()
    }

    fn images(self, images: &[Bytes]) -> Value {
        let data = images
            .iter()
            .map(|image| json!({"b64_json": STANDARD.encode_to_string(image)}));
        json!({
            "id": "mock-1",
            "object": "text_to_image",
            "created": 0,
            "model": self.model(),
            "data": data.collect::<Vec<_>>(),
        })
    }

    fn object(self, suffix: &str) -> &'static str {
        match (self.shape, suffix) {
            (Shape::Completion, _) => "text_completion",
            (_, "") => "chat.completion",
            _ => "chat.completion.chunk",
        }
    }

    fn model(self) -> Value {
        let model = self.request.get("model").cloned();
        model.unwrap_or_else(|| "mock".into())
    }
}

fn delta(delta: Value) -> Value {
    json!({"index": 0, "delta": delta, "finish_reason": null})
}

fn first_delta() -> Value {
    delta(json!({"role": "assistant", "content": ""}))
}

fn tool_call((index, (name, arguments)): (usize, &(String, Value))) -> Value {
    json!({
        "id": format!("call-{index}"),
        "type": "function",
        "function": {"name": name, "arguments": arguments.to_string()},
    })
}

/// Returns the deltas of a tool call: its id and name, then its arguments in two parts.
fn tool_call_deltas((index, (name, arguments)): (usize, &(String, Value))) -> Vec<Value> {
    let first = json!({
        "index": index,
        "id": format!("call-{index}"),
        "type": "function",
        "function": {"name": name, "arguments": ""},
    });
    let arguments = arguments.to_string();
    let middle = arguments.char_indices().nth(arguments.chars().count() / 2);
    let (start, end) = arguments.split_at(middle.map_or(0, |(middle, _)| middle));
    let rest = [start, end].map(|part| json!({"index": index, "function": {"arguments": part}}));
    let deltas = [first].into_iter().chain(rest);
    deltas
        .map(|call| delta(json!({"tool_calls": [call]})))
        .collect()
}
