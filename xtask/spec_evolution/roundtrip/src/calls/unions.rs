//! Edits of unions.

use super::*;

// Unions

/// Decodes a value and encodes it.
fn recoded<T: serde::de::DeserializeOwned + serde::Serialize>(json: &Value) -> (T, Value) {
    let value: T = serde_json::from_value(json.clone()).unwrap();
    let encoded = serde_json::to_value(&value).unwrap();
    (value, encoded)
}

pub async fn union_of_scalars(trip: &RoundTrip) {
    let call = trip.media.union_of_scalars().length(2.5).stop(vec![7]);
    let response = call.await.unwrap();
    assert_eq!(sent(trip), json!({"length": 2.5, "stop": [7]}));
    let expected = UnionOfScalarsShapeLength::String("scalars".to_owned());
    assert_eq!(response.length, Some(expected));
    trip.media
        .union_of_scalars()
        .length("long")
        .stop(vec!["a".to_owned()])
        .await
        .unwrap();
    assert_eq!(sent(trip), json!({"length": "long", "stop": ["a"]}));
    for json in [json!({"new": [1, null]}), json!(true), json!(null)] {
        let (union, encoded) = recoded::<UnionOfScalarsShapeLength>(&json);
        assert_eq!(
            (union, encoded),
            (UnionOfScalarsShapeLength::Other(json.clone()), json)
        );
    }
}

pub async fn union_with_a_discriminator(trip: &RoundTrip) {
    let mut text = MutatedTextPiece::default();
    text.text = Some("hi".to_owned());
    let mut image = MutatedImagePiece::default();
    image.kind = "image".to_owned();
    let call = trip.media.union_with_a_discriminator(text).more([image]);
    let response = call.await.unwrap();
    let expected = json!({"part": {"kind": "text", "text": "hi"}, "more": [{"kind": "image"}]});
    assert_eq!(sent(trip), expected);
    assert!(matches!(response.part, MutatedPiece::MutatedTextPiece(_)));
    let json = json!({"kind": "image", "odd-name": "x", "text": 1});
    let (piece, encoded) = recoded::<MutatedPiece>(&json);
    assert!(matches!(&piece, MutatedPiece::MutatedImagePiece(image) if image.odd_name.is_some()));
    assert_eq!(encoded, json);
    let json = json!({"kind": "sound", "text": "x"});
    assert_eq!(recoded(&json), (MutatedPiece::Other(json.clone()), json));
}

pub async fn union_by_fields(trip: &RoundTrip) {
    trip.media.union_by_fields().await.unwrap();
    for (json, is_data) in [
        (json!({"url": "u"}), false),
        (json!({"url": "u", "data": "d"}), true),
    ] {
        let (source, encoded) = recoded::<UnionByFieldsShapeSource>(&json);
        assert_eq!(
            matches!(source, UnionByFieldsShapeSource::ByData(_)),
            is_data
        );
        assert_eq!(encoded, json);
    }
    let event = json!({"type": "end", "reason": "new"});
    let event = recoded::<UnionByFieldsShapeEvent>(&event).0;
    assert!(
        matches!(&event, UnionByFieldsShapeEvent::End(end) if end.reason == Some("new".into()))
    );
    let event = recoded::<UnionByFieldsShapeEvent>(&json!({"type": "end"})).0;
    let unknown = recoded::<UnionByFieldsShapeEvent>(&json!({"type": "pause"})).0;
    assert!(matches!(&unknown, UnionByFieldsShapeEvent::Other(_)));
    trip.media.union_by_fields().event(event).await.unwrap();
    assert_eq!(sent(trip), json!({"event": {"type": "end"}}));
}

pub async fn union_of_strings(trip: &RoundTrip) {
    let call = trip
        .media
        .union_of_strings()
        .model(UnionOfStringsShapeModel::Large);
    let _: Option<String> = call.name("long name").await.unwrap().name;
    trip.media.union_of_strings().model("custom").await.unwrap();
    assert_eq!(sent(trip), json!({"model": "custom"}));
}

pub async fn nullable_union(trip: &RoundTrip) {
    let response = trip.media.nullable_union().at(3).of(true).await.unwrap();
    assert_eq!(sent(trip), json!({"at": 3, "of": true}));
    assert!(response.at.is_some());
    let (shape, _) = recoded::<NullableUnionShape>(&json!({"at": null, "of": null}));
    assert!(shape.at.is_none() && shape.of.is_none());
}

pub async fn recursive_union(trip: &RoundTrip) {
    let json = json!({"not": [{"key": "a"}, {"not": {"key": "b", "value": "c"}}]});
    let (filter, encoded) = recoded::<MutatedFilter>(&json);
    assert!(matches!(&filter, MutatedFilter::MutatedNot(_)));
    assert_eq!(encoded, json);
    trip.media.recursive_union().filter(filter).await.unwrap();
    assert_eq!(sent(trip), json!({ "filter": json }));
    // An attempt per variant would take 2^60 steps.
    let deep = (0..60).fold(
        json!({"key": "a"}),
        |inner, _| json!({"not": inner, "other": 1}),
    );
    let nested = deep.clone();
    let thread = std::thread::spawn(move || recoded::<MutatedFilter>(&nested).1);
    assert_eq!(thread.join().unwrap(), deep);
}

pub async fn union_in_the_query(trip: &RoundTrip) {
    trip.media.union_in_the_query().after(7).await.unwrap();
    assert_eq!(request_line(trip), "GET /mutated/union after=7");
    trip.media
        .union_in_the_query()
        .after("start")
        .await
        .unwrap();
    assert_eq!(request_line(trip), "GET /mutated/union after=start");
}

pub async fn union_as_the_whole_response(trip: &RoundTrip) {
    let response = trip.media.union_as_the_whole_response().await.unwrap();
    assert!(matches!(
        response,
        UnionAsTheWholeResponseResponse::MutatedDone(_)
    ));
}

pub async fn alternatives_of_required_fields(trip: &RoundTrip) {
    trip.media
        .alternatives_of_required_fields()
        .b("x")
        .await
        .unwrap();
    assert_eq!(sent(trip), json!({"b": "x"}));
}
