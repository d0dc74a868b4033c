//! A trait over all builders, so that a table can contain them.

use std::fmt::Debug;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};
use http::{HeaderMap, StatusCode};
use imagine_sdk::blocking::{self, Blocking};
use imagine_sdk::operation::Async;
use imagine_sdk::{Error, EventStream, Response, StreamEvent, inference, media};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::Clients;

/// An option of a call.
#[derive(Clone, Debug)]
pub enum Setting {
    /// `.with_extra_field(name, value)`
    ExtraField(&'static str, Value),
    /// `.with_extra_query(name, value)`
    ExtraQuery(&'static str, &'static str),
    /// `.with_field_omitted(name)`
    OmitField(&'static str),
    /// `.with_header(name, value)`
    Header(&'static str, &'static str),
    /// `.with_timeout(limit)`
    Timeout(Duration),
    /// `.with_max_retries(retries)`
    MaxRetries(u32),
}

/// The result of `.send_with_response()`.
#[derive(Clone, Debug)]
pub struct CallResponse {
    /// The decoded response, encoded again.
    pub value: Value,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The request id.
    pub request_id: Option<String>,
    /// The number of attempts.
    pub attempts: u32,
}

/// A builder of any operation. Responses are decoded and encoded again.
pub trait Call: Send {
    /// Sets an option of the call.
    fn with(self: Box<Self>, setting: Setting) -> Box<dyn Call>;

    /// `.send()`
    fn send(self: Box<Self>) -> BoxFuture<'static, Result<Value, Error>>;

    /// `.await`
    fn await_builder(self: Box<Self>) -> BoxFuture<'static, Result<Value, Error>>;

    /// `.send_with_response()`
    fn send_with_response(self: Box<Self>) -> BoxFuture<'static, Result<CallResponse, Error>>;

    /// `.send_raw()`
    fn send_raw(self: Box<Self>) -> BoxFuture<'static, Result<Response<Bytes>, Error>>;

    /// Passes the request to `client.call`. A request without files is serialized and deserialized first, with these
    /// fields added unless it has them. Panics if its type lacks one.
    fn rebuild(self: Box<Self>, clients: &Clients, more: &Map<String, Value>) -> Box<dyn Call>;

    /// Returns the `Debug` output of the builder.
    fn debug_output(&self) -> String;
}

/// A builder of a streaming operation.
pub trait StreamCall: Call {
    /// `.stream()`
    fn stream(
        self: Box<Self>,
    ) -> BoxFuture<'static, Result<BoxStream<'static, Result<Value, Error>>, Error>>;

    /// `.stream()`, then `.collect()`
    fn collect(self: Box<Self>) -> BoxFuture<'static, Result<Value, Error>>;
}

fn to_json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

fn call_response<T: Serialize>(response: &Response<T>) -> CallResponse {
    CallResponse {
        value: to_json(response.value()),
        status: response.status(),
        headers: response.headers().clone(),
        request_id: response.request_id().map(str::to_owned),
        attempts: response.attempts(),
    }
}

fn async_events<T: StreamEvent + Serialize>(
    events: EventStream<T>,
) -> BoxStream<'static, Result<Value, Error>> {
    events
        .map(|event| event.map(|event| to_json(&event)))
        .boxed()
}

fn blocking_events<T: StreamEvent + Serialize>(
    events: blocking::EventStream<T>,
) -> BoxStream<'static, Result<Value, Error>> {
    stream::iter(events.map(|event| event.map(|event| to_json(&event)))).boxed()
}

/// Serializes and deserializes a request, with more fields.
fn round_trip<R: Serialize + DeserializeOwned + PartialEq + Debug>(
    request: R,
    more: &Map<String, Value>,
) -> R {
    let text = serde_json::to_string(&request).unwrap();
    let read: R = serde_json::from_str(&text).unwrap();
    assert_eq!(read, request);
    if more.is_empty() {
        return read;
    }
    let mut fields: Map<String, Value> = serde_json::from_str(&text).unwrap();
    for (name, value) in more {
        fields.entry(name).or_insert_with(|| value.clone());
    }
    let extended: R = serde_json::from_value(fields.into()).unwrap();
    // A request that is also in a history keeps unknown fields, at any depth.
    let debug = format!("{extended:?}");
    assert!(!debug.contains("extra: {\""), "a field is unknown: {debug}");
    extended
}

/// Returns a request with files, which cannot be serialized.
fn unchanged<R>(request: R, _: &Map<String, Value>) -> R {
    request
}

