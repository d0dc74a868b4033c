//! A mock with a plain HTTP client.

use std::sync::Arc;

use imagine_mock::contract::{Contract, OperationSpec};
use imagine_mock::{MockServer, MockServerBuilder};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, RequestBuilder, Response};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};

pub(crate) const LLM: &str = "Llama-3.1-8B";

/// A mock with a client for one of its APIs.
pub(crate) struct TestService {
    pub(crate) server: MockServer,
    endpoint: String,
    http: Client,
}

impl TestService {
    /// Starts a mock with a client for the inference API.
    pub(crate) async fn start() -> Self {
        Self::inference(MockServer::builder()).await
    }

    /// Starts a mock with these settings and a client for the inference API.
    pub(crate) async fn inference(builder: MockServerBuilder) -> Self {
        let server = builder.start().await.unwrap();
        let endpoint = server.inference_endpoint().to_owned();
        Self::at(server, endpoint)
    }

    /// Starts a mock with these settings and a client for the media API.
    pub(crate) async fn media(builder: MockServerBuilder) -> Self {
        let server = builder.start().await.unwrap();
        let endpoint = server.media_endpoint().to_owned();
        Self::at(server, endpoint)
    }

    /// Starts a mock with these settings and a client for OpenAI's API.
    pub(crate) async fn openai(builder: MockServerBuilder) -> Self {
        let server = builder.start().await.unwrap();
        let endpoint = server.openai_endpoint().to_owned();
        Self::at(server, endpoint)
    }

    fn at(server: MockServer, endpoint: String) -> Self {
        Self {
            server,
            endpoint,
            http: http(),
        }
    }

    /// Drops the client, and returns the mock.
    pub(crate) fn into_server(self) -> MockServer {
        self.server
    }

    /// Returns a request without an API key.
    pub(crate) fn request_without_key(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.endpoint);
        self.http.request(method, url)
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.request_without_key(method, path).bearer_auth("a-key")
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        send_ok(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        send_ok(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn upload(&self, file: Vec<u8>) -> RequestBuilder {
        let file = Part::bytes(file).file_name("speech.wav");
        let form = Form::new().text("model", "whisper-tiny").part("file", file);
        self.request(Method::POST, "/transcribe").multipart(form)
    }

    /// Returns a request for an operation without a dedicated request, with values according to its schema.
    pub(crate) fn generic_request(
        &self,
        contract: &Contract,
        operation: &OperationSpec,
    ) -> RequestBuilder {
        let path = operation.path.replace(['{', '}'], "");
        let request = self.request(operation.method.clone(), &path);
        let Some(payload) = &operation.payload else {
            return request;
        };
        let definitions = contract.definitions();
        let fields = definitions.properties(payload.schema.source()).into_iter();
        let fields = fields.map(|(name, schema)| {
            let value = match definitions.resolve(schema)["type"].as_str() {
                Some("integer" | "number") => json!(1),
                Some("boolean") => json!(true),
                Some("array") => json!([]),
                Some("object") => json!({}),
                _ => json!("a"),
            };
            (name.to_owned(), value)
        });
        request.json(&fields.collect::<serde_json::Map<_, _>>())
    }

    /// Returns the body chunks of a streamed response.
    pub(crate) async fn stream(&self, path: &str, body: &Value) -> Vec<String> {
        let request = self.request(Method::POST, path).json(body);
        let mut response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut chunks = Vec::new();
        while let Some(chunk) = response.chunk().await.unwrap() {
            chunks.push(String::from_utf8(chunk.to_vec()).unwrap());
        }
        chunks
    }

    /// Returns the events of a streamed response, which must end with `[DONE]`.
    pub(crate) async fn events(&self, path: &str, body: &Value) -> Vec<Value> {
        let text = self.stream(path, body).await.concat();
        let events = text.strip_suffix("data: [DONE]\n\n").unwrap();
        events
            .split_terminator("\n\n")
            .map(|event| serde_json::from_str(event.strip_prefix("data: ").unwrap()).unwrap())
            .collect()
    }
}

/// Returns a client without root certificates. The tests do not use TLS, and loading system certificates is slow.
pub(crate) fn http() -> Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider);
    let tls = tls.with_safe_default_protocol_versions().unwrap();
    let tls = tls.with_root_certificates(RootCertStore::empty());
    let builder = Client::builder().tls_backend_preconfigured(tls.with_no_client_auth());
    builder.no_proxy().build().unwrap()
}

/// Sends a request that must succeed and returns its JSON.
pub(crate) async fn send_ok(request: RequestBuilder) -> Value {
    let response = request.send().await.unwrap();
    let status = response.status();
    let body = response.text().await.unwrap();
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}

/// Sends a request that must fail in the error format of the inference API. Returns the status and the message.
pub(crate) async fn send_err(request: RequestBuilder) -> (u16, String) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, message(response).await)
}

async fn message(response: Response) -> String {
    assert!(response.headers().contains_key("x-request-id"));
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["status"], "error");
    body["message"].as_str().unwrap().to_owned()
}

/// Returns a chat request with one user message.
pub(crate) fn chat(content: &str) -> Value {
    json!({"model": LLM, "stream": false, "messages": [{"role": "user", "content": content}]})
}

/// Returns a request with additional or replaced fields.
pub(crate) fn merge(mut request: Value, fields: Value) -> Value {
    let Value::Object(fields) = fields else {
        unreachable!("fields must be an object");
    };
    request.as_object_mut().unwrap().extend(fields);
    request
}

/// Returns a silent WAV file with 16-bit samples.
pub(crate) fn wav(channels: u16, rate: u32, samples: u32) -> Vec<u8> {
    let frame = u32::from(channels) * 2;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + samples * frame).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0");
    file.extend(channels.to_le_bytes());
    file.extend(rate.to_le_bytes());
    file.extend((rate * frame).to_le_bytes());
    file.extend([u8::try_from(frame).unwrap(), 0, 16, 0]);
    file.extend(b"data");
    file.extend((samples * frame).to_le_bytes());
    file.resize(44 + (samples * frame) as usize, 0);
    file
}
