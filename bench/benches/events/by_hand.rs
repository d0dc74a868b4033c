//! Hand-written clients: reqwest, eventsource-stream, and structs that derive `Deserialize`.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use eventsource_stream::Eventsource;
use futures_util::{Stream, StreamExt};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// Declares the structs of a chunk and of a response. `$rest` collects unknown fields, if anything does.
macro_rules! shapes {
    ($module:ident, $docs:literal, {$($rest:tt)*}) => {
        #[doc = $docs]
        #[expect(dead_code, reason = "only decoding is measured")]
        pub mod $module {
            #[allow(unused_imports, reason = "only one of the two needs it")]
            use super::{Deserialize, Map, Value};

            #[derive(Deserialize)]
            pub struct Chunk {
                pub id: String,
                pub object: String,
                pub created: f64,
                pub model: String,
                pub choices: Vec<ChunkChoice>,
                pub usage: Option<Usage>,
                $($rest)*
            }

            #[derive(Deserialize)]
            pub struct ChunkChoice {
                pub index: i64,
                pub delta: Delta,
                pub finish_reason: Option<String>,
                $($rest)*
            }

            #[derive(Deserialize)]
            pub struct Delta {
                pub role: Option<String>,
                pub content: Option<String>,
                #[serde(default)]
                pub tool_calls: Vec<Value>,
                $($rest)*
            }

            #[derive(Deserialize)]
            pub struct Response {
                pub id: String,
                pub object: String,
                pub created: f64,
                pub model: String,
                pub choices: Vec<Choice>,
                pub usage: Usage,
                $($rest)*
            }

            #[derive(Deserialize)]
            pub struct Choice {
                pub index: i64,
                pub message: Message,
                pub finish_reason: Option<String>,
                $($rest)*
            }

            #[derive(Deserialize)]
            pub struct Message {
                pub role: String,
                pub content: Option<String>,
                pub tool_calls: Option<Vec<Value>>,
                $($rest)*
            }

            #[derive(Deserialize)]
            pub struct Usage {
                pub prompt_tokens: Option<i64>,
                pub completion_tokens: Option<i64>,
                pub total_tokens: Option<i64>,
                $($rest)*
            }
        }
    };
}

shapes!(lossy, "Structs that drop unknown fields.", {});
shapes!(lossless, "Structs that keep unknown fields, as those of the SDK do.", {
    #[serde(flatten)]
    pub extra: Map<String, Value>,
});

#[derive(Deserialize)]
struct Embeddings {
    data: Vec<Embedding>,
}

#[derive(Deserialize)]
struct Embedding {
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct Images {
    data: Vec<ImageData>,
}

#[derive(Deserialize)]
struct ImageData {
    b64_json: String,
}

/// A chunk with a text delta.
pub trait Text: DeserializeOwned {
    fn text(&self) -> Option<&str>;
}

impl Text for lossy::Chunk {
    fn text(&self) -> Option<&str> {
        self.choices.first()?.delta.content.as_deref()
    }
}

impl Text for lossless::Chunk {
    fn text(&self) -> Option<&str> {
        self.choices.first()?.delta.content.as_deref()
    }
}

/// A client that sends the same requests as the SDK.
pub struct Client {
    http: reqwest::Client,
    endpoint: String,
}

/// The timeouts of the careful client.
const CONNECT: Duration = Duration::from_secs(10);
const CALL: Duration = Duration::from_secs(600);
const IDLE: Duration = Duration::from_secs(60);

fn careful(http: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    let http = http.connect_timeout(CONNECT).timeout(CALL);
    http.read_timeout(IDLE)
}

fn trusting(certificate: &str) -> reqwest::ClientBuilder {
    let certificate = reqwest::Certificate::from_pem(certificate.as_bytes()).unwrap();
    reqwest::Client::builder().tls_certs_only([certificate])
}

impl Client {
    /// Creates a client without timeouts.
    pub fn new(endpoint: &str) -> Self {
        Self::with(reqwest::Client::builder(), endpoint)
    }

    /// Creates a client with the timeouts of the SDK.
    pub fn careful(endpoint: &str) -> Self {
        Self::with(careful(reqwest::Client::builder()), endpoint)
    }

    /// Creates a client without timeouts that trusts a certificate in PEM.
    pub fn secure(endpoint: &str, certificate: &str) -> Self {
        Self::with(trusting(certificate), endpoint)
    }

    /// Creates a client with the timeouts of the SDK that trusts a certificate in PEM.
    pub fn secure_and_careful(endpoint: &str, certificate: &str) -> Self {
        Self::with(careful(trusting(certificate)), endpoint)
    }

    fn with(http: reqwest::ClientBuilder, endpoint: &str) -> Self {
        let http = http.no_proxy().build().unwrap();
        let endpoint = endpoint.to_owned();
        Self { http, endpoint }
    }

    async fn chat(&self, stream: bool) -> reqwest::Response {
        let messages = [json!({"role": "user", "content": "Hi"})];
        let body = json!({"messages": messages, "model": "m", "stream": stream});
        let request = self
            .http
            .post(format!("{}/chat/completions", self.endpoint))
            .bearer_auth("key")
            .header("content-type", "application/json")
            .body(serde_json::to_vec(&body).unwrap());
        request.send().await.unwrap().error_for_status().unwrap()
    }

    /// Makes a buffered call.
    pub async fn call<T: DeserializeOwned>(&self) -> T {
        let body = self.chat(false).await.bytes().await.unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> reqwest::Response {
        let request = self.http.post(format!("{}/{path}", self.endpoint));
        let request = request.bearer_auth("key").json(&body);
        request.send().await.unwrap().error_for_status().unwrap()
    }

    /// Returns vectors as 32-bit floats.
    pub async fn embed(&self, texts: &[String]) -> Vec<Vec<f32>> {
        let body = json!({"input": texts, "model": "m"});
        let response: Embeddings = self.post("embeddings", body).await.json().await.unwrap();
        response
            .data
            .into_iter()
            .map(|item| item.embedding)
            .collect()
    }

    /// Returns the bytes of an image.
    pub async fn image(&self) -> Vec<u8> {
        let body = json!({"prompt": "A cat", "model": "m", "response_format": "b64_json"});
        let response = self.post("images/generations", body).await;
        let response: Images = response.json().await.unwrap();
        STANDARD.decode(&response.data[0].b64_json).unwrap()
    }

    /// Receives the bytes of a stream and discards them.
    pub async fn receive(&self) {
        let mut body = self.chat(true).await.bytes_stream();
        while let Some(chunk) = body.next().await {
            std::hint::black_box(chunk.unwrap());
        }
    }

    /// Reads a stream and returns the number of bytes of its text deltas.
    pub async fn stream<T: Text>(&self) -> usize {
        let body = self.chat(true).await.bytes_stream();
        read::<T, _, _, _>(body).await
    }
}

/// Reads events until `[DONE]` and returns the number of bytes of their text deltas.
pub async fn read<T, S, B, E>(body: S) -> usize
where
    T: Text,
    S: Stream<Item = Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
    E: std::fmt::Debug,
{
    let mut events = body.eventsource();
    let mut bytes = 0;
    while let Some(event) = events.next().await {
        let event = event.unwrap();
        if event.data == "[DONE]" {
            break;
        }
        let chunk: T = serde_json::from_str(&event.data).unwrap();
        bytes += chunk.text().map_or(0, str::len);
    }
    bytes
}
