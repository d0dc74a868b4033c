//! Fields, methods and types called as the expansion could call its own things.

use imagine_macros::{Answer, OpenEnum, Request, Sampling};
use imagine_sdk::__private::Caller;
use imagine_sdk::inference::ops;
use serde::Serialize;
use serde_json::{Map, Value};

pub struct Client(pub Caller);

impl Client {
    fn caller(&self) -> Caller {
        self.0.clone()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Answer, Request)]
#[request(
    operation = ops::CHAT,
    method = r#match,
    builder = Fields,
    client = Client,
    answer = FieldsRequest,
    payload = json,
    sampling = Parameters,
    positional(request, caller, r#fn, map, parts),
    alias("match_fields"),
    about = "Names that stand in the expansion.",
)]
pub struct FieldsRequest {
    pub request: String,
    pub caller: Option<String>,
    pub r#fn: Vec<String>,
    #[answer(discriminating)]
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
    pub answer: Option<String>,
    pub stream: Option<bool>,
    pub default: Option<String>,
    pub into: Option<String>,
    pub clone: Option<String>,
    #[request(sampling)]
    pub r#in: Option<i64>,
    #[request(sampling, range(min = -1.5, max = 2))]
    pub f: Option<f64>,
    #[serde(flatten)]
    #[answer(extra)]
    pub extra: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Sampling)]
pub struct Parameters {
    pub r#in: Option<i64>,
    pub f: Option<f64>,
    pub sampling: Option<f64>,
    pub default: Option<String>,
}

/// The generated type parameters and the visitor have such names in other derives.
#[derive(Clone, Debug, Default, PartialEq, Answer)]
pub struct A {
    pub d: D,
    pub visitor: Option<AnswerVisitor>,
}

#[derive(Clone, Debug, Default, PartialEq, Answer)]
pub struct D {}

#[derive(Clone, Debug, Default, PartialEq, Answer)]
pub struct AnswerVisitor {
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
fn raw_identifiers_travel_under_their_names() {
    let answer: FieldsRequest =
        serde_json::from_str(r#"{"map": 1, "type": "t", "fn": ["f"], "unknown": "u", "x": 2}"#)
            .unwrap();
    assert_eq!(answer.r#type.as_deref(), Some("t"));
    assert_eq!(answer.r#fn, ["f"]);
    assert_eq!(answer.unknown.as_deref(), Some("u"));
    assert_eq!(answer.extra["x"], 2);
}

#[test]
fn raw_identifiers_are_setters() {
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
