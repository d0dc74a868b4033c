//! User types with names of standard library types.

use imagine_macros::{OpenEnum, Request, Response, Sampling};
use imagine_sdk::__private::Connection;

pub struct Client(pub Connection);

impl Client {
    fn connection(&self) -> Connection {
        self.0.clone()
    }
}

macro_rules! responses {
    ($($name:ident),*) => {$(
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, Response)]
        pub struct $name {
            pub text: ::std::string::String,
        }
    )*};
}

responses!(
    Result, Box, Error, Map, Value, Into, From, Iterator, Content, Lenient, Formatter
);

#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, Response)]
pub struct Option {
    pub result: Result,
    pub list: ::std::vec::Vec<Box>,
    pub error: ::core::option::Option<Error>,
}

#[derive(Clone, Debug, PartialEq, Eq, OpenEnum)]
pub enum Vec {
    #[open(name = "one")]
    One,
    Other(::std::string::String),
}

#[derive(Clone, Debug, Default, Sampling)]
pub struct RequestBuilder {
    pub vec: ::core::option::Option<Vec>,
}

pub type String = ::std::string::String;

#[derive(Clone, Debug, PartialEq, serde::Serialize, Request)]
#[request(
    operation = imagine_sdk::inference::operations::CHAT,
    method = call,
    builder = Request,
    client = Client,
    response = Option,
    body = json,
    sampling = RequestBuilder,
    args(option),
    docs = "Has types with names of standard library types.",
)]
pub struct RequestEncoder {
    pub option: String,
    #[request(sampling, default = "one")]
    pub vec: ::core::option::Option<Vec>,
    #[request(default = 1)]
    pub scale: f64,
}

#[test]
fn generated_code_uses_absolute_paths() {
    let _ = |client: &Client| {
        client
            .call("o")
            .vec("two")
            .sampling(&RequestBuilder::new().vec("x"))
    };
    let option: Option = serde_json::from_str(r#"{"list": [{"text": "t"}]}"#).unwrap();
    assert_eq!(option.list[0].text, "t");
}
