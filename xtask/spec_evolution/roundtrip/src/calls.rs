//! One function for each edit of lowered.yaml, with the edit's name.

use std::collections::BTreeMap;

use imagine_sdk::media::*;
use imagine_sdk::{FilePart, Image, Operation, Timestamp, inference};
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

// Paths

/// Returns the raw path and query of the last request, of which the mock only records the decoded query.
fn path(trip: &RoundTrip) -> String {
    trip.mock.requests().pop().unwrap().path
}

pub async fn parameter_before_a_suffix(trip: &RoundTrip) {
    trip.media.parameter_before_a_suffix("a/b").await.unwrap();
    assert_eq!(path(trip), "/mutated/files/a%2Fb.json");
}

pub async fn two_parameters_in_a_segment(trip: &RoundTrip) {
    trip.media.two_parameters_in_a_segment(1.5, -2.0, 3).await.unwrap();
    assert_eq!(path(trip), "/mutated/1.5,-2/v3");
}

pub async fn custom_verb(trip: &RoundTrip) {
    trip.media.custom_verb("a:b").await.unwrap();
    assert_eq!(path(trip), "/mutated/pv/a%3Ab:download");
}

pub async fn trailing_slash(trip: &RoundTrip) {
    trip.media.trailing_slash().page(1).await.unwrap();
    assert_eq!(path(trip), "/mutated/things/");
}

pub async fn spaces_and_letters_in_a_path(trip: &RoundTrip) {
    trip.media.spaces_and_letters_in_a_path().await.unwrap();
    assert_eq!(path(trip), "/mutated/a%20b/%C3%BC");
}

pub async fn concrete_path(trip: &RoundTrip) {
    let _: Ack = trip.media.concrete_path().q("x").await.unwrap();
    trip.media.templated_path("search2").await.unwrap();
}

// Styles

pub async fn list_in_the_query(trip: &RoundTrip) {
    let call = trip.media.list_in_the_query().ids(["a b", "c,d"]).n([1, 2]);
    call.kind([ListInTheQueryKindItem::Old]).await.unwrap();
    assert_eq!(request_line(trip), "GET /mutated/list ids=a b ids=c,d kind=old n=1 n=2");
}

pub async fn joined_lists(trip: &RoundTrip) {
    let call = trip.media.joined_lists().comma(["a", "b&c"]).space(["d", "e"]);
    call.pipe(["f", "g"]).await.unwrap();
    assert_eq!(request_line(trip), "GET /mutated/joined comma=a,b&c pipe=f|g space=d e");
}

pub async fn deep_object(trip: &RoundTrip) {
    let filter: DeepObjectFilter = serde_json::from_value(json!({"status": "new", "min": 2, "tags": ["x", "y"]})).unwrap();
    trip.media.deep_object().filter(filter).await.unwrap();
    assert_eq!(
        request_line(trip),
        "GET /mutated/deep filter[min]=2 filter[status]=new filter[tags]=x filter[tags]=y"
    );
}

pub async fn object_in_the_query(trip: &RoundTrip) {
    let filter: ObjectInTheQueryFilter = serde_json::from_value(json!({"status": "new", "min": 2})).unwrap();
    trip.media.object_in_the_query().filter(filter).await.unwrap();
    assert_eq!(request_line(trip), "GET /mutated/object min=2 status=new");
}

pub async fn map_in_the_query(trip: &RoundTrip) {
    let meta = BTreeMap::from([("a".to_owned(), "b".to_owned())]);
    trip.media.map_in_the_query().meta(meta).await.unwrap();
    assert_eq!(request_line(trip), "GET /mutated/map meta[a]=b");
}

pub async fn json_in_the_query(trip: &RoundTrip) {
    let filter: JsonInTheQueryFilter = serde_json::from_value(json!({"status": "new"})).unwrap();
    trip.media.json_in_the_query().filter(filter).await.unwrap();
    assert_eq!(request_line(trip), "GET /mutated/json filter={\"status\":\"new\"}");
}

