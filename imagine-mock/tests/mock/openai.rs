//! The operations in the shapes of OpenAI's API.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use imagine_mock::contract::{Contract, Violation};
use imagine_mock::{Fault, MockServer};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::client::{LLM, TestService, merge, send_ok, wav};
use crate::files::size_of;

const CHAT: &str = "/chat/completions";

async fn start() -> TestService {
    TestService::openai(MockServer::builder()).await
}

fn chat(content: &str) -> Value {
    json!({"model": LLM, "messages": [{"role": "user", "content": content}]})
}

/// Returns the violations of OpenAI's shapes in a response.
fn violations(operation: &str, response: &Value) -> Result<(), Vec<Violation>> {
    Contract::openai().check_response(operation, response)
}

/// Sends a request that must fail, and returns the status and the error.
async fn send_err(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    (status, body["error"].clone())
}

#[tokio::test]
async fn completes_chats_and_texts() {
    let service = start().await;
    let response = service
        .post(CHAT, &merge(chat("Hi"), json!({"n": 2})))
        .await;
    assert_eq!(violations("chat", &response), Ok(()));
    assert_eq!(response["choices"].as_array().unwrap().len(), 2);
    let stopped = service
        .post(CHAT, &merge(chat("Hi"), json!({"stop": ["asked"]})))
        .await;
    assert_eq!(stopped["choices"][0]["message"]["content"], "You ");
    let request = json!({"model": LLM, "prompt": [[1, 2], [3]], "stop": null});
    let response = service.post("/completions", &request).await;
    assert_eq!(violations("completion", &response), Ok(()));
    assert_eq!(response["choices"].as_array().unwrap().len(), 2);
    assert_eq!(response["usage"]["prompt_tokens"], 3);
    service.server.assert_contract();
}

#[tokio::test]
async fn streams_chats_and_texts() {
    let service = start().await;
    let options = json!({"stream": true, "n": 2, "stream_options": {"include_usage": true}});
    let text = |choice: &Value, pointer: &str| {
        choice
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or("")
            .to_owned()
    };
    for (operation, path, request, buffered, delta) in [
        (
            "chat",
            CHAT,
            chat("Hi"),
            "/message/content",
            "/delta/content",
        ),
        (
            "completion",
            "/completions",
            json!({"model": LLM, "prompt": "Once"}),
            "/text",
            "/text",
        ),
    ] {
        let expected = service
            .post(path, &merge(request.clone(), json!({"n": 2})))
            .await;
        let events = service.events(path, &merge(request, options.clone())).await;
        let mut texts = [String::new(), String::new()];
        for event in &events {
            assert_eq!(
                Contract::openai().check_event(operation, event),
                Ok(()),
                "{event}"
            );
            for choice in event["choices"].as_array().unwrap() {
                texts[choice["index"].as_u64().unwrap() as usize] += &text(choice, delta);
            }
        }
        let expected_texts = [0, 1].map(|index| text(&expected["choices"][index], buffered));
        assert_eq!(texts, expected_texts);
        let last = events.last().unwrap();
        assert_eq!(
            (&last["choices"], &last["usage"]),
            (&json!([]), &expected["usage"])
        );
    }
}

