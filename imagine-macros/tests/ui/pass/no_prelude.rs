//! The expansion needs nothing in scope.

#![no_implicit_prelude]

use ::imagine_macros::{Answer, OpenEnum, Request, Sampling};
use ::imagine_sdk::__private::Caller;

pub struct Client(pub Caller);

impl Client {
    fn caller(&self) -> Caller {
        ::core::clone::Clone::clone(&self.0)
    }
}

#[derive(::core::fmt::Debug, ::core::default::Default, ::core::clone::Clone, Answer)]
pub struct Reply {
    #[answer(discriminating)]
    pub id: ::std::string::String,
    pub kind: Kind,
    #[answer(extra)]
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
    operation = ::imagine_sdk::inference::ops::CHAT,
    method = call,
    builder = Call,
    client = Client,
    answer = Reply,
    event = ::imagine_sdk::inference::ChatCompletionStreamResponse,
    payload = json,
    sampling = Parameters,
    positional(texts),
    about = "A request of a module without a prelude.",
)]
pub struct CallRequest {
    pub texts: ::std::vec::Vec<::std::string::String>,
    #[request(sampling, range(min = 1), default = 3)]
    pub top_k: ::core::option::Option<i64>,
    #[request(default = "one")]
    pub kind: Kind,
    #[request(stream)]
    pub stream: bool,
}

#[derive(::core::fmt::Debug, ::core::clone::Clone, Request)]
#[request(
    operation = ::imagine_sdk::inference::ops::USAGE,
    method = own,
    builder = Own,
    extension = OwnClient,
    client = ::imagine_sdk::Client,
    answer = (),
    positional(model),
    about = "A request for the clients of another crate.",
)]
pub struct OwnRequest {
    #[request(query = "model")]
    pub model: ::std::string::String,
}