/// Implements `Call` for asynchronous and blocking builders. A blocking call runs when its future is polled.
macro_rules! calls {
    ($api:ident, $store:ident: $($builder:ident),* $(,)?) => {$(
        call!($api::$builder<Async>, $store, IntoFuture::into_future, .await);
        call!($api::$builder<Blocking>, $store, $api::builder::$builder::<Blocking>::send,);
    )*};
}

macro_rules! call {
    ($api:ident::$builder:ident<$mode:ident>, $store:ident, $awaited:expr, $($wait:tt)*) => {
        impl Call for $api::builder::$builder<$mode> {
            fn with(self: Box<Self>, setting: Setting) -> Box<dyn Call> {
                Box::new(match setting {
                    Setting::ExtraField(name, value) => self.with_extra_field(name, value),
                    Setting::ExtraQuery(name, value) => self.with_extra_query(name, value),
                    Setting::OmitField(name) => self.with_field_omitted(name),
                    Setting::Header(name, value) => self.with_header(name, value),
                    Setting::Timeout(limit) => self.with_timeout(limit),
                    Setting::MaxRetries(retries) => self.with_max_retries(retries),
                })
            }

            fn send(self: Box<Self>) -> BoxFuture<'static, Result<Value, Error>> {
                async move { Ok(to_json(&$api::builder::$builder::<$mode>::send(*self) $($wait)* ?)) }.boxed()
            }

            fn await_builder(self: Box<Self>) -> BoxFuture<'static, Result<Value, Error>> {
                async move { Ok(to_json(&$awaited(*self) $($wait)* ?)) }.boxed()
            }

            fn send_with_response(self: Box<Self>) -> BoxFuture<'static, Result<CallResponse, Error>> {
                async move {
                    Ok(call_response(&$api::builder::$builder::<$mode>::send_with_response(*self) $($wait)* ?))
                }
                .boxed()
            }

            fn send_raw(self: Box<Self>) -> BoxFuture<'static, Result<Response<Bytes>, Error>> {
                async move { $api::builder::$builder::<$mode>::send_raw(*self) $($wait)* }.boxed()
            }

            fn rebuild(self: Box<Self>, clients: &Clients, more: &Map<String, Value>) -> Box<dyn Call> {
                let request = $store(self.request().clone(), more);
                assert!(!more.is_empty() || request == self.into_request());
                Box::new(client!($api, clients).call(request))
            }

            fn debug_output(&self) -> String {
                format!("{self:?} {self:#?}")
            }
        }
    };
}

macro_rules! client {
    (inference, $clients:ident) => {
        $clients.client
    };
    (media, $clients:ident) => {
        $clients.media
    };
}

macro_rules! stream_calls {
    ($api:ident: $($builder:ident),* $(,)?) => {$(
        stream_call!($api::$builder<Async>, async_events, .await);
        stream_call!($api::$builder<Blocking>, blocking_events,);
    )*};
}

macro_rules! stream_call {
    ($api:ident::$builder:ident<$mode:ident>, $events:ident, $($wait:tt)*) => {
        impl StreamCall for $api::builder::$builder<$mode> {
            fn stream(
                self: Box<Self>,
            ) -> BoxFuture<'static, Result<BoxStream<'static, Result<Value, Error>>, Error>> {
                async move {
                    Ok($events($api::builder::$builder::<$mode>::stream(*self) $($wait)* ?))
                }
                .boxed()
            }

            fn collect(self: Box<Self>) -> BoxFuture<'static, Result<Value, Error>> {
                async move {
                    let events = $api::builder::$builder::<$mode>::stream(*self) $($wait)* ?;
                    Ok(to_json(&events.collect() $($wait)* ?))
                }
                .boxed()
            }
        }
    };
}

calls!(inference, unchanged: Transcribe);
calls!(media, unchanged: Stt, VoiceClone);

calls!(
    inference, round_trip:
    AvailableModels,
    AvailableModelsByType,
    Chat,
    ChatHistory,
    Completion,
    CompletionHistory,
    EmbeddingHistory,
    Embeddings,
    HealthCheck,
    ImagesGenerate,
    Ping,
    Reranker,
    RerankerHistory,
    Translate,
    Usage,
);

calls!(
    media, round_trip:
    Animate,
    Check,
    Costs,
    DeleteImagineHistory,
    DeleteVoice,
    Expressions,
    Foley,
    Imagine,
    ImagineCheck,
    ImagineHistory,
    Img2img,
    Inpaint,
    Model3d,
    Music,
    MyImages,
    Prompt,
    RemoveBackground,
    Text2img,
    Tts,
    UpdateProject,
    Upscale,
    Video,
    Voices,
);

stream_calls!(inference: Chat, Completion, ImagesGenerate);
stream_calls!(media: Prompt);