pub async fn header_parameter(trip: &RoundTrip) {
    trip.media.header_parameter("me").x_tags(["a", "b"]).limit(1).await.unwrap();
    let headers = trip.mock.requests().pop().unwrap().headers;
    assert_eq!(headers["x-account"], "me");
    assert_eq!(headers["x-tags"], "a,b");
    assert!(trip.media.header_parameter("a\nb").await.is_err());
}

pub async fn cookie_parameter(trip: &RoundTrip) {
    trip.media.cookie_parameter("s1").theme("dark").await.unwrap();
    let headers = trip.mock.requests().pop().unwrap().headers;
    assert_eq!(headers["cookie"], "session=s1; theme=dark");
    assert!(trip.media.cookie_parameter("a;b").await.is_err());
}

pub async fn operation_with_an_odd_name(trip: &RoundTrip) {
    trip.media.list_things().await.unwrap();
}

pub async fn operation_named_like_a_keyword(trip: &RoundTrip) {
    trip.media.gen_().gen_("a").await.unwrap();
    assert_eq!(request_line(trip), "GET /mutated/keyword gen=a");
}

pub async fn operation_named_like_its_component(trip: &RoundTrip) {
    let call: builder::ClassifyCall = trip.media.classify().text("a");
    let response: Classify = call.await.unwrap();
    assert!(response.label.is_some());
}

pub async fn operations_named_like_types(trip: &RoundTrip) {
    trip.media.vec().await.unwrap();
    trip.media.option().await.unwrap();
    trip.media.string().await.unwrap();
    trip.media.self_().await.unwrap();
    trip.media.mock_server().await.unwrap();
}

pub async fn operation_renamed_by_extension(trip: &RoundTrip) {
    trip.media.wait_for_turn().await.unwrap();
}

#[expect(deprecated, reason = "the operation is deprecated")]
pub async fn deprecated_operation(trip: &RoundTrip) {
    trip.media.deprecated_operation().await.unwrap();
}

pub async fn default_as_the_only_response(trip: &RoundTrip) {
    let _: Ack = trip.media.default_as_the_only_response().await.unwrap();
}

// Forms

