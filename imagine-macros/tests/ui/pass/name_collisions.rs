//! Fields, methods and types with names that generated code might use itself.

use imagine_macros::{OpenEnum, Request, Response, Sampling};
use imagine_sdk::__private::Connection;
use imagine_sdk::inference::operations;
use serde::Serialize;
use serde_json::{Map, Value};

pub struct Client(pub Connection);

impl Client {
    fn connection(&self) -> Connection {
        self.0.clone()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Response, Request)]
#[request(
    operation = operations::CHAT,
    method = r#match,
    builder = Fields,
    client = Client,
    response = FieldsRequest,
    body = json,
    sampling = Parameters,
    args(request, caller, r#fn, map, parts),
    alias("match_fields"),
    docs = "Has fields with names of generated variables.",
)]
pub struct FieldsRequest {
    pub request: String,
    pub caller: Option<String>,
    pub r#fn: Vec<String>,
    #[response(required)]
    pub map: i64,
    pub parts: bool,
    pub r#type: Option<String>,
    pub key: Option<String>,
    pub value: Option<String>,
    pub self_: Option<String>,
    pub name: Option<String>,
    pub client: Option<String>,
    pub options: Option<Vec<String>>,
    pub slot_0: Option<String>,
    pub unknown: Option<String>,
    pub deserializer: Option<String>,
    pub response: Option<String>,
    pub stream: Option<bool>,
    pub default: Option<String>,
    pub into: Option<String>,
    pub clone: Option<String>,
    #[request(sampling)]
    pub r#in: Option<i64>,
    #[request(sampling, range(min = -1.5, max = 2))]
    pub f: Option<f64>,
    #[serde(flatten)]
    #[response(extra)]
    pub extra: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Sampling)]
pub struct Parameters {
    pub r#in: Option<i64>,
    pub f: Option<f64>,
    pub sampling: Option<f64>,
    pub default: Option<String>,
}

/// Types with names of generated type parameters and of types that generated code uses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Response)]
pub struct M {
    pub m: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Response)]
pub struct Async {
    pub m: Option<M>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Response)]
pub struct Blocking {}

pub trait ApiClient {}

#[derive(Clone, Debug, PartialEq, Serialize, Request)]
#[request(
    operation = operations::CHAT,
    method = r#loop,
    builder = Connection_,
    extension = Extension,
    client = imagine_sdk::Client,
    response = M,
    body = json,
    args(send, new, extra, stream, __C),
    docs = "Has required fields with names of builder methods.",
)]
#[allow(
    non_snake_case,
    non_camel_case_types,
    reason = "the test needs colliding names"
)]
pub struct ModalRequest {
    pub send: M,
    pub new: String,
    pub extra: Vec<M>,
    pub stream: Option<Async>,
    pub __C: Blocking,
    pub connection: Option<M>,
    pub m: Option<Vec<M>>,
    #[serde(rename = "send_raw")]
    pub send_raw_: Option<bool>,
}

/// Names of type parameters and visitors in the code of other derives.
#[derive(Clone, Debug, Default, PartialEq, Response)]
pub struct A {
    pub d: D,
    pub visitor: Option<ReplyVisitor>,
}

#[derive(Clone, Debug, Default, PartialEq, Response)]
pub struct D {}

#[derive(Clone, Debug, Default, PartialEq, Response)]
pub struct ReplyVisitor {
    pub s: Option<S>,
}

#[derive(Clone, Debug, PartialEq, OpenEnum)]
pub enum S {
    #[open(name = "error")]
    Error,
    #[open(name = "some")]
    Some,
    #[open(name = "ok")]
    Ok,
    #[open(name = "self")]
    r#SelfValue,
    Other(String),
}

#[test]
fn raw_identifiers_are_encoded_without_the_prefix() {
    let response: FieldsRequest =
        serde_json::from_str(r#"{"map": 1, "type": "t", "fn": ["f"], "unknown": "u", "x": 2}"#)
            .unwrap();
    assert_eq!(response.r#type.as_deref(), Some("t"));
    assert_eq!(response.r#fn, ["f"]);
    assert_eq!(response.unknown.as_deref(), Some("u"));
    assert_eq!(response.extra["x"], 2);
}

#[test]
fn raw_identifiers_have_setters() {
    let call = |client: &Client| {
        let parameters = Parameters::new().r#in(3).f(0.5).sampling(0.1).default("d");
        client
            .r#match("r", "c", ["f"], 1, true)
            .r#type("t")
            .self_("s")
            .options(["o"])
            .r#in(4)
            .clone("c")
            .sampling(&parameters)
    };
    let _: fn(&Client) -> Fields = call;
}

#[test]
fn type_parameters_of_an_extension_do_not_shadow_user_types() {
    let call = |client: &imagine_sdk::Client| {
        let call = client.r#loop(
            M { m: 1 },
            "n",
            [M::default()],
            Async::default(),
            Blocking {},
        );
        call.connection(M::default())
            .m([M { m: 2 }])
            .send_raw_(true)
    };
    let _: fn(&imagine_sdk::Client) -> Connection_ = call;
    let blocking = |client: &imagine_sdk::blocking::Client| {
        client.r#loop(
            M { m: 1 },
            "n",
            [M::default()],
            Async::default(),
            Blocking {},
        )
    };
    let _: fn(&imagine_sdk::blocking::Client) -> Connection_<imagine_sdk::blocking::Blocking> =
        blocking;
}
