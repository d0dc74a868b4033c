//! One contract case for each operation of both APIs.

mod inference;
mod media;

use http::Method;
use serde_json::Value;

use crate::{
    Api, BlockingCallFactory, BlockingClients, Call, CallFactories, CallFactory, Clients,
    StreamCall, fixtures,
};

/// What a method of the client sends at least, and what it makes of a response.
pub struct Case {
    /// The method.
    pub method: &'static str,
    /// The operation that it calls.
    pub operation: &'static str,
    /// The call with its required arguments alone.
    pub make: CallFactories<dyn Call>,
    /// The request that must go out, and nothing besides.
    pub wanted: ExpectedRequest,
    /// A file with a response.
    pub fixture: &'static str,
    /// What the response is when it is encoded again.
    pub round_trip: RoundTrip,
}

impl Case {
    /// The API that it belongs to.
    pub fn api(&self) -> Api {
        self.make.asynchronous.api()
    }

    /// The call, of the client that it belongs to.
    pub fn call(&self, clients: &Clients) -> Box<dyn Call> {
        self.make.asynchronous.call(clients)
    }

    /// The same call, of the blocking client.
    pub fn call_blocking(&self, clients: &BlockingClients) -> Box<dyn Call> {
        self.make.blocking.call(clients)
    }

    /// The response's bytes as JSON.
    pub fn response(&self) -> Value {
        fixtures::json(self.fixture)
    }
}

/// A request, exactly.
pub struct ExpectedRequest {
    /// The method.
    pub method: Method,
    /// The path below the base.
    pub path: &'static str,
    /// The query, decoded.
    pub query: &'static [(&'static str, &'static str)],
    /// The body.
    pub body: Body,
}

/// A body, exactly.
pub enum Body {
    /// None.
    Empty,
    /// This JSON.
    Json(Value),
    /// A form with these parts in this order.
    Form(Vec<Part>),
}

/// A part of a form, exactly.
#[derive(Debug, PartialEq)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// The name of its file.
    pub file_name: Option<&'static str>,
    /// Its media type.
    pub content_type: Option<&'static str>,
    /// What it carries.
    pub data: Vec<u8>,
}

/// What becomes of a response that is decoded and encoded again.
pub enum RoundTrip {
    /// The same, unknown members of objects included. What is at these pointers is a map, which has none.
    Same {
        /// The pointers.
        maps: &'static [&'static str],
    },
    /// Another view of it.
    View(Value),
}

/// The same for an operation that can stream.
pub struct StreamCase {
    /// The method, and the operation that it calls.
    pub method: &'static str,
    /// The call with its required arguments alone.
    pub make: CallFactories<dyn StreamCall>,
    /// The path below the base.
    pub path: &'static str,
    /// The body that must go out, and nothing besides.
    pub body: Value,
    /// A file with the events of a response.
    pub fixture: &'static str,
    /// What the events add up to.
    pub sum: Value,
}

impl StreamCase {
    /// The API that it belongs to.
    pub fn api(&self) -> Api {
        self.make.asynchronous.api()
    }

    /// The call, of the client that it belongs to.
    pub fn call(&self, clients: &Clients) -> Box<dyn StreamCall> {
        self.make.asynchronous.call(clients)
    }

    /// The same call, of the blocking client.
    pub fn call_blocking(&self, clients: &BlockingClients) -> Box<dyn StreamCall> {
        self.make.blocking.call(clients)
    }
}

/// One case for each method of both clients.
pub fn cases() -> Vec<Case> {
    let cases = [inference::cases(), media::cases()];
    cases.into_iter().flatten().collect()
}

/// One case for each method of both clients that can stream.
pub fn stream_cases() -> Vec<StreamCase> {
    let cases = [inference::stream_cases(), media::stream_cases()];
    cases.into_iter().flatten().collect()
}

/// What most cases have in common; the call and the request are to be filled in.
fn case(method: &'static str, fixture: &'static str) -> Case {
    Case {
        method,
        operation: method,
        make: CallFactories {
            asynchronous: CallFactory::Inference(|_| {
                unreachable!("every case has a call of its own")
            }),
            blocking: BlockingCallFactory::Inference(|_| {
                unreachable!("every case has a call of its own")
            }),
        },
        wanted: get("", &[]),
        fixture,
        round_trip: RoundTrip::Same { maps: &[] },
    }
}

fn get(path: &'static str, query: &'static [(&'static str, &'static str)]) -> ExpectedRequest {
    ExpectedRequest {
        method: Method::GET,
        path,
        query,
        body: Body::Empty,
    }
}

fn post(path: &'static str, body: Value) -> ExpectedRequest {
    ExpectedRequest {
        method: Method::POST,
        path,
        query: &[],
        body: Body::Json(body),
    }
}

/// A WAV file of one channel with 80 samples of silence.
pub fn wav() -> Vec<u8> {
    const DATA: u32 = 160;
    const RATE: u32 = 8000;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + DATA).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(RATE.to_le_bytes());
    file.extend((RATE * 2).to_le_bytes());
    file.extend([2, 0, 16, 0]);
    file.extend(b"data");
    file.extend(DATA.to_le_bytes());
    file.resize(44 + DATA as usize, 0);
    file
}