pub async fn parts_of_a_form(trip: &RoundTrip) {
    let file = |name: &str| FilePart::bytes(name, "x");
    let call = trip.media.parts_of_a_form(file("a.bin")).more([file("b.bin"), file("c.bin")]);
    let meta: MutatedPartsMeta = serde_json::from_value(json!({"author": "me"})).unwrap();
    let rows: Vec<MutatedPartsRowsItem> = serde_json::from_value(json!([{"n": 1}, {"n": 2}])).unwrap();
    let labels = BTreeMap::from([("k".to_owned(), "v".to_owned())]);
    let call = call.tags(["x", "y"]).meta(meta).rows(rows).any(json!([1])).labels(labels);
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
    let mut events = trip.media.stream_of_new_events().topic("a").stream().await.unwrap();
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

// Names

pub async fn component_with_an_odd_name(trip: &RoundTrip) {
    let response = trip.media.component_with_an_odd_name().await.unwrap();
    let _: Option<HttpMoment> = response.at;
    let _: Option<BodyUploadFile> = response.b;
    let _: Option<PageItem> = response.c;
}

pub async fn inline_types_of_short_names(trip: &RoundTrip) {
    let call = trip.media.inline_types_of_short_names().a_b("two");
    let response = call.with_dash("on").await.unwrap();
    assert_eq!(sent(trip), json!({"a_b": "two", "with-dash": "on"}));
    assert!(response.x_y_ratio.is_some() && response.x.is_some());
}

pub async fn enum_values_of_one_rust_name(trip: &RoundTrip) {
    for model in ["gpt-4.1", "gpt-4-1", "gpt_4_1"] {
        trip.media.enum_values_of_one_rust_name().model(model).await.unwrap();
        assert_eq!(sent(trip), json!({ "model": model }));
    }
    for sex in ["male", "other"] {
        let known: EnumValuesOfOneRustNameShapeSex = sex.into();
        assert!(!matches!(known, EnumValuesOfOneRustNameShapeSex::Other(_)), "{sex}");
    }
    for format in ["PNG", "png"] {
        trip.media.enum_values_of_one_rust_name().format(format).vote("-1").await.unwrap();
        assert_eq!(sent(trip), json!({ "format": format, "vote": "-1" }));
    }
}

pub async fn fields_named_like_methods(trip: &RoundTrip) {
    let call = trip.media.fields_named_like_methods().send_("a").stream("b").extra_("c");
    let call = call.new_("d").sampling_("e").into_future_("f").request_("g").with_header_("h");
    call.gen_("i").await.unwrap();
    let expected = json!({
        "send": "a", "stream": "b", "extra": "c", "new": "d", "sampling": "e", "into_future": "f",
        "request": "g", "with_header": "h", "gen": "i",
    });
    assert_eq!(sent(trip), expected);
}

pub async fn hostile_directions(trip: &RoundTrip) {
    trip.media.hostile_directions().await.unwrap();
    assert_eq!(sent(trip), json!({"text": "a\u{202e}b"}));
}

// Schemas

pub async fn required_and_nullable(trip: &RoundTrip) {
    let part = MutatedNullPart::default();
    trip.media.required_and_nullable(part).await.unwrap();
    assert_eq!(sent(trip), json!({"a": null, "part": {"c": null}}));
}

pub async fn read_only_and_write_only(trip: &RoundTrip) {
    let response = trip.media.read_only_and_write_only().secret("s").await.unwrap();
    assert_eq!(sent(trip), json!({"name": "n", "secret": "s"}));
    assert!(!response.id.is_empty());
}

pub async fn all_of_scalars(trip: &RoundTrip) {
    let response = trip.media.all_of_scalars().short("a").single("b").await.unwrap();
    let _: (Option<String>, Option<String>) = (response.short, response.single);
}

pub async fn all_of_overrides(trip: &RoundTrip) {
    let response = trip.media.all_of_overrides().count(1).kind("a").await.unwrap();
    let _: (Option<i64>, Option<String>) = (response.count, response.kind);
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
    let response = trip.media.integer_enum().level(2).exact(true).await.unwrap();
    assert_eq!(sent(trip), json!({"level": 2, "exact": true}));
    assert_eq!(response.level, Some(1));
}

pub async fn exclusive_limits(trip: &RoundTrip) {
    assert!(trip.media.exclusive_limits().count(0).await.is_err());
    trip.media.exclusive_limits().count(1).share(0.5).await.unwrap();
    assert_eq!(sent(trip), json!({"count": 1, "share": 0.5}));
}

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
    trip.media.union_of_scalars().length("long").stop(vec!["a".to_owned()]).await.unwrap();
    assert_eq!(sent(trip), json!({"length": "long", "stop": ["a"]}));
    for json in [json!({"new": [1, null]}), json!(true), json!(null)] {
        let (union, encoded) = recoded::<UnionOfScalarsShapeLength>(&json);
        assert_eq!((union, encoded), (UnionOfScalarsShapeLength::Other(json.clone()), json));
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
    for (json, is_data) in [(json!({"url": "u"}), false), (json!({"url": "u", "data": "d"}), true)] {
        let (source, encoded) = recoded::<UnionByFieldsShapeSource>(&json);
        assert_eq!(matches!(source, UnionByFieldsShapeSource::ByData(_)), is_data);
        assert_eq!(encoded, json);
    }
    let event = json!({"type": "end", "reason": "new"});
    let event = recoded::<UnionByFieldsShapeEvent>(&event).0;
    assert!(matches!(&event, UnionByFieldsShapeEvent::End(end) if end.reason == Some("new".into())));
    let event = recoded::<UnionByFieldsShapeEvent>(&json!({"type": "end"})).0;
    let unknown = recoded::<UnionByFieldsShapeEvent>(&json!({"type": "pause"})).0;
    assert!(matches!(&unknown, UnionByFieldsShapeEvent::Other(_)));
    trip.media.union_by_fields().event(event).await.unwrap();
    assert_eq!(sent(trip), json!({"event": {"type": "end"}}));
}

pub async fn union_of_strings(trip: &RoundTrip) {
    let call = trip.media.union_of_strings().model(UnionOfStringsShapeModel::Large);
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
    let deep = (0..60).fold(json!({"key": "a"}), |inner, _| json!({"not": inner, "other": 1}));
    let nested = deep.clone();
    let thread = std::thread::spawn(move || recoded::<MutatedFilter>(&nested).1);
    assert_eq!(thread.join().unwrap(), deep);
}

pub async fn union_in_the_query(trip: &RoundTrip) {
    trip.media.union_in_the_query().after(7).await.unwrap();
    assert_eq!(request_line(trip), "GET /mutated/union after=7");
    trip.media.union_in_the_query().after("start").await.unwrap();
    assert_eq!(request_line(trip), "GET /mutated/union after=start");
}

pub async fn union_as_the_whole_response(trip: &RoundTrip) {
    let response = trip.media.union_as_the_whole_response().await.unwrap();
    assert!(matches!(response, UnionAsTheWholeResponseResponse::MutatedDone(_)));
}

pub async fn alternatives_of_required_fields(trip: &RoundTrip) {
    trip.media.alternatives_of_required_fields().b("x").await.unwrap();
    assert_eq!(sent(trip), json!({"b": "x"}));
}

// Formats and lengths

pub async fn typed_formats(trip: &RoundTrip) {
    let at: Timestamp = "2026-01-01T12:00:00+01:00".parse().unwrap();
    let call = trip.media.typed_formats().at(at.clone()).times([at]).day("2026-01-01");
    let call = call.small(i32::MIN).count(u32::MAX).huge(u64::MAX).sizes([1_i32]);
    let response = call.await.unwrap();
    let expected = json!({
        "at": "2026-01-01T12:00:00+01:00", "times": ["2026-01-01T12:00:00+01:00"], "day": "2026-01-01",
        "small": i32::MIN, "count": u32::MAX, "huge": u64::MAX, "sizes": [1],
    });
    assert_eq!(sent(trip), expected);
    assert!(response.at.is_some() && response.until.is_some());
    let json = json!({"at": "soon", "small": 3_000_000_000_i64, "huge": -1, "id": "not a UUID"});
    trip.mock.expect_typed_formats(|_, then| then.json(json.clone()).skip_validation().times(1));
    let shape = trip.media.typed_formats().await.unwrap();
    let encoded = serde_json::to_value(&shape).unwrap();
    assert!(shape.at.is_none() && shape.small.is_none() && shape.huge.is_none());
    assert_eq!(encoded, json);
}

pub async fn time_in_the_query(trip: &RoundTrip) {
    let since = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1);
    let _: i32 = trip.media.time_in_the_query().since(since).await.unwrap();
    assert_eq!(request_line(trip), "GET /mutated/since since=1970-01-01T00:00:01Z");
}

