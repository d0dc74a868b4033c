//! A valid call, as the handlers see it.

use std::borrow::Cow;

use serde_json::Value;

use super::vector;
use crate::api::Api;
use crate::clock;
use crate::contract::{Contract, FormPart, OperationSpec, Payload};
use crate::media_build::Build;

/// What a request calls.
pub(crate) struct Target {
    pub(crate) api: Api,
    pub(crate) operation: &'static OperationSpec,
    /// The arguments of the path.
    pub(crate) arguments: Vec<(String, String)>,
    /// The build of the media API that answers.
    pub(crate) build: Build,
}

/// A call that kept to the contract.
pub(crate) struct Call<'a> {
    pub(crate) api: Api,
    pub(crate) operation: &'static OperationSpec,
    /// The build of the media API that answers.
    pub(crate) build: Build,
    /// Seconds since 1970 at which it came.
    pub(crate) created: f64,
    arguments: &'a [(String, String)],
    payload: &'a Payload,
    query: &'a [(String, String)],
    number: u64,
    said: Option<&'a [String]>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(
        target: &'a Target,
        payload: &'a Payload,
        query: &'a [(String, String)],
        number: u64,
    ) -> Self {
        Self {
            api: target.api,
            operation: target.operation,
            build: target.build,
            created: clock::now(),
            arguments: &target.arguments,
            payload,
            query,
            number,
            said: None,
        }
    }

    /// The same call, with the text that is to be answered, in pieces.
    pub(crate) fn saying(&self, pieces: &'a [String]) -> Self {
        Self {
            said: Some(pieces),
            ..*self
        }
    }

    /// The text that is to be answered, in pieces, where it was said.
    pub(crate) fn said(&self) -> Option<&'a [String]> {
        self.said
    }

    /// The contract that the call kept to.
    pub(crate) fn contract(&self) -> &'static Contract {
        self.api.contract()
    }

    /// The JSON body, or null.
    pub(crate) fn body(&self) -> &'a Value {
        match self.payload {
            Payload::Json(body) => body,
            _ => &Value::Null,
        }
    }

    /// A text of the body, be it JSON or a form.
    pub(crate) fn field(&self, name: &str) -> Option<Cow<'a, str>> {
        match self.payload {
            Payload::Json(body) => body.get(name)?.as_str().map(Cow::Borrowed),
            _ => self.part(name).map(|part| part.text().into()),
        }
    }

    /// A text of the body that the contract requires.
    pub(crate) fn text(&self, name: &str) -> Cow<'a, str> {
        self.field(name).unwrap_or_default()
    }

    /// Whether the body says yes to something.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.body().get(name).and_then(Value::as_bool) == Some(true)
    }

    /// A part of the form.
    pub(crate) fn part(&self, name: &str) -> Option<&'a FormPart> {
        match self.payload {
            Payload::Form(parts) => parts.iter().find(|part| part.name == name),
            _ => None,
        }
    }

    /// A parameter of the query.
    pub(crate) fn query(&self, name: &str) -> Option<&'a str> {
        value_of(self.query, name)
    }

    /// An argument of the path, which its template makes sure of.
    pub(crate) fn argument(&self, name: &str) -> &'a str {
        value_of(self.arguments, name).unwrap_or_default()
    }

    /// An id of the response that no other answer of this mock has.
    pub(crate) fn id(&self, prefix: &str) -> String {
        format!("{prefix}-{:06}", self.number)
    }

    /// An id in the form of a UUID, which follows from how many requests came before.
    pub(crate) fn uuid(&self) -> String {
        let bits = |part: u8| vector::hash(self.number.to_le_bytes().into_iter().chain([part]));
        let (first, second) = (bits(0), bits(1));
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            first >> 32,
            first >> 16 & 0xffff,
            first & 0xfff,
            second >> 48 & 0xfff,
            second & 0xffff_ffff_ffff
        )
    }
}

fn value_of<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find_map(|(own, value)| (own == name).then_some(value.as_str()))
}
