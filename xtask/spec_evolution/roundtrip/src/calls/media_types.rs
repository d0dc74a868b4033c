//! Edits with media types other than JSON and forms: text, files, and JSON lines.

use super::*;

/// Returns the content type and the body of the last request.
fn body(trip: &RoundTrip) -> (String, Vec<u8>) {
    let request = trip.mock.requests().pop().unwrap();
    let content_type = request.headers["content-type"].to_str().unwrap();
    (content_type.to_owned(), request.body.to_vec())
}

pub async fn text_body(trip: &RoundTrip) {
    trip.media.text_body("7", "# Ñ").author("me").await.unwrap();
    let expected = ("text/markdown; charset=utf-8".to_owned(), "# Ñ".as_bytes().to_vec());
    assert_eq!(body(trip), expected);
    assert_eq!(request_line(trip), "PUT /mutated/notes/7 author=me");
    assert!(trip.media.text_body("7", "#").await.is_err(), "the text is too short");
}

pub async fn binary_body(trip: &RoundTrip) {
    let expected = ("application/octet-stream".to_owned(), vec![0, 255]);
    trip.media.binary_body(FilePart::from(vec![0, 255])).await.unwrap();
    assert_eq!(body(trip), expected);
    let reader = FilePart::reader("a.png", &[0, 255][..], 2);
    trip.media.binary_body(reader).await.unwrap();
    assert_eq!(body(trip), expected);
}

pub async fn body_of_any_image(trip: &RoundTrip) {
    let image = FilePart::bytes("a.png", "png");
    trip.media.body_of_any_image().body(image).await.unwrap();
    assert_eq!(body(trip), ("image/png".to_owned(), b"png".to_vec()));
    let image = FilePart::bytes("a", "webp").content_type("image/webp");
    trip.media.body_of_any_image().body(image).await.unwrap();
    assert_eq!(body(trip).0, "image/webp");
    trip.media.body_of_any_image().await.unwrap();
}

pub async fn json_lines(trip: &RoundTrip) {
    let mut lines = trip.media.json_lines().stream().await.unwrap();
    let line: JsonLinesLine = lines.next().await.unwrap().unwrap();
    assert!(!line.level.is_empty());
    let accept = trip.mock.requests().pop().unwrap().headers["accept"].clone();
    assert_eq!(accept, "application/x-ndjson");
    assert!(lines.next().await.unwrap().is_ok());
    assert!(lines.next().await.is_none());
    let lines: Vec<JsonLinesLine> = trip.media.json_lines().await.unwrap();
    assert_eq!(lines.len(), 2);
    for (text, count) in [
        ("{\"level\": \"a\"}\r\n\n{\"level\": \"b\", \"count\": 2}", Some(2)),
        ("{\"level\": \"a\"}\n{\"level\": \"b", None),
        ("{\"level\": \"a\"}\n{\"count\": 1}\n", None),
        ("", Some(0)),
    ] {
        let respond = || {
            trip.mock
                .expect_json_lines(|_, then| then.bytes("application/x-ndjson", text).times(1));
        };
        respond();
        let lines = trip.media.json_lines().stream().await.unwrap();
        assert_eq!(lines.collect().await.ok().map(|lines| lines.len()), count, "{text}");
        respond();
        let lines = trip.media.json_lines().await;
        assert_eq!(lines.ok().map(|lines| lines.len()), count, "{text}");
    }
    trip.mock
        .expect_json_lines(|_, then| then.events([json!({"level": "x"})]).times(1));
    let lines = trip.media.json_lines().await.unwrap();
    assert_eq!(lines[0].level, "x");
    let lines = json!([{"level": "y"}, {"level": "z"}]);
    trip.mock.expect_json_lines(|_, then| then.json(lines).times(1));
    let mut lines = trip.media.json_lines().stream().await.unwrap();
    assert_eq!(lines.next().await.unwrap().unwrap().level, "y");
}

pub async fn json_or_json_lines(trip: &RoundTrip) {
    let _: Ack = trip.media.json_or_json_lines().topic("a").await.unwrap();
    let lines = trip.media.json_or_json_lines().topic("a").stream().await.unwrap();
    assert_eq!(sent(trip), json!({"topic": "a", "stream": true}));
    let lines: Vec<MutatedLine> = lines.collect().await.unwrap();
    assert_eq!(lines.len(), 2);
    let error = "{\"text\": \"a\"}\n{\"error\": {\"message\": \"no memory\"}}\n";
    trip.mock
        .expect_json_or_json_lines(|_, then| then.bytes("application/jsonl", error).times(1));
    let mut lines = trip.media.json_or_json_lines().stream().await.unwrap();
    assert!(lines.next().await.unwrap().is_ok());
    let error = lines.next().await.unwrap().unwrap_err();
    assert!(error.to_string().contains("no memory"), "{error}");
}
