//! Earlier requests with their responses.

use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::list::list;
use crate::json::ExtraFields;

/// Earlier requests with their responses, newest first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct History<Req, Resp>(Vec<HistoryEntry<Req, Resp>>);

/// An earlier request with its response.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct HistoryEntry<Req, Resp> {
    /// The request.
    pub request: Req,
    /// The response.
    pub response: Resp,
}

impl<Req, Resp> ExtraFields for History<Req, Resp> {}

list!([Req, Resp] History<Req, Resp>, HistoryEntry<Req, Resp>);

/// Serializes the pair in the documented order: the response, then the request.
impl<Req: Serialize, Resp: Serialize> Serialize for HistoryEntry<Req, Resp> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.response, &self.request).serialize(serializer)
    }
}

impl<'de, Req: DeserializeOwned, Resp: DeserializeOwned> Deserialize<'de> for History<Req, Resp> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = Vec::<Value>::deserialize(deserializer)?;
        let read = |(index, value)| {
            entry(value).ok_or_else(|| {
                D::Error::custom(format!(
                    "invalid value, expected entry {index} to be a pair of a response and its request"
                ))
            })
        };
        entries
            .into_iter()
            .enumerate()
            .map(read)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl<'de, Req: DeserializeOwned, Resp: DeserializeOwned> Deserialize<'de>
    for HistoryEntry<Req, Resp>
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        entry(value).ok_or_else(|| {
            D::Error::custom("invalid value, expected a pair of a response and its request")
        })
    }
}

/// Decodes a pair in either order, or an object with the fields `response` and `request`.
fn entry<Req: DeserializeOwned, Resp: DeserializeOwned>(
    value: Value,
) -> Option<HistoryEntry<Req, Resp>> {
    let pair = |response: &Value, request: &Value| {
        Some(HistoryEntry {
            request: Req::deserialize(request).ok()?,
            response: Resp::deserialize(response).ok()?,
        })
    };
    match &value {
        Value::Array(items) => match items.as_slice() {
            [first, second] => pair(first, second).or_else(|| pair(second, first)),
            _ => None,
        },
        Value::Object(named) => pair(named.get("response")?, named.get("request")?),
        _ => None,
    }
}

impl<Req, Resp> Default for History<Req, Resp> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use crate::generated::inference::types::{ChatCompletionRequest, ChatCompletionResponse};

    type ChatHistory = super::History<ChatCompletionRequest, ChatCompletionResponse>;

    const REQUEST: &str =
        r#"{"messages":[{"role":"user","content":"q"}],"model":"m","stream":false}"#;
    const RESPONSE: &str =
        r#"{"id":"1","choices":[{"index":0,"message":{"role":"assistant","content":"a"}}]}"#;

    #[test]
    fn a_pair_is_read_in_either_order() {
        let json = format!(
            r#"[[{RESPONSE},{REQUEST}],[{REQUEST},{RESPONSE}],{{"request":{REQUEST},"response":{RESPONSE}}}]"#
        );
        let history: ChatHistory = serde_json::from_str(&json).unwrap();
        assert_eq!(history.len(), 3);
        for entry in history {
            assert_eq!(entry.request.messages.as_slice()[0].text().unwrap(), "q");
            assert_eq!(entry.response.text().unwrap(), "a");
        }
    }

    #[test]
    fn an_invalid_pair_is_named_by_its_index() {
        for bad in [
            format!("[{RESPONSE}]"),
            format!("[{RESPONSE},{RESPONSE}]"),
            "7".to_owned(),
        ] {
            let json = format!("[[{RESPONSE},{REQUEST}],{bad}]");
            let error = serde_json::from_str::<ChatHistory>(&json).unwrap_err();
            assert!(error.to_string().contains("entry 1"), "{error}");
        }
    }
}
