//! Every builder of the client behind one trait, so that a table can hold them.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};
use http::{HeaderMap, StatusCode};
use imagine_sdk::blocking::{self, Blocking};
use imagine_sdk::{Async, Error, EventStream, Response, StreamEvent, inference, media};
use serde::Serialize;
use serde_json::Value;

/// An option that every call has.
#[derive(Clone, Debug)]
pub enum Setting {
    /// `.with_extra_field(name, value)`
    Extra(&'static str, Value),
    /// `.with_extra_query(name, value)`
    ExtraQuery(&'static str, &'static str),
    /// `.with_field_omitted(name)`
    Without(&'static str),
    /// `.with_header(name, value)`
    Header(&'static str, &'static str),
    /// `.with_timeout(limit)`
    Timeout(Duration),
    /// `.with_max_retries(retries)`
    MaxRetries(u32),
}

/// What `.send_with_response()` answered.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The response, encoded again.
    pub value: Value,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The id of the request.
    pub request_id: Option<String>,
    /// How often the request was sent.
    pub attempts: u32,
}

/// A builder, whatever it builds. Answers are what was decoded, encoded again.
pub trait Call: Send {
    /// The call with an option.
    fn with(self: Box<Self>, setting: Setting) -> Box<dyn Call>;

    /// `.send()`
    fn send(self: Box<Self>) -> BoxFuture<'static, Result<Value, Error>>;

    /// `.await`
    fn awaited(self: Box<Self>) -> BoxFuture<'static, Result<Value, Error>>;

    /// `.send_with_response()`
    fn send_with_response(self: Box<Self>) -> BoxFuture<'static, Result<Answered, Error>>;

    /// `.send_raw()`
    fn send_raw(self: Box<Self>) -> BoxFuture<'static, Result<Response<Bytes>, Error>>;

    /// Everything that `Debug` writes of the builder.
    fn debugged(&self) -> String;
}

/// A builder of an operation that can stream.
pub trait StreamCall: Call {
    /// `.stream()`
    fn stream(
        self: Box<Self>,
    ) -> BoxFuture<'static, Result<BoxStream<'static, Result<Value, Error>>, Error>>;

    /// `.stream()`, then `.collect()`
    fn collected(self: Box<Self>) -> BoxFuture<'static, Result<Value, Error>>;
}

fn encoded(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

fn answered<T: Serialize>(response: &Response<T>) -> Answered {
    Answered {
        value: encoded(&**response),
        status: response.status(),
        headers: response.headers().clone(),
        request_id: response.request_id().map(str::to_owned),
        attempts: response.attempts(),
    }
}

fn encoded_events<T: StreamEvent + Serialize>(
    events: EventStream<T>,
) -> BoxStream<'static, Result<Value, Error>> {
    events
        .map(|event| event.map(|event| encoded(&event)))
        .boxed()
}

fn blocking_events<T: StreamEvent + Serialize>(
    events: blocking::EventStream<T>,
) -> BoxStream<'static, Result<Value, Error>> {
    stream::iter(events.map(|event| event.map(|event| encoded(&event)))).boxed()
}

/// Builders of both kinds. A call of a blocking client is made where its future is polled.
macro_rules! calls {
    ($api:ident: $($builder:ident),* $(,)?) => {$(
        call!($api::$builder<Async>, IntoFuture::into_future, .await);
        call!($api::$builder<Blocking>, $api::$builder::<Blocking>::send,);
    )*};
}

macro_rules! call {
    ($api:ident::$builder:ident<$mode:ident>, $awaited:expr, $($wait:tt)*) => {
        impl Call for $api::$builder<$mode> {
            fn with(self: Box<Self>, setting: Setting) -> Box<dyn Call> {
                Box::new(match setting {
                    Setting::Extra(name, value) => self.with_extra_field(name, value),
                    Setting::ExtraQuery(name, value) => self.with_extra_query(name, value),
                    Setting::Without(name) => self.with_field_omitted(name),
                    Setting::Header(name, value) => self.with_header(name, value),
                    Setting::Timeout(limit) => self.with_timeout(limit),
                    Setting::MaxRetries(retries) => self.with_max_retries(retries),
                })
            }

            fn send(self: Box<Self>) -> BoxFuture<'static, Result<Value, Error>> {
                async move { Ok(encoded(&$api::$builder::<$mode>::send(*self) $($wait)* ?)) }.boxed()
            }

            fn awaited(self: Box<Self>) -> BoxFuture<'static, Result<Value, Error>> {
                async move { Ok(encoded(&$awaited(*self) $($wait)* ?)) }.boxed()
            }

            fn send_with_response(self: Box<Self>) -> BoxFuture<'static, Result<Answered, Error>> {
                async move {
                    Ok(answered(&$api::$builder::<$mode>::send_with_response(*self) $($wait)* ?))
                }
                .boxed()
            }

            fn send_raw(self: Box<Self>) -> BoxFuture<'static, Result<Response<Bytes>, Error>> {
                async move { $api::$builder::<$mode>::send_raw(*self) $($wait)* }.boxed()
            }

            fn debugged(&self) -> String {
                format!("{self:?} {self:#?}")
            }
        }
    };
}

macro_rules! stream_calls {
    ($api:ident: $($builder:ident),* $(,)?) => {$(
        stream_call!($api::$builder<Async>, encoded_events, .await);
        stream_call!($api::$builder<Blocking>, blocking_events,);
    )*};
}

macro_rules! stream_call {
    ($api:ident::$builder:ident<$mode:ident>, $events:ident, $($wait:tt)*) => {
        impl StreamCall for $api::$builder<$mode> {
            fn stream(
                self: Box<Self>,
            ) -> BoxFuture<'static, Result<BoxStream<'static, Result<Value, Error>>, Error>> {
                async move {
                    Ok($events($api::$builder::<$mode>::stream(*self) $($wait)* ?))
                }
                .boxed()
            }

            fn collected(self: Box<Self>) -> BoxFuture<'static, Result<Value, Error>> {
                async move {
                    let events = $api::$builder::<$mode>::stream(*self) $($wait)* ?;
                    Ok(encoded(&events.collect() $($wait)* ?))
                }
                .boxed()
            }
        }
    };
}

calls!(
    inference:
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
    Transcribe,
    Translate,
    Usage,
);

calls!(
    media:
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
    Stt,
    Text2img,
    Tts,
    UpdateProject,
    Upscale,
    Video,
    VoiceClone,
    Voices,
);

stream_calls!(inference: Chat, Completion, ImagesGenerate);
stream_calls!(media: Prompt);
