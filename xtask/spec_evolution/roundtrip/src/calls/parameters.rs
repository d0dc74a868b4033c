//! Edits of parameters and paths.

use super::*;

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
    trip.media
        .two_parameters_in_a_segment(1.5, -2.0, 3)
        .await
        .unwrap();
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
    assert_eq!(
        request_line(trip),
        "GET /mutated/list ids=a b ids=c,d kind=old n=1 n=2"
    );
}

pub async fn joined_lists(trip: &RoundTrip) {
    let call = trip
        .media
        .joined_lists()
        .comma(["a", "b&c"])
        .space(["d", "e"]);
    call.pipe(["f", "g"]).await.unwrap();
    assert_eq!(
        request_line(trip),
        "GET /mutated/joined comma=a,b&c pipe=f|g space=d e"
    );
}

pub async fn deep_object(trip: &RoundTrip) {
    let filter: DeepObjectFilter =
        serde_json::from_value(json!({"status": "new", "min": 2, "tags": ["x", "y"]})).unwrap();
    trip.media.deep_object().filter(filter).await.unwrap();
    assert_eq!(
        request_line(trip),
        "GET /mutated/deep filter[min]=2 filter[status]=new filter[tags]=x filter[tags]=y"
    );
}

pub async fn object_in_the_query(trip: &RoundTrip) {
    let filter: ObjectInTheQueryFilter =
        serde_json::from_value(json!({"status": "new", "min": 2})).unwrap();
    trip.media
        .object_in_the_query()
        .filter(filter)
        .await
        .unwrap();
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
    assert_eq!(
        request_line(trip),
        "GET /mutated/json filter={\"status\":\"new\"}"
    );
}

pub async fn header_parameter(trip: &RoundTrip) {
    trip.media
        .header_parameter("me")
        .x_tags(["a", "b"])
        .limit(1)
        .await
        .unwrap();
    let headers = trip.mock.requests().pop().unwrap().headers;
    assert_eq!(headers["x-account"], "me");
    assert_eq!(headers["x-tags"], "a,b");
    assert!(trip.media.header_parameter("a\nb").await.is_err());
}

pub async fn cookie_parameter(trip: &RoundTrip) {
    trip.media
        .cookie_parameter("s1")
        .theme("dark")
        .await
        .unwrap();
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
