//! Every builder of the client behind one trait, so that a table can hold them.

use std::convert::identity;
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
use serde_json::Value;

use crate::Clients;

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

    /// The call that `client.call` makes of its request, which was stored as JSON if it contains no file.
    fn recalled(self: Box<Self>, clients: &Clients) -> Box<dyn Call>;

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
        value: encoded(response.value()),
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

/// Writes a request as JSON and reads it.
fn stored<R: Serialize + DeserializeOwned + PartialEq + Debug>(request: R) -> R {
    let read: R = serde_json::from_str(&serde_json::to_string(&request).unwrap()).unwrap();
    assert_eq!(read, request);
    read
}

/// Builders of both kinds. A call of a blocking client is made where its future is polled.
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
                    Setting::Extra(name, value) => self.with_extra_field(name, value),
                    Setting::ExtraQuery(name, value) => self.with_extra_query(name, value),
                    Setting::Without(name) => self.with_field_omitted(name),
                    Setting::Header(name, value) => self.with_header(name, value),
                    Setting::Timeout(limit) => self.with_timeout(limit),
                    Setting::MaxRetries(retries) => self.with_max_retries(retries),
                })
            }

            fn send(self: Box<Self>) -> BoxFuture<'static, Result<Value, Error>> {
                async move { Ok(encoded(&$api::builder::$builder::<$mode>::send(*self) $($wait)* ?)) }.boxed()
            }

            fn awaited(self: Box<Self>) -> BoxFuture<'static, Result<Value, Error>> {
                async move { Ok(encoded(&$awaited(*self) $($wait)* ?)) }.boxed()
            }

            fn send_with_response(self: Box<Self>) -> BoxFuture<'static, Result<Answered, Error>> {
                async move {
                    Ok(answered(&$api::builder::$builder::<$mode>::send_with_response(*self) $($wait)* ?))
                }
                .boxed()
            }

            fn send_raw(self: Box<Self>) -> BoxFuture<'static, Result<Response<Bytes>, Error>> {
                async move { $api::builder::$builder::<$mode>::send_raw(*self) $($wait)* }.boxed()
            }

            fn recalled(self: Box<Self>, clients: &Clients) -> Box<dyn Call> {
                let request = $store(self.request().clone());
                assert_eq!(request, self.into_request());
                Box::new(client!($api, clients).call(request))
            }

            fn debugged(&self) -> String {
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
        stream_call!($api::$builder<Async>, encoded_events, .await);
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

            fn collected(self: Box<Self>) -> BoxFuture<'static, Result<Value, Error>> {
                async move {
                    let events = $api::builder::$builder::<$mode>::stream(*self) $($wait)* ?;
                    Ok(encoded(&events.collect() $($wait)* ?))
                }
                .boxed()
            }
        }
    };
}

calls!(inference, identity: Transcribe);
calls!(media, identity: Stt, VoiceClone);

calls!(
    inference, stored:
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
    media, stored:
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
