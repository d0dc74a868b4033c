//! The mock remembers what it was asked, and forgets it when it stops.

use std::io::Read;
use std::net::TcpStream;

use imagine_mock::MockServer;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{LLM, Service, chat, http, with};

const CHAT: &str = "/chat/completions";

#[tokio::test]
async fn histories_list_pairs_newest_first() {
    let service = Service::start().await;
    let mut responses = Vec::new();
    for asked in ["one", "two", "three"] {
        responses.push(service.post(CHAT, &chat(asked)).await);
    }
    let history = service.get("/chat/completions?max_items=2").await;
    let expected = json!([[responses[2], chat("three")], [responses[1], chat("two")]]);
    assert_eq!(history, expected);
    let none = service.get("/chat/completions?max_items=0").await;
    assert_eq!(none, json!([]));
    assert_eq!(service.get("/completions?max_items=2").await, json!([]));
}

#[tokio::test]
async fn a_streamed_chat_is_in_the_history_as_a_whole() {
    let service = Service::start().await;
    let request = with(chat("one"), json!({"stream": true}));
    service.events(CHAT, &request).await;
    let history = service.get("/chat/completions?max_items=1").await;
    assert_eq!(history[0][0]["object"], "chat.completion");
    assert_eq!(history[0][1], request);
}

#[tokio::test]
async fn usage_sums_up_what_was_asked() {
    let service = Service::start().await;
    let mut expected = 0;
    for asked in ["one", "two"] {
        let response = service.post(CHAT, &chat(asked)).await;
        expected += response["usage"]["total_tokens"].as_u64().unwrap();
    }
    let texts = json!({"model": "BAAI/bge-large-en-v1.5", "input": "one two"});
    service.post("/embeddings", &texts).await;
    let usage = service.get("/usage").await;
    let models: Vec<_> = usage["overall"].as_array().unwrap().iter().collect();
    let total = |model: &str| -> &Value {
        let found = models.iter().find(|record| record["model"] == model);
        &found.unwrap()["total_tokens"]
    };
    assert_eq!(*total(LLM), json!(expected));
    assert_eq!(*total("BAAI/bge-large-en-v1.5"), json!(2));
    let only = service.get(&format!("/usage?model={LLM}")).await;
    assert_eq!(only["overall"].as_array().unwrap().len(), 1);
    let nothing = service.get("/usage?to=2000-01-01%2000:00:00").await;
    assert_eq!(nothing, json!({"usage": [], "overall": []}));
}

#[tokio::test]
async fn requests_are_recorded_as_they_came() {
    let service = Service::start().await;
    service.get("/usage?model=a%20b&model=c").await;
    let request = service.bare(Method::POST, "/nothing?x=1").body("raw");
    request.header("x-mine", "yes").send().await.unwrap();
    let requests = service.server.requests();
    let [first, second] = requests.as_slice() else {
        panic!("{requests:?}");
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(first.query, [pair("model", "a b"), pair("model", "c")]);
    assert_eq!(first.headers["authorization"], "Bearer a-key");
    assert_eq!(first.operation, Some("usage"));
    assert_eq!(
        (second.method.as_str(), second.path.as_str()),
        ("POST", "/nothing")
    );
    assert_eq!(&second.body[..], b"raw");
    assert_eq!(second.headers["x-mine"], "yes");
    assert_eq!((second.operation, second.status), (None, Some(401)));
    assert_eq!(
        (first.api, second.api),
        (Some("inference"), Some("inference"))
    );
}

#[tokio::test]
async fn no_more_is_remembered_than_wanted() {
    let service = Service::media(MockServer::builder().remember(2)).await;
    for prompt in ["one", "two", "three"] {
        let asked = json!({"prompt": prompt});
        service.post("/images/text2img", &asked).await;
    }
    let images = service.get("/images/mine").await;
    let prompts = ["/nodes/0/prompt", "/nodes/1/prompt", "/nodes/2/prompt"];
    let prompts = prompts.map(|pointer| images.pointer(pointer).and_then(Value::as_str));
    assert_eq!(prompts, [Some("three"), Some("two"), None]);
    let requests = service.server.requests();
    let paths: Vec<_> = requests.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(paths, ["/images/text2img", "/images/mine"]);
    let decided: Vec<_> = requests.iter().map(|one| one.carried_out).collect();
    assert_eq!(decided, [true, true]);
}

#[tokio::test]
async fn a_server_that_stopped_serves_no_more() {
    let server = MockServer::start().await.unwrap();
    let client = http();
    let ping = client
        .get(format!("{}/ping", server.endpoint()))
        .bearer_auth("k");
    let again = ping.try_clone().unwrap();
    assert_eq!(ping.send().await.unwrap().status(), 200);
    let address = server.address();
    server.shutdown().await;
    assert!(again.send().await.is_err());
    let rebound = MockServer::builder().port(address.port()).start().await;
    assert_eq!(rebound.unwrap().address(), address);
}

#[tokio::test]
async fn dropping_a_server_closes_its_connections() {
    let server = MockServer::start().await.unwrap();
    let mut connection = TcpStream::connect(server.address()).unwrap();
    drop(server);
    let mut rest = Vec::new();
    // Either way of ending is a closed connection; one left open would hang here.
    let _ = connection.read_to_end(&mut rest);
    assert!(rest.is_empty());
}

#[tokio::test]
async fn a_taken_port_is_an_error() {
    let server = MockServer::start().await.unwrap();
    let taken = MockServer::builder().port(server.address().port());
    assert!(taken.start().await.is_err());
}