pub async fn lengths(trip: &RoundTrip) {
    let error = trip.media.lengths().name("größe").await.unwrap_err();
    assert!(error.to_string().contains("`name` has 5 characters, must have between 2 and 4 characters"), "{error}");
    assert!(trip.media.lengths().tags(Vec::<String>::new()).await.is_err());
    let response = trip.media.lengths().name("größ").tags(["a", "b"]).await.unwrap();
    assert_eq!(response.code.unwrap().len(), 30);
}

// Several responses

pub async fn two_responses(trip: &RoundTrip) {
    let response = trip.media.two_responses().await.unwrap();
    assert!(matches!(response, TwoResponsesResponse::Finished(_)));
    trip.mock.expect_two_responses(|_, then| then.status(202).json(json!({"job": "7"})).times(1));
    let response = trip.media.two_responses().send_with_response().await.unwrap();
    assert_eq!(response.status(), 202);
    assert!(matches!(response.value(), TwoResponsesResponse::MutatedLater(later) if later.job == "7"));
    trip.mock.expect_two_responses(|_, then| then.status(204).times(1));
    let response = trip.media.two_responses().await.unwrap();
    assert_eq!(response, TwoResponsesResponse::Other(json!({})));
}

// Extensions

pub async fn renamed_field_with_aliases(trip: &RoundTrip) {
    trip.mock.expect_renamed_field_with_aliases(|_, then| then.json(json!({"length": 7})).times(1));
    let response = trip.media.renamed_field_with_aliases(3).await.unwrap();
    assert_eq!(sent(trip), json!({"duration": 3}));
    assert_eq!(serde_json::to_value(&response).unwrap(), json!({"duration": 7}));
}

