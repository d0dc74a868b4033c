//! Edits of schemas and names.

use super::*;

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
        trip.media
            .enum_values_of_one_rust_name()
            .model(model)
            .await
            .unwrap();
        assert_eq!(sent(trip), json!({ "model": model }));
    }
    for sex in ["male", "other"] {
        let known: EnumValuesOfOneRustNameShapeSex = sex.into();
        assert!(
            !matches!(known, EnumValuesOfOneRustNameShapeSex::Other(_)),
            "{sex}"
        );
    }
    for format in ["PNG", "png"] {
        trip.media
            .enum_values_of_one_rust_name()
            .format(format)
            .vote("-1")
            .await
            .unwrap();
        assert_eq!(sent(trip), json!({ "format": format, "vote": "-1" }));
    }
}

pub async fn fields_named_like_methods(trip: &RoundTrip) {
    let call = trip
        .media
        .fields_named_like_methods()
        .send_("a")
        .stream("b")
        .extra_("c");
    let call = call
        .new_("d")
        .sampling_("e")
        .into_future_("f")
        .request_("g")
        .with_header_("h");
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
    let response = trip
        .media
        .read_only_and_write_only()
        .secret("s")
        .await
        .unwrap();
    assert_eq!(sent(trip), json!({"name": "n", "secret": "s"}));
    assert!(!response.id.is_empty());
}

pub async fn all_of_scalars(trip: &RoundTrip) {
    let response = trip
        .media
        .all_of_scalars()
        .short("a")
        .single("b")
        .await
        .unwrap();
    let _: (Option<String>, Option<String>) = (response.short, response.single);
}

pub async fn all_of_overrides(trip: &RoundTrip) {
    let response = trip
        .media
        .all_of_overrides()
        .count(1)
        .kind("a")
        .await
        .unwrap();
    let _: (Option<i64>, Option<String>) = (response.count, response.kind);
}

// Formats and lengths

pub async fn typed_formats(trip: &RoundTrip) {
    let at: Timestamp = "2026-01-01T12:00:00+01:00".parse().unwrap();
    let call = trip
        .media
        .typed_formats()
        .at(at.clone())
        .times([at])
        .day("2026-01-01");
    let call = call
        .small(i32::MIN)
        .count(u32::MAX)
        .huge(u64::MAX)
        .sizes([1_i32]);
    let response = call.await.unwrap();
    let expected = json!({
        "at": "2026-01-01T12:00:00+01:00", "times": ["2026-01-01T12:00:00+01:00"], "day": "2026-01-01",
        "small": i32::MIN, "count": u32::MAX, "huge": u64::MAX, "sizes": [1],
    });
    assert_eq!(sent(trip), expected);
    assert!(response.at.is_some() && response.until.is_some());
    let json = json!({"at": "soon", "small": 3_000_000_000_i64, "huge": -1, "id": "not a UUID"});
    trip.mock
        .expect_typed_formats(|_, then| then.json(json.clone()).skip_validation().times(1));
    let shape = trip.media.typed_formats().await.unwrap();
    let encoded = serde_json::to_value(&shape).unwrap();
    assert!(shape.at.is_none() && shape.small.is_none() && shape.huge.is_none());
    assert_eq!(encoded, json);
}

pub async fn time_in_the_query(trip: &RoundTrip) {
    let since = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1);
    let _: i32 = trip.media.time_in_the_query().since(since).await.unwrap();
    assert_eq!(
        request_line(trip),
        "GET /mutated/since since=1970-01-01T00:00:01Z"
    );
}

pub async fn lengths(trip: &RoundTrip) {
    let error = trip.media.lengths().name("größe").await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`name` has 5 characters, must have between 2 and 4 characters"),
        "{error}"
    );
    assert!(
        trip.media
            .lengths()
            .tags(Vec::<String>::new())
            .await
            .is_err()
    );
    let response = trip
        .media
        .lengths()
        .name("größ")
        .tags(["a", "b"])
        .await
        .unwrap();
    assert_eq!(response.code.unwrap().len(), 30);
}

// Extensions

pub async fn renamed_field_with_aliases(trip: &RoundTrip) {
    trip.mock
        .expect_renamed_field_with_aliases(|_, then| then.json(json!({"length": 7})).times(1));
    let response = trip.media.renamed_field_with_aliases(3).await.unwrap();
    assert_eq!(sent(trip), json!({"duration": 3}));
    assert_eq!(
        serde_json::to_value(&response).unwrap(),
        json!({"duration": 7})
    );
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
