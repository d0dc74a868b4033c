//! Generated code needs nothing in scope.

#![no_implicit_prelude]

use ::imagine_macros::{OpenEnum, Request, Response, Sampling};
use ::imagine_sdk::__private::Connection;

pub struct Client(pub Connection);

impl Client {
    fn connection(&self) -> Connection {
        ::core::clone::Clone::clone(&self.0)
    }
}

#[derive(::core::fmt::Debug, ::core::default::Default, ::core::clone::Clone, Response)]
pub struct Reply {
    #[response(required)]
    pub id: ::std::string::String,
    pub kind: Kind,
    #[response(extra)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}

#[derive(::core::fmt::Debug, ::core::clone::Clone, OpenEnum)]
pub enum Kind {
    #[open(name = "one")]
    One,
    Other(::std::string::String),
}

#[derive(::core::fmt::Debug, ::core::default::Default, ::core::clone::Clone, Sampling)]
pub struct Parameters {
    pub top_k: ::core::option::Option<i64>,
}

#[derive(::core::fmt::Debug, ::core::clone::Clone, ::serde::Serialize, Request)]
#[request(
    operation = ::imagine_sdk::inference::operations::CHAT,
    method = call,
    builder = Call,
    client = Client,
    response = Reply,
    chunk = ::imagine_sdk::inference::ChatCompletionStreamResponse,
    body = json,
    sampling = Parameters,
    args(strings),
    docs = "Belongs to a module without a prelude.",
)]
pub struct CallRequest {
    pub strings: ::std::vec::Vec<::std::string::String>,
    #[request(sampling, range(min = 1), default = 3)]
    pub top_k: ::core::option::Option<i64>,
    #[request(default = "one")]
    pub kind: Kind,
    #[request(stream)]
    pub stream: bool,
}

#[derive(::core::fmt::Debug, ::core::clone::Clone, Request)]
#[request(
    operation = ::imagine_sdk::inference::operations::USAGE,
    method = own,
    builder = Own,
    extension = OwnClient,
    client = ::imagine_sdk::Client,
    response = (),
    args(model),
    docs = "Belongs to clients of another crate.",
)]
pub struct OwnRequest {
    #[request(query = "model")]
    pub model: ::std::string::String,
}
