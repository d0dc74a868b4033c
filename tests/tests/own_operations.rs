//! Custom operations, declared as a user would declare them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use imagine_sdk::http::Method;
use imagine_sdk::operation::{
    BodyEncoding, OpenEnum, Operation, Request, Response, RetrySafety, Sampling,
};
use imagine_sdk::{Client, FilePart, FinishTracker, MediaClient, StreamEvent, blocking};
use imagine_tests::{BlockingClients, HttpService, KEY, MockResponse, TestClient};
use serde::Serialize;
use serde_json::{Map, Value, json};

static CAPTION: Operation = Operation::new("caption", Method::POST, "/albums/{album}/captions")
    .with_body_encoding(BodyEncoding::Json)
    .with_streaming()
    .with_retry_safety(RetrySafety::Idempotent);

#[derive(Clone, Debug, PartialEq, Serialize, Request)]
#[request(
    operation = CAPTION,
    client = Client,
    extension = CaptionClient,
    method = caption,
    builder = Caption,
    response = Captioned,
    chunk = Captioned,
    body = json,
    sampling = Randomness,
    args(album, image),
    docs = "Describes an image.",
)]
struct CaptionRequest {
    #[serde(skip)]
    #[request(path = "album")]
    album: String,
    image: String,
    #[serde(skip)]
    #[request(query = "style")]
    style: Option<Style>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[request(sampling, range(min = 0, max = 1))]
    temperature: Option<f64>,
    #[request(default = "small")]
    model: String,
    #[request(stream)]
    stream: bool,
}

#[derive(Clone, Debug, Default, Sampling)]
struct Randomness {
    #[sampling(range(min = 0, max = 1))]
    pub temperature: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, OpenEnum)]
enum Style {
    #[open(name = "plain")]
    Plain,
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, Response)]
struct Captioned {
    #[response(required)]
    text: String,
    ended: bool,
    #[response(extra)]
    extra: Map<String, Value>,
}

impl StreamEvent for Captioned {
    type Output = String;
    type Accumulator = String;

    fn observe(&self, tracker: &mut FinishTracker) {
        tracker.record(0, self.ended);
    }

    fn accumulate(self, sum: &mut String) {
        sum.push_str(&self.text);
    }

    fn finish(sum: String) -> String {
        sum
    }
}

/// A billable operation, which is retried only if it did not start.
static PRINT: Operation =
    Operation::new("print", Method::PUT, "/prints").with_body_encoding(BodyEncoding::Multipart);

#[derive(Clone, Debug, Request)]
#[request(
    operation = PRINT,
    client = MediaClient,
    extension = PrintClient,
    method = print,
    builder = Print,
    response = (),
    body = multipart,
    args(picture),
    docs = "Prints a picture.",
)]
struct PrintRequest {
    #[request(formats("png"))]
    picture: FilePart,
    copies: Option<i64>,
}

#[tokio::test]
async fn a_custom_operation_is_encoded_as_declared_and_retried() {
    let response = json!({"text": "A cat", "new": 1});
    let test = TestClient::new([
        MockResponse::status(500),
        MockResponse::status(503),
        MockResponse::json(&response),
    ]);
    let randomness = Randomness::new().temperature(0.5);
    let call = test.client.caption("a/b", "cat.png").style("plain");
    let call = call.sampling(&randomness).with_extra_field("beta", true);
    let captioned = call.send_with_response().await.unwrap();
    assert_eq!(
        (captioned.attempts(), &*captioned.value().text),
        (3, "A cat")
    );
    assert_eq!(captioned.value().extra["new"], 1);
    assert_eq!(test.clock.sleeps().len(), 2);
    for request in test.requests() {
        assert_eq!(
            (request.method.as_str(), &*request.path),
            ("POST", "/albums/a%2Fb/captions")
        );
        assert_eq!(request.query, [("style".to_owned(), "plain".to_owned())]);
        assert_eq!(
            request.header("authorization"),
            Some(&*format!("Bearer {KEY}"))
        );
        let body = json!({"image": "cat.png", "temperature": 0.5, "model": "small", "stream": false, "beta": true});
        assert_eq!(request.json(), body);
    }
}

#[tokio::test]
async fn errors_name_the_custom_operation() {
    let test = TestClient::new([
        MockResponse::status(404),
        MockResponse::json(&json!({"texts": []})),
    ]);
    let call = || test.client.caption("a", "cat.png");
    let invalid = call().temperature(1.5).await.unwrap_err();
    assert_eq!(
        (invalid.operation(), invalid.invalid_field()),
        (Some("caption"), Some("temperature"))
    );
    let segment = test.client.caption("..", "cat.png").await.unwrap_err();
    assert_eq!(segment.invalid_field(), Some("album"));
    assert!(test.requests().is_empty(), "nothing was sent");
    let unknown = call().await.unwrap_err();
    assert_eq!(
        (unknown.operation(), unknown.is_not_found()),
        (Some("caption"), true)
    );
    assert!(call().await.unwrap_err().is_decode());
}

