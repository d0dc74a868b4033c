//! Edits of bodies, responses and streams.

use super::*;

// Bodies and responses

pub async fn multipart(trip: &RoundTrip) {
    let file = FilePart::bytes("a.bin", vec![0, 159, 146, 150]);
    trip.media
        .multipart(file)
        .title("größe")
        .count(3)
        .await
        .unwrap();
}

pub async fn body_made_a_form(trip: &RoundTrip) {
    trip.media
        .sound_effect("a bang")
        .duration(2.0)
        .await
        .unwrap();
    let request = trip.mock.requests().pop().unwrap();
    let kind = request.headers["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("multipart/form-data; boundary="), "{kind}");
}

pub async fn stream(trip: &RoundTrip) {
    let done = trip.media.stream().topic("tea").await.unwrap();
    assert!(done.is_success());
    assert_eq!(sent(trip), json!({"topic": "tea"}));
}

pub async fn field_added_to_an_event(trip: &RoundTrip) {
    let mut events = trip.inference.chat("hi").stream().await.unwrap();
    while let Some(event) = events.next().await {
        let _: Option<String> = event.unwrap().tier;
    }
}

pub async fn two_successes_of_one_schema(trip: &RoundTrip) {
    trip.media
        .animate(Image::from("https://example.com/a.png"))
        .await
        .unwrap();
}

pub async fn response_without_a_body(trip: &RoundTrip) {
    let () = trip.media.response_without_a_body().await.unwrap();
}

pub async fn empty_body(trip: &RoundTrip) {
    trip.media.empty_body().await.unwrap();
    assert_eq!(sent(trip), json!({}));
}

pub async fn response_by_a_shared_response(trip: &RoundTrip) {
    let response = trip.media.response_by_a_shared_response().await.unwrap();
    assert!(response.name.is_some());
}

// Forms

pub async fn parts_of_a_form(trip: &RoundTrip) {
    let file = |name: &str| FilePart::bytes(name, "x");
    let call = trip
        .media
        .parts_of_a_form(file("a.bin"))
        .more([file("b.bin"), file("c.bin")]);
    let meta: MutatedPartsMeta = serde_json::from_value(json!({"author": "me"})).unwrap();
    let rows: Vec<MutatedPartsRowsItem> =
        serde_json::from_value(json!([{"n": 1}, {"n": 2}])).unwrap();
    let labels = BTreeMap::from([("k".to_owned(), "v".to_owned())]);
    let call = call
        .tags(["x", "y"])
        .meta(meta)
        .rows(rows)
        .any(json!([1]))
        .labels(labels);
    call.await.unwrap();
    let body = trip.mock.requests().pop().unwrap().body;
    let body = String::from_utf8_lossy(&body).into_owned();
    for part in [
        "name=\"meta\"\r\nContent-Type: application/json\r\n\r\n{\"author\":\"me\"}",
        "name=\"rows\"\r\nContent-Type: application/json\r\n\r\n[{\"n\":1},{\"n\":2}]",
        "name=\"tags\"\r\n\r\nx",
        "name=\"more\"; filename=\"c.bin\"",
    ] {
        assert!(body.contains(part), "{part} is not in {body}");
    }
}

// Streams

pub async fn stream_of_new_events(trip: &RoundTrip) {
    let mut events = trip
        .media
        .stream_of_new_events()
        .topic("a")
        .stream()
        .await
        .unwrap();
    let event: MutatedEvent = events.next().await.unwrap().unwrap();
    assert!(event.delta.is_some());
    assert_eq!(sent(trip), json!({"topic": "a", "stream": true}));
    let events = trip.media.stream_of_new_events().stream().await.unwrap();
    assert_eq!(events.collect().await.unwrap().len(), 2);
}

pub async fn stream_without_a_flag(trip: &RoundTrip) {
    let _: Ack = trip.media.stream_without_a_flag().await.unwrap();
    let mut events = trip.media.stream_without_a_flag().stream().await.unwrap();
    assert!(events.next().await.unwrap().unwrap().percent.is_some());
}

// Whole responses

pub async fn whole_responses(trip: &RoundTrip) {
    let list: Vec<WholeListResponseItem> = trip.media.whole_list().await.unwrap();
    assert!(list[0].name.is_some());
    let names: Vec<String> = trip.media.whole_names().await.unwrap();
    assert!(!names.is_empty());
    let _: BTreeMap<String, Ack> = trip.media.whole_map().await.unwrap();
    let _: String = trip.media.whole_text().await.unwrap();
    let _: i64 = trip.media.whole_count().await.unwrap();
    let _: Value = trip.media.whole_any().await.unwrap();
    let value: WholeEnumResponse = trip.media.whole_enum().await.unwrap();
    assert!(!matches!(value, WholeEnumResponse::Other(_)));
}

pub async fn integer_enum(trip: &RoundTrip) {
    let response = trip
        .media
        .integer_enum()
        .level(2)
        .exact(true)
        .await
        .unwrap();
    assert_eq!(sent(trip), json!({"level": 2, "exact": true}));
    assert_eq!(response.level, Some(1));
}

pub async fn exclusive_limits(trip: &RoundTrip) {
    assert!(trip.media.exclusive_limits().count(0).await.is_err());
    trip.media
        .exclusive_limits()
        .count(1)
        .share(0.5)
        .await
        .unwrap();
    assert_eq!(sent(trip), json!({"count": 1, "share": 0.5}));
}

// Several responses

pub async fn two_responses(trip: &RoundTrip) {
    let response = trip.media.two_responses().await.unwrap();
    assert!(matches!(response, TwoResponsesResponse::Finished(_)));
    trip.mock
        .expect_two_responses(|_, then| then.status(202).json(json!({"job": "7"})).times(1));
    let response = trip
        .media
        .two_responses()
        .send_with_response()
        .await
        .unwrap();
    assert_eq!(response.status(), 202);
    assert!(
        matches!(response.value(), TwoResponsesResponse::MutatedLater(later) if later.job == "7")
    );
    trip.mock
        .expect_two_responses(|_, then| then.status(204).times(1));
    let response = trip.media.two_responses().await.unwrap();
    assert_eq!(response, TwoResponsesResponse::Other(json!({})));
}

// Responses that are not JSON

pub async fn response_of_text(trip: &RoundTrip) {
    let text: String = trip.media.response_of_text().await.unwrap();
    assert_eq!(text, "text");
    assert_eq!(
        trip.mock.requests().pop().unwrap().headers["accept"],
        "text/plain"
    );
}

pub async fn response_of_bytes(trip: &RoundTrip) {
    assert!(!trip.media.response_of_bytes().await.unwrap().is_empty());
    trip.mock
        .expect_response_of_bytes(|_, then| then.bytes("audio/wav", &b"RIFF\xff"[..]).times(1));
    let bytes = trip.media.response_of_bytes().await.unwrap();
    assert_eq!(bytes[..], b"RIFF\xff"[..]);
    assert_eq!(
        trip.mock.requests().pop().unwrap().headers["accept"],
        "audio/wav"
    );
    trip.mock
        .expect_response_of_bytes(|_, then| then.bytes("audio/wav", &b"RIFF\xff"[..]).times(4));
    let mut chunks = trip.media.response_of_bytes().download().await.unwrap();
    assert_eq!(chunks.content_type(), Some("audio/wav"));
    assert_eq!(chunks.next().await.unwrap().unwrap()[..], b"RIFF\xff"[..]);
    assert_eq!(
        trip.mock.requests().pop().unwrap().headers["accept"],
        "audio/wav"
    );
    let path = std::env::temp_dir().join(format!("imagine-{}.wav", std::process::id()));
    let saved = trip.media.response_of_bytes().save_to(&path).await.unwrap();
    assert_eq!((saved.length, std::fs::read(&path).unwrap()), (5, b"RIFF\xff".to_vec()));
    let blocking = imagine_sdk::blocking::MediaClient::builder()
        .endpoint(trip.mock.media_endpoint())
        .api_key("key")
        .build()
        .unwrap();
    blocking.response_of_bytes().save_to(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let mut chunks = blocking.response_of_bytes().download().unwrap();
    assert!(!chunks.next().unwrap().unwrap().is_empty());
    trip.mock.expect_response_of_bytes(|_, then| {
        then.json(json!({"error": "no voice"}))
            .skip_validation()
            .times(1)
    });
    let error = trip.media.response_of_bytes().await.unwrap_err();
    assert!(error.to_string().contains("no voice"), "{error}");
    trip.mock
        .expect_response_of_bytes(|_, then| then.bytes("text/html", "<p>").times(1));
    let error = trip.media.response_of_bytes().await.unwrap_err();
    assert!(
        error.to_string().contains("text/html instead of audio/wav"),
        "{error}"
    );
}

// Bodies that are not JSON

pub async fn url_encoded_form(trip: &RoundTrip) {
    let call = trip
        .media
        .url_encoded_form("a&b")
        .scopes(["x y", "z"])
        .count(7);
    call.with_extra_field("more", 1).await.unwrap();
    let request = trip.mock.requests().pop().unwrap();
    assert_eq!(
        request.headers["content-type"],
        "application/x-www-form-urlencoded"
    );
    assert_eq!(
        request.body[..],
        b"count=7&grant_type=a%26b&scopes=x+y&scopes=z&more=1"[..]
    );
    assert!(trip.media.url_encoded_form("a").count(10).await.is_err());
}

// Streams of named events

pub async fn stream_of_named_events(trip: &RoundTrip) {
    type Event = StreamOfNamedEventsEvent;
    let events = trip.media.stream_of_named_events().stream().await.unwrap();
    let events = events.collect().await.unwrap();
    assert!(
        matches!(
            events.as_slice(),
            [Event::MutatedDelta(_), Event::MutatedEnd(_)]
        ),
        "{events:?}"
    );
    trip.mock.expect_stream_of_named_events(|_, then| {
        then.events([("end", json!({"reason": "x"})), ("delta", json!({"text": "a"}))])
            .times(1)
    });
    let events = trip.media.stream_of_named_events().stream().await.unwrap();
    let events = events.collect().await.unwrap();
    assert!(matches!(events[0], Event::MutatedEnd(_)), "{events:?}");
    let frames =
        "event: abort\ndata: {\"text\":\"a\"}\n\nevent: new\ndata: {\"n\":1}\n\ndata: [DONE]\n\n";
    trip.mock
        .expect_stream_of_named_events(|_, then| then.bytes("text/event-stream", frames).times(1));
    let events = trip.media.stream_of_named_events().stream().await.unwrap();
    let events = events.collect().await.unwrap();
    assert!(matches!(&events[0], Event::MutatedEnd(end) if end.extra.contains_key("text")));
    assert_eq!(events[1], Event::Other(json!({"n": 1})));
}