pub async fn type_of_the_sdk(trip: &RoundTrip) {
    let at: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    trip.media.type_of_the_sdk().at(at).await.unwrap();
    assert_eq!(sent(trip), json!({"at": "2026-01-01T00:00:00Z"}));
}

pub async fn defaults_of_lists_and_objects(trip: &RoundTrip) {
    trip.media.defaults_of_lists_and_objects().await.unwrap();
    assert_eq!(sent(trip), json!({}));
}

// Responses that are not JSON

pub async fn response_of_text(trip: &RoundTrip) {
    let text: String = trip.media.response_of_text().await.unwrap();
    assert_eq!(text, "text");
    assert_eq!(trip.mock.requests().pop().unwrap().headers["accept"], "text/plain");
}

pub async fn response_of_bytes(trip: &RoundTrip) {
    assert!(!trip.media.response_of_bytes().await.unwrap().is_empty());
    trip.mock.expect_response_of_bytes(|_, then| then.bytes("audio/wav", &b"RIFF\xff"[..]).times(1));
    let bytes = trip.media.response_of_bytes().await.unwrap();
    assert_eq!(bytes[..], b"RIFF\xff"[..]);
    assert_eq!(trip.mock.requests().pop().unwrap().headers["accept"], "audio/wav");
    trip.mock.expect_response_of_bytes(|_, then| then.json(json!({"error": "no voice"})).skip_validation().times(1));
    let error = trip.media.response_of_bytes().await.unwrap_err();
    assert!(error.to_string().contains("no voice"), "{error}");
    trip.mock.expect_response_of_bytes(|_, then| then.bytes("text/html", "<p>").times(1));
    let error = trip.media.response_of_bytes().await.unwrap_err();
    assert!(error.to_string().contains("text/html instead of audio/wav"), "{error}");
}

// Bodies that are not JSON

pub async fn url_encoded_form(trip: &RoundTrip) {
    let call = trip.media.url_encoded_form("a&b").scopes(["x y", "z"]).count(7);
    call.with_extra_field("more", 1).await.unwrap();
    let request = trip.mock.requests().pop().unwrap();
    assert_eq!(request.headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(request.body[..], b"count=7&grant_type=a%26b&scopes=x+y&scopes=z&more=1"[..]);
    assert!(trip.media.url_encoded_form("a").count(10).await.is_err());
}

// Streams of named events

pub async fn stream_of_named_events(trip: &RoundTrip) {
    type Event = StreamOfNamedEventsEvent;
    let events = trip.media.stream_of_named_events().stream().await.unwrap();
    let events = events.collect().await.unwrap();
    assert!(matches!(events.as_slice(), [Event::MutatedDelta(_), Event::MutatedEnd(_)]), "{events:?}");
    let frames = "event: abort\ndata: {\"text\":\"a\"}\n\nevent: new\ndata: {\"n\":1}\n\ndata: [DONE]\n\n";
    trip.mock.expect_stream_of_named_events(|_, then| then.bytes("text/event-stream", frames).times(1));
    let events = trip.media.stream_of_named_events().stream().await.unwrap();
    let events = events.collect().await.unwrap();
    assert!(matches!(&events[0], Event::MutatedEnd(end) if end.extra.contains_key("text")));
    assert_eq!(events[1], Event::Other(json!({"n": 1})));
}
