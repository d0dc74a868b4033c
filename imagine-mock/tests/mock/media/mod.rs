//! The media API of the mock.

mod builds;
mod jobs;
mod listing;
mod operations;
mod prompt;
mod refusals;
mod results;
mod voices;

use imagine_mock::{MediaBuild, MockServer};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::client::Service;

pub(crate) const TEXT2IMG: &str = "/images/text2img";

/// A mock of the older build, in which every response shows the state of a generation.
pub(crate) async fn start() -> Service {
    play(MediaBuild::V0_2).await
}

pub(crate) async fn play(build: MediaBuild) -> Service {
    Service::media(MockServer::builder().media_build(build)).await
}

/// A sample of speech, as a form.
pub(crate) fn sample(name: &str, file: Vec<u8>) -> Form {
    Form::new().part("sample", Part::bytes(file).file_name(name.to_owned()))
}

/// Looks at a generation once.
pub(crate) async fn look(service: &Service, job: &Value) -> Value {
    let handle = json!({"generation_uuid": job["generation_uuid"]});
    service.post("/check", &handle).await
}

/// Looks at a generation until it is over.
pub(crate) async fn wait(service: &Service, job: &Value) -> Value {
    for _ in 0..10 {
        let status = look(service, job).await;
        if status["is_done"] == true || status["is_failed"] == true {
            return status;
        }
    }
    panic!("{job} does not end");
}

/// Begins a generation and waits for it.
pub(crate) async fn generate(service: &Service, path: &str, body: &Value) -> Value {
    let job = service.post(path, body).await;
    wait(service, &job).await
}

/// Sends a request that must be refused, and says how it was.
pub(crate) async fn refused(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    assert!(response.headers().contains_key("x-request-id"));
    (response.status().as_u16(), response.json().await.unwrap())
}

/// The refusal of a body.
pub(crate) async fn refused_body(service: &Service, path: &str, body: &Value) -> (u16, Value) {
    refused(service.request(Method::POST, path).json(body)).await
}
