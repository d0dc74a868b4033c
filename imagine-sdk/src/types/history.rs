//! Earlier requests with their responses.

use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::ser::{SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};

use super::list::list;
use crate::json::{self, ExtraFields, Raw, RawText};

/// Earlier requests with their responses, newest first.
///
/// An entry that the SDK cannot read, such as one of another API, is kept as JSON: [`unreadable`](Self::unreadable).
#[derive(Clone, Debug, PartialEq)]
pub struct History<Req, Resp>(Vec<HistoryEntry<Req, Resp>>, Vec<UnreadableEntry>);

/// An entry of a history that the SDK cannot read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnreadableEntry {
    /// The position among all entries of the history.
    pub index: usize,
    /// The entry as JSON text.
    pub json: String,
}

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
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.response, &self.request).serialize(serializer)
    }
}

/// Serializes all entries at their positions.
impl<Req: Serialize, Resp: Serialize> Serialize for History<Req, Resp> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(entries, unreadable) = self;
        let count = entries.len() + unreadable.len();
        let (mut entries, mut unreadable) = (entries.iter(), unreadable.iter().peekable());
        let mut list = serializer.serialize_seq(Some(count))?;
        for index in 0..count {
            match unreadable.next_if(|entry| entry.index <= index) {
                Some(entry) => list.serialize_element(&Raw(&entry.json))?,
                None => match entries.next() {
                    Some(entry) => list.serialize_element(entry)?,
                    None => break,
                },
            }
        }
        for entry in unreadable {
            list.serialize_element(&Raw(&entry.json))?;
        }
        list.end()
    }
}

impl<'de, Req: DeserializeOwned, Resp: DeserializeOwned> Deserialize<'de> for History<Req, Resp> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut history = Self::default();
        let entries = Vec::<RawText>::deserialize(deserializer)?;
        for (index, RawText(json)) in entries.into_iter().enumerate() {
            match entry(&json) {
                Some(entry) => history.0.push(entry),
                None => history.1.push(UnreadableEntry { index, json }),
            }
        }
        Ok(history)
    }
}

impl<'de, Req: DeserializeOwned, Resp: DeserializeOwned> Deserialize<'de>
    for HistoryEntry<Req, Resp>
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let RawText(json) = RawText::deserialize(deserializer)?;
        entry(&json).ok_or_else(|| {
            D::Error::custom("invalid value, expected a pair of a response and its request")
        })
    }
}

/// Decodes a pair in either order, or an object with the fields `response` and `request`.
fn entry<Req: DeserializeOwned, Resp: DeserializeOwned>(
    json: &str,
) -> Option<HistoryEntry<Req, Resp>> {
    let pair = |response: &RawText, request: &RawText| {
        Some(HistoryEntry {
            request: json::from_str(&request.0).ok()?,
            response: json::from_str(&response.0).ok()?,
        })
    };
    if let Ok([first, second]) = json::from_str::<[RawText; 2]>(json) {
        return pair(&first, &second).or_else(|| pair(&second, &first));
    }
    let Named { request, response } = json::from_str(json).ok()?;
    pair(&response, &request)
}

/// A pair as an object.
#[derive(Deserialize)]
struct Named {
    request: RawText,
    response: RawText,
}

impl<Req, Resp> History<Req, Resp> {
    /// Returns the entries that the SDK cannot read. They are not among the [`iter`](Self::iter)ated entries.
    pub fn unreadable(&self) -> &[UnreadableEntry] {
        &self.1
    }
}

impl<Req, Resp> Default for History<Req, Resp> {
    fn default() -> Self {
        Self(Vec::new(), Vec::new())
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

    /// D14
    #[test]
    fn an_entry_that_cannot_be_read_is_kept_as_json() {
        for bad in [
            format!("[{RESPONSE}]"),
            format!("[{RESPONSE},{RESPONSE}]"),
            format!("[{REQUEST},{REQUEST}]"),
            format!("[{RESPONSE},null]"),
            format!(r#"[{RESPONSE},{REQUEST},{{"meta":1}}]"#),
            "7".to_owned(),
        ] {
            let json = format!("[[{RESPONSE},{REQUEST}],{bad},[{RESPONSE},{REQUEST}]]");
            let history: ChatHistory = serde_json::from_str(&json).unwrap();
            assert_eq!(history.len(), 2, "{bad}");
            let [entry] = history.unreadable() else {
                panic!("{bad}");
            };
            assert_eq!((entry.index, &entry.json), (1, &bad));
            let encoded = serde_json::to_value(&history).unwrap();
            let value: serde_json::Value = serde_json::from_str(&bad).unwrap();
            assert_eq!(encoded[1], value);
            let decoded: ChatHistory = serde_json::from_value(encoded).unwrap();
            assert_eq!(decoded.as_slice(), history.as_slice());
        }
    }

    #[test]
    fn stop_is_one_or_many() {
        for (stop, count) in [(r#""\n""#, 1), (r#"["\n","."]"#, 2)] {
            let request = REQUEST.replace('{', &format!(r#"{{"stop":{stop},"#));
            let request = request.replacen(&format!(r#"[{{"stop":{stop},"#), "[{", 1);
            let tokens = r#"{"stop_token_ids":[128009],"#;
            let request = request.replacen('{', tokens, 1);
            let json = format!("[[{RESPONSE},{request}]]");
            let history: ChatHistory = serde_json::from_str(&json).unwrap();
            let entry = history.first().unwrap();
            assert_eq!(entry.request.stop.as_ref().unwrap().as_slice().len(), count);
            let ids = entry.request.stop_token_ids.as_ref().unwrap();
            assert_eq!(ids.as_slice(), [vec![128_009]]);
            assert_eq!(
                serde_json::to_value(ids).unwrap(),
                serde_json::json!([128_009])
            );
        }
    }
}
