//! Behavior of the derived code.

use std::marker::PhantomData;
use std::time::Duration;

use imagine_macros::{OpenEnum, OpenUnion, Request, Response, Sampling};
use imagine_sdk::__private::{Connection, Request as _, WireValue};
use imagine_sdk::inference::operations;
use serde::Serialize;
use serde_json::{Map, Value, json};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Response)]
struct Reply {
    #[response(required)]
    id: Option<String>,
    count: i64,
    #[serde(rename = "type")]
    kind: Kind,
    tags: Vec<String>,
    inner: Option<Inner>,
    #[serde(flatten)]
    #[response(extra)]
    extra: Map<String, Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Response)]
struct Inner {
    share: f64,
}

#[derive(Clone, Debug, PartialEq, OpenEnum)]
enum Kind {
    #[open(name = "first")]
    First,
    #[open(name = "the-second")]
    Second,
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, Sampling)]
struct Parameters {
    #[sampling(range(min = 0, max = 1))]
    pub top_p: Option<f64>,
    pub stop: Option<Vec<String>>,
    pub user: Option<String>,
}

#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn decode(value: Value) -> Reply {
    serde_json::from_value(value).unwrap()
}

#[test]
fn null_and_missing_keys_decode_as_the_default() {
    let absent = decode(json!({ "id": "1" }));
    let null =
        decode(json!({ "id": "1", "count": null, "type": null, "tags": null, "inner": null }));
    let expected = Reply {
        id: Some("1".to_owned()),
        ..Reply::default()
    };
    assert_eq!(absent, expected);
    assert_eq!(null, expected);
    assert_eq!(
        decode(json!({ "id": null, "inner": { "share": null } })).inner,
        Some(Inner::default())
    );
}

