//! A validated call of an operation.

use std::borrow::Cow;

use serde_json::Value;

use super::output::{SIMULATED, ScriptedOutput};
use super::text::{self, Limited};
use crate::api::Api;
use crate::clock;
use crate::contract::{Contract, FormPart, OperationSpec, Payload};
use crate::hash::hash;
use crate::profile::Profile;
use crate::service::media_build::Build;

/// The maximum number of choices in a response.
const MAX_CHOICES: u64 = 128;

/// The operation that a request calls.
pub(crate) struct Target {
    pub(crate) api: Api,
    pub(crate) operation: &'static OperationSpec,
    /// The arguments of the path.
    pub(crate) arguments: Vec<(String, String)>,
    /// The build of the media API that handles the request.
    pub(crate) build: Build,
}

/// A call that conforms to the contract.
pub(crate) struct Call<'a> {
    pub(crate) api: Api,
    pub(crate) operation: &'static OperationSpec,
    /// The build of the media API that handles the call.
    pub(crate) build: Build,
    /// The time of the call in seconds since 1970.
    pub(crate) created: u64,
    arguments: &'a [(String, String)],
    payload: &'a Payload,
    query: &'a [(String, String)],
    number: u64,
    /// The output that an expectation scripts.
    pub(crate) output: &'a ScriptedOutput,
    /// True if the request accepts a stream of events.
    pub(crate) accepts_events: bool,
    /// The host that the mock simulates.
    pub(crate) profile: Profile,
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
            output: &SIMULATED,
            accepts_events: false,
            profile: Profile::default(),
        }
    }

    /// Returns the same call with a scripted output.
    pub(crate) fn with_output(&self, output: &'a ScriptedOutput) -> Self {
        Self { output, ..*self }
    }

    /// Returns the scripted text of the response in chunks, if an expectation defines it.
    pub(crate) fn scripted_text(&self) -> Option<&'a [String]> {
        self.output.text.as_deref()
    }

    pub(crate) fn contract(&self) -> &'static Contract {
        self.api.contract()
    }

    /// Returns the JSON body, or null.
    pub(crate) fn body(&self) -> &'a Value {
        match self.payload {
            Payload::Json(body) => body,
            _ => &Value::Null,
        }
    }

    /// Returns a string field of a JSON body or a form.
    pub(crate) fn optional_string(&self, name: &str) -> Option<Cow<'a, str>> {
        match self.payload {
            Payload::Json(body) => body.get(name)?.as_str().map(Cow::Borrowed),
            _ => self.part(name).map(|part| part.text().into()),
        }
    }

    /// Returns a string field of a JSON body or a form. Default: empty.
    pub(crate) fn string(&self, name: &str) -> Cow<'a, str> {
        self.optional_string(name).unwrap_or_default()
    }

    /// Returns whether a field of the JSON body is true.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.body().get(name).and_then(Value::as_bool) == Some(true)
    }

    /// Returns a part of the form.
    pub(crate) fn part(&self, name: &str) -> Option<&'a FormPart> {
        match self.payload {
            Payload::Form(parts) => parts.iter().find(|part| part.name == name),
            _ => None,
        }
    }

    /// Returns a query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<&'a str> {
        find(self.query, name)
    }

    /// Returns a path argument, which the path template guarantees.
    pub(crate) fn argument(&self, name: &str) -> &'a str {
        find(self.arguments, name).unwrap_or_default()
    }

    /// Truncates a text to the limits of the request. Unlike OpenAI's API, the service keeps the string at which the
    /// model stops.
    pub(crate) fn limit(&self, text: &str) -> Limited {
        let limited = text::limit(text, self.body(), self.api != Api::OpenAi);
        match self.profile {
            Profile::Documented => limited,
            Profile::Cirrascale => Limited::complete(limited.text),
        }
    }

    /// Returns the number of the request.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Returns the number of choices that the request asks for, within the limit of OpenAI's API.
    pub(crate) fn choices(&self) -> usize {
        let n = self.body().get("n").and_then(Value::as_u64);
        n.map_or(1, |n| n.clamp(1, MAX_CHOICES) as usize)
    }

    /// Returns an id that is unique among the responses of the mock.
    pub(crate) fn id(&self, prefix: &str) -> String {
        format!("{prefix}-{:06}", self.number)
    }

    /// Returns a UUID that depends on the request number alone.
    pub(crate) fn uuid(&self) -> String {
        let bits = |part: u8| hash(self.number.to_le_bytes().into_iter().chain([part]));
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

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find_map(|(own, value)| (own == name).then_some(value.as_str()))
}
