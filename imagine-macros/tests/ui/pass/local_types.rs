//! Types of the user that are called as those of the standard library.

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
    Result, Box, Error, Map, Value, Into, From, Iterator, Content, Tolerant, Formatter
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
pub struct Pending {
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
    sampling = Pending,
    args(option),
    docs = "Types that are called as those of the standard library.",
)]
pub struct Parts {
    pub option: String,
    #[request(sampling, default = "one")]
    pub vec: ::core::option::Option<Vec>,
    #[request(default = 1)]
    pub scale: f64,
}

#[test]
fn they_are_told_apart() {
    let _ = |client: &Client| {
        client
            .call("o")
            .vec("two")
            .sampling(&Pending::new().vec("x"))
    };
    let option: Option = serde_json::from_str(r#"{"list": [{"text": "t"}]}"#).unwrap();
    assert_eq!(option.list[0].text, "t");
}
