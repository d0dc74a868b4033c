//! One function for each edit of lowered.yaml, with the edit's name.

use std::collections::BTreeMap;

use imagine_sdk::media::*;
use imagine_sdk::{FilePart, Image, Operation, inference};
use serde_json::{Value, json};

use crate::RoundTrip;

/// Returns the JSON of the last request.
fn sent(trip: &RoundTrip) -> Value {
    serde_json::from_slice(&trip.mock.requests().last().unwrap().body).unwrap()
}

/// Returns the method, path and query of the last request.
fn request_line(trip: &RoundTrip) -> String {
    let request = trip.mock.requests().pop().unwrap();
    let query = request
        .query
        .iter()
        .map(|(name, value)| format!(" {name}={value}"));
    format!(
        "{} {}{}",
        request.method,
        request.path,
        query.collect::<String>()
    )
}

fn has(operations: &[&Operation], id: &str) -> bool {
    operations.iter().any(|operation| operation.id == id)
}

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

// Parameters

pub async fn query_parameters(trip: &RoundTrip) {
    let call = trip.media.query_parameters(QueryParametersType::New);
    call.max_items(3).deep(true).await.unwrap();
    assert_eq!(
        request_line(trip),
        "GET /mutated/query deep=true max-items=3 type=new"
    );
}

pub async fn path_parameters(trip: &RoundTrip) {
    trip.media.path_parameters("a b", 7).await.unwrap();
    assert_eq!(request_line(trip), "DELETE /mutated/a%20b/items/7");
}

pub async fn parameter_removed_and_retyped(trip: &RoundTrip) {
    trip.media.my_images().page(1).chat_id("a").await.unwrap();
    assert_eq!(request_line(trip), "GET /images/mine chat_id=a page=1");
}

pub async fn path_query_and_body(trip: &RoundTrip) {
    trip.media
        .path_query_and_body("p")
        .query("q")
        .body("b")
        .await
        .unwrap();
    assert_eq!(request_line(trip), "POST /mutated/p/all query=q");
    assert_eq!(sent(trip), json!({"body": "b"}));
}

pub async fn parameters_of_a_whole_path(trip: &RoundTrip) {
    let call = trip.media.parameters_of_a_whole_path("a");
    call.page(0).await.unwrap();
    assert_eq!(request_line(trip), "GET /mutated/whole/a page=0");
}

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

// Schemas

pub async fn nullable(trip: &RoundTrip) {
    let call = trip.media.nullable().text("a").list(vec!["b".to_owned()]);
    let response = call.await.unwrap();
    assert_eq!(sent(trip), json!({"text": "a", "list": ["b"]}));
    let _: Option<Ack> = response.thing;
    let nothing = json!({"text": null, "list": null, "thing": null});
    let response: NullableShape = serde_json::from_value(nothing).unwrap();
    assert_eq!(response.text, None);
}

pub async fn nested_arrays(trip: &RoundTrip) {
    let grid = vec![vec![vec![1.0, 2.5], vec![]], vec![]];
    let response = trip.media.nested_arrays().grid(grid).await.unwrap();
    assert_eq!(sent(trip), json!({"grid": [[[1.0, 2.5], []], []]}));
    assert_eq!(json!(response)["grid"], json!([[[1.0]]]));
}

pub async fn recursive(trip: &RoundTrip) {
    let tree = json!({"name": "root", "left": {"name": "left"}, "others": [{"others": []}]});
    let root: MutatedTree = serde_json::from_value(tree).unwrap();
    let response = trip.media.recursive().root(root).await.unwrap();
    assert_eq!(sent(trip)["root"]["left"], json!({"name": "left"}));
    assert!(response.root.unwrap().left.is_some());
}

pub async fn mutually_recursive(trip: &RoundTrip) {
    let egg = json!({"hen": {"eggs": [{"hen": {}}]}});
    let egg: MutatedEgg = serde_json::from_value(egg).unwrap();
    let response = trip.media.mutually_recursive().egg(egg).await.unwrap();
    assert_eq!(sent(trip)["egg"]["hen"]["eggs"][0], json!({"hen": {}}));
    assert!(response.egg.unwrap().hen.is_some());
}

pub async fn all_of(trip: &RoundTrip) {
    let response = trip.media.all_of().shared(1).own("a").await.unwrap();
    assert_eq!(sent(trip), json!({"own": "a", "shared": 1}));
    assert!(response.shared.is_some() && response.own.is_some());
}

pub async fn reference_chain(trip: &RoundTrip) {
    let far: MutatedSecond = serde_json::from_value(json!({"name": "a"})).unwrap();
    let response = trip.media.reference_chain().far(far).await.unwrap();
    assert_eq!(sent(trip), json!({"far": {"name": "a"}}));
    assert!(response.far.unwrap().name.is_some());
}

pub async fn map_of_objects(trip: &RoundTrip) {
    let sized = json!({"a": {"size": 1}});
    let by_name: BTreeMap<String, _> = serde_json::from_value(sized.clone()).unwrap();
    trip.media.map_of_objects().by_name(by_name).await.unwrap();
    assert_eq!(sent(trip), json!({ "by_name": sized }));
    let response: MapOfObjectsShape = serde_json::from_value(json!({ "by_name": sized })).unwrap();
    assert_eq!(json!(response), json!({ "by_name": sized }));
}

pub async fn anything(trip: &RoundTrip) {
    let free = json!({"b": 1}).as_object().unwrap().clone();
    trip.media
        .anything()
        .any(json!([1, "a"]))
        .free(free)
        .await
        .unwrap();
    assert_eq!(sent(trip), json!({"any": [1, "a"], "free": {"b": 1}}));
}

pub async fn reserved_words(trip: &RoundTrip) {
    let call = trip
        .media
        .reserved_words()
        .type_("t")
        .async_(true)
        .match_(1);
    let response = call.crate_("c").await.unwrap();
    assert_eq!(
        sent(trip),
        json!({"async": true, "crate": "c", "match": 1, "type": "t"})
    );
    assert!(response.type_.is_some());
}

pub async fn odd_names(trip: &RoundTrip) {
    let call = trip
        .media
        .odd_names()
        .with_dash("d")
        .größe(1.5)
        .camel_case("c");
    call.a_b("ab").await.unwrap();
    assert_eq!(
        sent(trip),
        json!({"a.b": "ab", "camelCase": "c", "größe": 1.5, "with-dash": "d"})
    );
}

pub async fn hostile_strings(trip: &RoundTrip) {
    trip.media.hostile_strings().text("*/").await.unwrap();
    assert_eq!(sent(trip), json!({"text": "*/"}));
}

pub async fn defaults_and_limits(trip: &RoundTrip) {
    trip.media.defaults_and_limits().await.unwrap();
    assert_eq!(sent(trip), json!({}));
    assert!(trip.media.defaults_and_limits().size(10).await.is_err());
    trip.media.defaults_and_limits().size(9).await.unwrap();
    assert_eq!(sent(trip), json!({"size": 9}));
}

pub async fn formats(trip: &RoundTrip) {
    let call = trip.media.formats().big(i64::MAX).small(-1).exact(0.1);
    call.await.unwrap();
    assert_eq!(
        sent(trip),
        json!({"big": i64::MAX, "exact": 0.1, "small": -1})
    );
}

#[expect(deprecated, reason = "the setter is deprecated")]
pub async fn deprecated(trip: &RoundTrip) {
    trip.media.deprecated().old("a").await.unwrap();
    assert_eq!(sent(trip), json!({"old": "a"}));
}