#[tokio::test]
async fn calls_the_tool_that_the_request_names() {
    let service = start().await;
    let tool = |name: &str| json!({"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}});
    let choice = json!({"type": "function", "function": {"name": "second"}});
    let request = merge(
        chat("The first one in Toledo"),
        json!({"tools": [tool("first"), tool("second")], "tool_choice": choice}),
    );
    let response = service.post(CHAT, &request).await;
    assert_eq!(violations("chat", &response), Ok(()));
    let call = &response["choices"][0]["message"]["tool_calls"][0];
    assert_eq!(call["function"]["name"], "second");
    let events = service
        .events(CHAT, &merge(request, json!({"stream": true})))
        .await;
    let deltas = events
        .iter()
        .filter_map(|event| event.pointer("/choices/0/delta/tool_calls/0"));
    let arguments: String = deltas
        .map(|delta| delta["function"]["arguments"].as_str().unwrap())
        .collect();
    assert_eq!(arguments, call["function"]["arguments"].as_str().unwrap());
}

#[tokio::test]
async fn embeds_strings_and_token_ids() {
    let service = start().await;
    let embed = async |fields: Value| {
        let request = merge(json!({"model": "BAAI/bge-small-en-v1.5"}), fields);
        let response = service.post("/embeddings", &request).await;
        assert_eq!(violations("embeddings", &response), Ok(()));
        assert_eq!(response.get("id"), None);
        response
    };
    let floats = embed(json!({"input": ["a cat", "a dog"]})).await;
    let base64 = embed(json!({"input": ["a cat"], "encoding_format": "base64"})).await;
    let bytes = STANDARD
        .decode(base64["data"][0]["embedding"].as_str().unwrap())
        .unwrap();
    let decoded = bytes
        .chunks(4)
        .map(|float| f32::from_le_bytes(float.try_into().unwrap()));
    let expected = floats["data"][0]["embedding"].as_array().unwrap().iter();
    assert!(decoded.eq(expected.map(|number| number.as_f64().unwrap() as f32)));
    assert_eq!(floats["data"].as_array().unwrap().len(), 2);
    let tokens = embed(json!({"input": [[1, 2, 3], [4]], "dimensions": 5})).await;
    assert_eq!(tokens["data"][1]["embedding"].as_array().unwrap().len(), 5);
    assert_eq!(
        tokens["usage"],
        json!({"prompt_tokens": 4, "total_tokens": 4})
    );
}

#[tokio::test]
async fn generates_images() {
    let service = start().await;
    let request = json!({"prompt": "a cat", "size": "24x16"});
    let response = service.post("/images/generations", &request).await;
    assert_eq!(violations("images_generate", &response), Ok(()));
    let url = response["data"][0]["url"].as_str().unwrap();
    let file = crate::client::http().get(url).send().await.unwrap();
    assert_eq!(size_of(&file.bytes().await.unwrap()), (24, 16));
    let request = merge(request, json!({"response_format": "b64_json"}));
    let response = service.post("/images/generations", &request).await;
    assert!(response["data"][0]["b64_json"].is_string());
    service.server.assert_contract();
}

#[tokio::test]
async fn transcribes_files_in_three_formats() {
    let service = start().await;
    let upload = |format: &'static str| {
        let file = Part::bytes(wav(1, 8_000, 16_000)).file_name("speech.wav");
        let form = Form::new().part("file", file).text("model", "whisper-tiny");
        let form = form.text("response_format", format);
        service
            .request(Method::POST, "/audio/transcriptions")
            .multipart(form)
    };
    let expected = "A recording of 2.00 seconds, sampled at 8000 Hz on 1 channel.";
    assert_eq!(send_ok(upload("json")).await, json!({"text": expected}));
    let verbose = send_ok(upload("verbose_json")).await;
    assert_eq!(
        (&verbose["text"], &verbose["duration"]),
        (&json!(expected), &json!(2.0))
    );
    let text = upload("text").send().await.unwrap().text().await.unwrap();
    assert_eq!(text, format!("{expected}\n"));
    service.server.assert_contract();
    assert_eq!(send_err(upload("srt")).await.0, 400);
}

#[tokio::test]
async fn lists_and_retrieves_models() {
    let service = start().await;
    let list = service.get("/models").await;
    assert_eq!(violations("available_models_by_type", &list), Ok(()));
    for model in list["data"].as_array().unwrap() {
        let id = model["id"].as_str().unwrap();
        assert_eq!(service.get(&format!("/models/{id}")).await, *model);
        let encoded = id.replace('/', "%2F");
        assert_eq!(service.get(&format!("/models/{encoded}")).await, *model);
    }
    let (status, error) = send_err(service.request(Method::GET, "/models/nothing")).await;
    assert_eq!((status, &error["code"]), (404, &json!("model_not_found")));
}

#[tokio::test]
async fn returns_errors_in_the_shape_of_openai() {
    let service = start().await;
    let post = |body: Value| service.request(Method::POST, CHAT).json(&body);
    let (status, error) = send_err(service.request_without_key(Method::GET, "/models")).await;
    assert_eq!((status, &error["code"]), (401, &json!("invalid_api_key")));
    let (status, error) = send_err(post(merge(
        chat("Hi"),
        json!({"messages": [{"role": "boss"}]}),
    )))
    .await;
    assert_eq!(
        (status, &error["type"]),
        (400, &json!("invalid_request_error"))
    );
    assert_eq!(error["param"], "messages[0].role");
    let (status, error) = send_err(post(merge(chat("Hi"), json!({"model": "gpt-9"})))).await;
    assert_eq!((status, &error["code"]), (404, &json!("model_not_found")));
    let (status, error) = send_err(service.request(Method::GET, "/nothing")).await;
    assert_eq!((status, error["message"].is_string()), (404, true));
    service
        .server
        .fault("chat", Fault::status(429).retry_after(2).times(1))
        .unwrap();
    let (status, error) = send_err(post(chat("Hi"))).await;
    assert_eq!(
        (status, &error["code"]),
        (429, &json!("rate_limit_exceeded"))
    );
    service
        .server
        .fault("retrieve_model", Fault::status(500).times(1))
        .unwrap();
    let (status, error) = send_err(service.request(Method::GET, "/models/x")).await;
    assert_eq!((status, &error["type"]), (500, &json!("server_error")));
}

#[tokio::test]
async fn shares_expectations_the_request_log_and_usage_with_the_inference_api() {
    let service = start().await;
    let server = &service.server;
    let expected = server.expect_chat(|when, then| {
        when.model(LLM);
        then.stream(["Man", "chego"]).times(1)
    });
    let response = service.post(CHAT, &chat("Hi")).await;
    assert_eq!(response["choices"][0]["message"]["content"], "Manchego");
    expected.assert();
    // A scripted response is in the shape of the inference API, and is converted.
    server.expect_available_models_by_type(|_, then| {
        then.json(json!({"llm": ["a", "b"], "translate": ["b"]}))
    });
    let models = service.get("/models").await;
    let ids = models["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|model| model["id"].as_str().unwrap());
    assert_eq!(ids.collect::<Vec<_>>(), ["a", "b"]);
    let requests = server.requests();
    let recorded = requests
        .iter()
        .map(|request| (request.api, request.operation, request.status));
    let expected =
        ["chat", "available_models_by_type"].map(|name| (Some("openai"), Some(name), Some(200)));
    assert_eq!(recorded.collect::<Vec<_>>(), expected);
    let usage = crate::client::http().get(format!("{}/usage", server.inference_endpoint()));
    let usage = send_ok(usage.bearer_auth("k")).await;
    assert_eq!(usage["overall"][0]["model"], LLM);
}
