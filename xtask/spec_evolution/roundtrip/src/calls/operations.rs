//! Edits of fields, enumerations and operations.

use super::*;

// Fields

pub async fn field_added_to_a_request(trip: &RoundTrip) {
    trip.media.music("a waltz").tempo(90).await.unwrap();
    assert_eq!(sent(trip), json!({"prompt": "a waltz", "tempo": 90}));
}

pub async fn field_removed_from_a_request(trip: &RoundTrip) {
    let image = "https://example.com/a.png";
    trip.media.upscale(image).await.unwrap();
    assert_eq!(sent(trip), json!({"image": image, "init_image": image}));
}

pub async fn field_renamed(trip: &RoundTrip) {
    trip.media.text2img("a cat").variant("b").await.unwrap();
    assert_eq!(sent(trip), json!({"prompt": "a cat", "variant": "b"}));
}

pub async fn field_retyped(trip: &RoundTrip) {
    trip.media.text2img("a cat").chat_id(7).await.unwrap();
    assert_eq!(sent(trip)["chat_id"], 7);
}

pub async fn optional_field_made_required(trip: &RoundTrip) {
    trip.media.video("a cat", 4.5).await.unwrap();
    assert_eq!(sent(trip), json!({"prompt": "a cat", "seconds": 4.5}));
}

pub async fn required_field_made_optional(trip: &RoundTrip) {
    let sample = FilePart::bytes("a.mp3", "ID3");
    trip.media.stt().sample(sample).await.unwrap();
}

pub async fn field_added_to_a_response(trip: &RoundTrip) {
    let done = trip.media.operation_added().await.unwrap();
    let _: Option<String> = done.finished_at;
}

pub async fn field_of_a_response_made_optional(trip: &RoundTrip) {
    let sample = FilePart::bytes("a.mp3", "ID3");
    let response = trip.media.stt().sample(sample).await.unwrap();
    let _: Option<String> = response.reference_text;
}

pub async fn field_of_a_response_made_required(trip: &RoundTrip) {
    let done = trip.media.operation_added().await.unwrap();
    let _: i64 = done.code;
}

pub async fn sampling_parameter_added(trip: &RoundTrip) {
    trip.inference.chat("hi").min_p(0.1).await.unwrap();
    assert_eq!(sent(trip)["min_p"], 0.1);
    assert!(trip.inference.chat("hi").min_p(-1.0).await.is_err());
}

pub async fn field_of_inference_removed(trip: &RoundTrip) {
    trip.inference.images_generate("a cat").await.unwrap();
    assert_eq!(sent(trip)["prompt"], "a cat");
}

// Enums

pub async fn enum_value_added(trip: &RoundTrip) {
    let models = trip.inference.available_models_by_type();
    models
        .model_type(inference::ModelType::Video)
        .await
        .unwrap();
    assert_eq!(request_line(trip), "GET /models model_type=video");
}

pub async fn enum_value_removed_and_renamed(trip: &RoundTrip) {
    let images = trip.inference.images_generate("a cat");
    images
        .response_format(inference::ImageFormat::Link)
        .await
        .unwrap();
    assert_eq!(sent(trip)["response_format"], "link");
}

pub async fn enum_of_odd_words(trip: &RoundTrip) {
    for word in ["self", "type", "2x", "a-b", "größe", "日本", "two words"] {
        let response = trip.media.enum_of_odd_words().word(word).await.unwrap();
        assert_eq!(sent(trip), json!({ "word": word }));
        assert!(!matches!(
            response.word,
            Some(EnumOfOddWordsShapeWord::Other(_))
        ));
    }
}

// Operations

pub async fn operation_added(trip: &RoundTrip) {
    trip.media.operation_added().await.unwrap();
    assert_eq!(request_line(trip), "GET /mutated/status");
}

pub async fn operation_removed(trip: &RoundTrip) {
    assert!(!has(OPERATIONS, "remove_background"));
    trip.media.costs().await.unwrap();
}

pub async fn operation_renamed(trip: &RoundTrip) {
    assert!(!has(OPERATIONS, "foley"));
    trip.media.sound_effect("a bang").await.unwrap();
    assert_eq!(request_line(trip), "POST /foley");
}

pub async fn operation_moved(trip: &RoundTrip) {
    trip.media.music("a waltz").await.unwrap();
    assert_eq!(request_line(trip), "PUT /mutated/music");
}

pub async fn tag_removed(trip: &RoundTrip) {
    assert!(
        ["voices", "delete_voice", "voice_clone"]
            .iter()
            .all(|id| !has(OPERATIONS, id))
    );
    trip.media.costs().await.unwrap();
}