#[tokio::test]
async fn a_custom_operation_streams() {
    let events = "data: {\"text\": \"A \"}\n\ndata: {\"text\": \"cat\", \"ended\": true}\n\n";
    let reply = || MockResponse::bytes("text/event-stream", events);
    let test = TestClient::new([reply(), reply()]);
    let complete = test.client.caption("a", "cat.png").stream().await.unwrap();
    assert_eq!(complete.collect().await.unwrap(), "A cat");
    assert_eq!(test.single_request().json()["stream"], true);
    let mut stream = test.client.caption("a", "cat.png").stream().await.unwrap();
    assert_eq!(stream.next().await.unwrap().unwrap().text, "A ");
}

#[tokio::test]
async fn a_billable_custom_operation_is_retried_only_when_it_did_not_start() {
    let test = TestClient::new([MockResponse::status(429), MockResponse::status(500)]);
    let picture = FilePart::bytes("cat.png", "png");
    let error = test.media.print(picture).copies(2).await.unwrap_err();
    assert_eq!((error.attempts(), error.operation()), (2, Some("print")));
    for request in test.requests() {
        let text = String::from_utf8_lossy(&request.body).into_owned();
        assert!(text.contains("name=\"copies\"\r\n\r\n2\r\n"), "{text}");
        assert!(text.contains("filename=\"cat.png\""), "{text}");
        assert_eq!(request.header("ch-api-key"), Some(KEY));
    }
    let invalid = test.media.print(FilePart::bytes("cat.gif", "gif")).await;
    assert_eq!(invalid.unwrap_err().invalid_field(), Some("picture"));
}

#[test]
fn blocking_clients_have_the_custom_operation() {
    let service = HttpService::ok("application/json", r#"{"text": "A cat"}"#.into());
    let BlockingClients { client, media } = BlockingClients::direct(&service.endpoint(), KEY);
    let call: Caption<blocking::Blocking> = client.caption("a", "cat.png").temperature(0.5);
    assert_eq!(call.send().unwrap().text, "A cat");
    media
        .print(FilePart::bytes("cat.png", "png"))
        .send_raw()
        .unwrap();
    let paths: Vec<_> = service
        .requests()
        .into_iter()
        .map(|request| request.path)
        .collect();
    assert_eq!(paths, ["/albums/a/captions", "/prints"]);
}

#[test]
fn a_custom_operation_streams_through_a_blocking_client() {
    let events = "data: {\"text\": \"A \"}\n\ndata: {\"text\": \"cat\"}\n\ndata: [DONE]\n\n";
    let service = HttpService::ok("text/event-stream", events.into());
    let client = BlockingClients::direct(&service.endpoint(), KEY).client;
    let stream = client.caption("a", "cat.png").stream().unwrap();
    let texts: Vec<_> = stream.map(|event| event.unwrap().text).collect();
    assert_eq!(texts, ["A ", "cat"]);
}

/// Decoded values replace the defaults of the type, also when decoding twice.
#[test]
fn decoded_lists_and_objects_replace_defaults() {
    #[derive(Clone, Debug, Response)]
    struct Labels {
        #[response(required)]
        labels: Vec<String>,
        weights: std::collections::BTreeMap<String, f64>,
    }
    impl Default for Labels {
        fn default() -> Self {
            Self {
                labels: vec!["none".to_owned()],
                weights: [("none".to_owned(), 1.0)].into(),
            }
        }
    }
    for json in [
        r#"{"labels":["cat"],"weights":{"cat":0.5}}"#,
        r#"{"labels":["dog"],"labels":["cat"],"weights":{"cat":0.5}}"#,
    ] {
        let read: Labels = serde_json::from_str(json).unwrap();
        assert_eq!(read.labels, ["cat"]);
        assert_eq!(read.weights, [("cat".to_owned(), 0.5)].into());
    }
    let read: Labels = serde_json::from_str(r#"{"labels":null}"#).unwrap();
    assert_eq!(read.labels, ["none"]);
    assert_eq!(read.weights.len(), 1);
}

static TREE: Operation = Operation::new("tree", Method::GET, "/tree");

#[derive(Clone, Debug, PartialEq, Request)]
#[request(
    operation = TREE,
    client = Client,
    extension = TreeClient,
    method = tree,
    builder = Tree,
    response = Node,
    docs = "Returns a tree.",
)]
struct TreeRequest {
    #[request(query = "depth")]
    depth: Option<i64>,
}

/// A type that contains itself: the response determines the depth.
#[derive(Clone, Debug, Default, PartialEq, Response)]
struct Node {
    children: Vec<Node>,
    size: u64,
    #[response(extra)]
    extra: Map<String, Value>,
}

#[tokio::test]
async fn the_depth_of_a_recursive_response_is_limited() {
    let nested = |depth: usize| {
        let open = r#"{"size":"x","children":["#.repeat(depth);
        MockResponse::bytes("application/json", open + &"]}".repeat(depth))
    };
    let test = TestClient::new([nested(50), nested(5_000)]);
    let tree = test.client.tree().await.unwrap();
    assert_eq!((tree.size, &tree.extra["size"]), (0, &json!("x")));
    // The part beyond the limit does not fit.
    let deep = test.client.tree().await;
    assert!(deep.is_ok_and(|tree| tree.extra.contains_key("size")));
}
