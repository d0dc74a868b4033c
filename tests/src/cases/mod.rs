//! One contract case for each operation of both APIs.

mod inference;
mod media;

use http::Method;
use serde_json::Value;

use crate::{
    Api, BlockingCallFactory, BlockingClients, Call, CallFactories, CallFactory, Clients,
    StreamCall, fixtures,
};

/// The minimal request of a client's method, and the decoding of its response.
pub struct Case {
    /// The name of the method.
    pub method: &'static str,
    /// The id of the operation.
    pub operation: &'static str,
    /// The call with only its required arguments.
    pub factory: CallFactories<dyn Call>,
    /// The complete expected request.
    pub expected: ExpectedRequest,
    /// The file with a response.
    pub fixture: &'static str,
    /// The expected result of decoding and encoding the response.
    pub round_trip: RoundTrip,
}

impl Case {
    /// Returns the API of the operation.
    pub fn api(&self) -> Api {
        self.factory.asynchronous.api()
    }

    /// Creates the call.
    pub fn call(&self, clients: &Clients) -> Box<dyn Call> {
        self.factory.asynchronous.call(clients)
    }

    /// Creates the call with the blocking client.
    pub fn call_blocking(&self, clients: &BlockingClients) -> Box<dyn Call> {
        self.factory.blocking.call(clients)
    }

    /// Returns the fixture as JSON.
    pub fn response(&self) -> Value {
        fixtures::json(self.fixture)
    }
}

/// A complete request.
pub struct ExpectedRequest {
    /// The method.
    pub method: Method,
    /// The path below the base path.
    pub path: &'static str,
    /// The decoded query.
    pub query: &'static [(&'static str, &'static str)],
    /// The body.
    pub body: Body,
}

/// A complete body.
pub enum Body {
    /// No body.
    Empty,
    /// JSON.
    Json(Value),
    /// A multipart form with these parts in order.
    Form(Vec<Part>),
}

/// A complete part of a form.
#[derive(Debug, PartialEq)]
pub struct Part {
    /// The name.
    pub name: &'static str,
    /// The file name.
    pub file_name: Option<&'static str>,
    /// The media type.
    pub content_type: Option<&'static str>,
    /// The content.
    pub data: Vec<u8>,
}

/// The result of decoding and encoding a response.
pub enum RoundTrip {
    /// The same response, including unknown fields. The JSON pointers name maps, which have no unknown fields.
    Same {
        /// JSON pointers of maps.
        maps: &'static [&'static str],
    },
    /// A different value.
    View(Value),
}

/// A case of a streaming operation.
pub struct StreamCase {
    /// The name of the method, which is also the id of the operation.
    pub method: &'static str,
    /// The call with only its required arguments.
    pub factory: CallFactories<dyn StreamCall>,
    /// The path below the base path.
    pub path: &'static str,
    /// The complete expected body.
    pub body: Value,
    /// The file with the events of a response.
    pub fixture: &'static str,
    /// The accumulated response.
    pub accumulated: Value,
}

impl StreamCase {
    /// Returns the API of the operation.
    pub fn api(&self) -> Api {
        self.factory.asynchronous.api()
    }

    /// Creates the call.
    pub fn call(&self, clients: &Clients) -> Box<dyn StreamCall> {
        self.factory.asynchronous.call(clients)
    }

    /// Creates the call with the blocking client.
    pub fn call_blocking(&self, clients: &BlockingClients) -> Box<dyn StreamCall> {
        self.factory.blocking.call(clients)
    }
}

/// One case per method of both clients.
pub fn cases() -> Vec<Case> {
    let cases = [inference::cases(), media::cases()];
    cases.into_iter().flatten().collect()
}

/// One case per streaming method of both clients.
pub fn stream_cases() -> Vec<StreamCase> {
    let cases = [inference::stream_cases(), media::stream_cases()];
    cases.into_iter().flatten().collect()
}

/// Creates a case with defaults. The caller sets the call and the request.
fn case(method: &'static str, fixture: &'static str) -> Case {
    Case {
        method,
        operation: method,
        factory: CallFactories {
            asynchronous: CallFactory::Inference(|_| unreachable!("every case sets a call")),
            blocking: BlockingCallFactory::Inference(|_| unreachable!("every case sets a call")),
        },
        expected: get("", &[]),
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

/// Returns a WAV file with one channel and 80 samples of silence.
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
