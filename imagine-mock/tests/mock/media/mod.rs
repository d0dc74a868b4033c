//! The media API.

mod builds;
mod errors;
mod jobs;
mod listing;
mod operations;
mod prompt;
mod results;
mod voices;

use imagine_mock::{MediaBuild, MockServer};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::client::TestService;

pub(crate) const TEXT2IMG: &str = "/images/text2img";

/// Starts a mock of build 0.2, in which every response contains the state of a generation.
pub(crate) async fn start() -> TestService {
    start_build(MediaBuild::V0_2).await
}

pub(crate) async fn start_build(build: MediaBuild) -> TestService {
    TestService::media(MockServer::builder().media_build(build)).await
}

/// Returns a form with a recording of speech.
pub(crate) fn speech_form(name: &str, file: Vec<u8>) -> Form {
    Form::new().part("sample", Part::bytes(file).file_name(name.to_owned()))
}

/// Polls a generation once.
pub(crate) async fn poll(service: &TestService, job: &Value) -> Value {
    let handle = json!({"generation_uuid": job["generation_uuid"]});
    service.post("/check", &handle).await
}

/// Polls a generation until it has finished or failed.
pub(crate) async fn wait(service: &TestService, job: &Value) -> Value {
    for _ in 0..10 {
        let status = poll(service, job).await;
        if status["is_done"] == true || status["is_failed"] == true {
            return status;
        }
    }
    panic!("{job} does not finish");
}

/// Submits a generation and waits for its end.
pub(crate) async fn generate(service: &TestService, path: &str, body: &Value) -> Value {
    let job = service.post(path, body).await;
    wait(service, &job).await
}

/// Sends a request that must fail, and returns the status and the body.
pub(crate) async fn send_err(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    assert!(response.headers().contains_key("x-request-id"));
    (response.status().as_u16(), response.json().await.unwrap())
}

/// Posts a body that must be rejected, and returns the status and the body of the response.
pub(crate) async fn post_err(service: &TestService, path: &str, body: &Value) -> (u16, Value) {
    send_err(service.request(Method::POST, path).json(body)).await
}