#[test]
fn a_required_key_must_be_present_and_may_be_null() {
    let error = serde_json::from_str::<Reply>(r#"{"count": 1}"#).unwrap_err();
    assert!(
        error.to_string().starts_with("missing field `id`"),
        "{error}"
    );
    assert_eq!(decode(json!({ "id": null })).id, None);
}

#[test]
fn the_last_value_of_a_repeated_key_wins() {
    let json = r#"{"id": "1", "count": 1, "id": "2", "count": 2, "new": 1, "new": 2}"#;
    let reply: Reply = serde_json::from_str(json).unwrap();
    assert_eq!((reply.id.as_deref(), reply.count), (Some("2"), 2));
    assert_eq!(reply.extra["new"], 2);
}

#[test]
fn a_repeated_key_replaces_the_earlier_value_completely() {
    let json = r#"{"id": "1", "tags": ["a", "b"], "inner": {"share": 0.5}, "tags": ["c"], "inner": {}, "id": null}"#;
    let reply: Reply = serde_json::from_str(json).unwrap();
    assert_eq!((reply.id, reply.tags), (None, vec!["c".to_owned()]));
    assert_eq!(reply.inner, Some(Inner::default()));
}

#[test]
fn unknown_keys_survive_a_round_trip() {
    let value = json!({
        "id": "1", "count": 1, "type": "first", "tags": ["a"], "inner": { "share": 0.5 },
        "kind": "unrelated", "new": { "deep": [1, null] },
    });
    let reply = decode(value.clone());
    assert_eq!(reply.extra.len(), 2);
    assert_eq!(serde_json::to_value(&reply).unwrap(), value);
}

#[test]
fn a_response_without_extra_ignores_unknown_keys() {
    let inner: Inner = serde_json::from_str(r#"{"new": [{}], "share": "0.5"}"#).unwrap();
    assert_eq!(inner, Inner { share: 0.5 });
}

#[test]
fn keys_may_be_escaped_and_in_any_order() {
    let json = r#"{"tags": [], "\u0074ype": "the-second", "count": "7", "id": "1"}"#;
    let reply: Reply = serde_json::from_str(json).unwrap();
    assert_eq!((reply.kind, reply.count), (Kind::Second, 7));
}

#[test]
fn a_response_rejects_an_array() {
    let error = serde_json::from_str::<Reply>("[]").unwrap_err();
    assert!(
        error.to_string().contains("expected Reply, an object"),
        "{error}"
    );
}

#[test]
fn an_open_enum_survives_a_round_trip() {
    for value in ["first", "the-second", "First", "third", ""] {
        let kind: Kind = serde_json::from_value(json!(value)).unwrap();
        assert_eq!(kind, Kind::from(value));
        assert_eq!(kind, Kind::from(value.to_owned()));
        assert_eq!(kind.to_string(), value);
        assert_eq!(serde_json::to_value(&kind).unwrap(), value);
        assert_eq!(kind.contents().len(), 1);
    }
    assert_eq!(Kind::from("first"), Kind::First);
    assert_eq!(Kind::from("third"), Kind::Other("third".to_owned()));
    assert_eq!(Kind::default(), Kind::Other(String::new()));
}

#[test]
fn setters_convert_their_arguments() {
    let parameters = Parameters::new().top_p(0.5).stop(["a", "b"]).user("u");
    let expected = Parameters {
        top_p: Some(0.5),
        stop: Some(vec!["a".to_owned(), "b".to_owned()]),
        user: Some("u".to_owned()),
    };
    assert_eq!(parameters, expected);
    assert_eq!(Parameters::new(), Parameters::default());
    assert_eq!(
        Parameters::new().user("u").user("v").user.as_deref(),
        Some("v")
    );
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Response)]
struct Page {
    #[response(required)]
    items: Vec<u32>,
    #[response(required)]
    cursor: Option<String>,
    #[response(required_any)]
    next: Option<u8>,
    #[response(required_any)]
    previous: Option<i16>,
    #[response(serde)]
    span: Duration,
    share: f32,
}

#[test]
fn all_required_keys_and_one_required_any_must_be_present() {
    let page = r#"{"items": [1, "2", 3.0], "cursor": null, "previous": -1, "span": null}"#;
    let page: Page = serde_json::from_str(page).unwrap();
    assert_eq!((page.items, page.previous), (vec![1, 2, 3], Some(-1)));
    for (json, missing) in [
        (r#"{"cursor": "a", "next": 1}"#, "`items`"),
        (r#"{"items": [], "next": 1}"#, "`cursor`"),
        (r#"{"items": [], "cursor": "a"}"#, "`next`"),
    ] {
        let error = serde_json::from_str::<Page>(json).unwrap_err();
        assert!(error.to_string().contains(missing), "{error}");
    }
}

#[test]
fn serde_fields_and_numbers_of_any_width_decode() {
    let page = r#"{"items": [], "cursor": "a", "next": "7", "span": {"secs": 1, "nanos": 5}, "share": "0.5"}"#;
    let page: Page = serde_json::from_str(page).unwrap();
    assert_eq!(page.span, Duration::new(1, 5));
    assert_eq!((page.next, page.share), (Some(7), 0.5));
    let too_large = r#"{"items": [], "cursor": "a", "next": 256}"#;
    let error = serde_json::from_str::<Page>(too_large).unwrap_err();
    assert!(error.to_string().contains("an integer"), "{error}");
    let negative = r#"{"items": [-1], "cursor": "a", "next": 1}"#;
    assert!(serde_json::from_str::<Page>(negative).is_err());
}

#[derive(Clone, Debug, Default, PartialEq, Sampling)]
struct Schema {
    pub name: String,
    pub strict: Option<bool>,
}

#[test]
fn required_parameters_are_arguments_of_new() {
    let schema = Schema::new("place").maybe_strict(None).strict(true);
    assert_eq!(schema.maybe_strict(None).strict, Some(true));
    assert_eq!(Schema::new("a").name, "a");
}

#[derive(Clone, Debug, PartialEq, Serialize, Request)]
#[request(
    operation = operations::CHAT,
    method = ask,
    builder = Ask,
    client = Client,
    response = Reply,
    body = json,
    sampling = Parameters,
    args(question),
    docs = "Sends a question.",
)]
struct AskRequest {
    question: String,
    #[request(sampling, range(min = 0, max = 1))]
    top_p: Option<f64>,
    #[request(range(min = -1))]
    top_k: Option<i64>,
    scale: Option<f64>,
}

struct Client(PhantomData<Connection>);

impl Client {
    fn connection(&self) -> Connection {
        unreachable!("the tests send no requests")
    }
}

fn check(change: impl FnOnce(&mut AskRequest)) -> bool {
    let mut request = AskRequest {
        question: String::new(),
        top_p: None,
        top_k: None,
        scale: None,
    };
    change(&mut request);
    request.check().is_ok()
}

#[test]
fn a_request_checks_its_numbers() {
    assert!(check(|_| ()));
    assert!(check(|request| request.top_p = Some(1.0)));
    assert!(!check(|request| request.top_p = Some(1.01)));
    assert!(check(|request| request.top_k = Some(-1)));
    assert!(!check(|request| request.top_k = Some(-2)));
    assert!(!check(|request| request.scale = Some(f64::NAN)));
    assert_eq!(AskRequest::OPERATION.id, "chat");
}

#[test]
fn the_method_accepts_required_fields() {
    let ask: fn(&Client) -> Ask = |client| client.ask("q").top_k(2).with_extra_field("n", 1);
    assert_eq!(size_of_val(&ask), size_of::<usize>());
}

#[derive(Debug, Default, Serialize, Response)]
struct Renamed {
    #[response(required, alias("length", "size"))]
    duration: i64,
}

#[test]
fn a_field_is_decoded_from_its_former_names() {
    for json in [r#"{"duration": 7}"#, r#"{"length": "7"}"#, r#"{"size": 7}"#] {
        let renamed: Renamed = serde_json::from_str(json).unwrap();
        assert_eq!(
            serde_json::to_value(&renamed).unwrap(),
            json!({"duration": 7})
        );
    }
    assert!(serde_json::from_str::<Renamed>("{}").is_err());
}

#[derive(Clone, Debug, PartialEq, OpenUnion)]
enum Tree {
    #[union(kinds(integer))]
    Leaf(i64),
    #[union(kinds(list))]
    Branch(Vec<Tree>),
    #[union(kinds(object), fields("id", "tags"), required("id"))]
    Reply(Box<Reply>),
    Other(Value),
}

fn tree(json: &str) -> Result<Tree, serde_json::Error> {
    serde_json::from_str(json)
}

#[test]
fn a_union_decodes_leniently_and_keeps_what_fits_no_variant() {
    assert_eq!(
        tree("[1, [2.0]]").unwrap(),
        Tree::Branch(vec![Tree::Leaf(1), Tree::Branch(vec![Tree::Leaf(2)]),])
    );
    let reply = tree(r#"{"id": "\ud83d", "count": "7", "tags": 5, "new": 1}"#).unwrap();
    let Tree::Reply(reply) = reply else {
        panic!("{reply:?} is not a reply");
    };
    assert_eq!((reply.id.as_deref(), reply.count), (Some("\u{fffd}"), 7));
    assert_eq!(reply.extra.get("tags"), Some(&json!(5)));
    for other in [json!({"other": 1}), json!("a"), json!(null)] {
        let decoded = tree(&other.to_string()).unwrap();
        assert_eq!(decoded, Tree::Other(other.clone()));
        assert_eq!(serde_json::to_value(&decoded).unwrap(), other);
    }
    assert_eq!(Tree::from(Reply::default()), Tree::Reply(Box::default()));
}

#[test]
fn a_deeply_nested_union_is_decoded_or_rejected() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let mut decoded = &tree(&nested(100)).unwrap();
    let mut depth = 0;
    while let Tree::Branch(items) = decoded {
        (decoded, depth) = (&items[0], depth + 1);
    }
    assert_eq!(depth, 100);
    for depth in [200, 100_000] {
        assert!(tree(&nested(depth)).is_err(), "{depth}");
    }
}
