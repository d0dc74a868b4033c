//! The unknown fields of an object, kept as JSON text.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{Key, from_str};

/// The name by which deserializers recognize a request for the text of a value. It is that of [`RawValue`], so that
/// `serde_json` recognizes it too. A deserializer that does not recognize it makes a [`Value`].
pub(super) const RAW: &str = "$serde_json::private::RawValue";

type Fields = BTreeMap<Box<str>, Box<str>>;

/// The fields of a response that this version of the SDK does not know, and those whose values do not fit their types.
///
/// Each value is kept as the JSON text that the service sent: numbers keep all their digits, and large values take
/// little memory. Encoding writes them back.
///
/// ```
/// use imagine_sdk::ChatMessage;
/// use serde_json::json;
///
/// let message: ChatMessage = serde_json::from_str(
///     r#"{"role":"assistant","content":"hi","tags":["a"],"score":0.12345678901234567890}"#,
/// )?;
/// assert_eq!(message.extra.get("tags"), Some(json!(["a"])));
/// assert_eq!(message.extra.raw("score"), Some("0.12345678901234567890"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct UnknownFields {
    /// Boxed, because most objects have none, and dropping an empty map takes longer than dropping nothing.
    fields: Option<Box<Fields>>,
    /// A fact that the client adds to a choice: it used all tokens that the request allowed. It is never encoded.
    reached_limit: bool,
}

impl UnknownFields {
    /// Creates an empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the number of fields.
    pub fn len(&self) -> usize {
        self.fields.as_ref().map_or(0, |fields| fields.len())
    }

    /// Returns true if there are no fields.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns true if there is a field with this name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// Returns the JSON text of a field.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.fields.as_ref()?.get(name).map(Box::as_ref)
    }

    /// Parses a field. `None` if it is missing, or if a [`Value`] cannot contain it, such as the number `1e400`.
    pub fn get(&self, name: &str) -> Option<Value> {
        from_str(self.raw(name)?).ok()
    }

    /// Returns the string of a field. `None` if it is missing or not a string.
    pub fn get_str(&self, name: &str) -> Option<Cow<'_, str>> {
        let raw = self.raw(name)?;
        let content = raw.strip_prefix('"')?.strip_suffix('"')?;
        if content.contains('\\') {
            return from_str(raw).ok().map(Cow::Owned);
        }
        Some(Cow::Borrowed(content))
    }

    /// Sets a field, and returns its previous value.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        let name = name.into();
        let previous = self.get(&name);
        self.insert_raw(name, value.into().to_string());
        previous
    }

    /// Removes a field, and returns its value. `None` if it is missing, or if a [`Value`] cannot contain it.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        from_str(&self.remove_raw(name)?).ok()
    }

    /// Returns an iterator over the names, in alphabetical order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(name, _)| name)
    }

    /// Returns an iterator over the names and their JSON strings, in alphabetical order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.fields.iter().flat_map(|fields| fields.iter());
        fields.map(|(name, raw)| (&**name, &**raw))
    }

    /// Parses all fields. Fields that a [`Value`] cannot contain are left out.
    pub fn to_map(&self) -> Map<String, Value> {
        let parsed = |(name, raw): (&str, &str)| Some((name.to_owned(), from_str(raw).ok()?));
        self.iter().filter_map(parsed).collect()
    }

    /// Removes a field, and returns its JSON text.
    pub fn remove_raw(&mut self, name: &str) -> Option<String> {
        self.fields.as_mut()?.remove(name).map(String::from)
    }

    /// Adds the fields of another map. They replace fields with the same names, but `null` replaces nothing.
    pub fn append(&mut self, other: Self) {
        for (name, raw) in other {
            if &*raw != "null" || !self.contains_key(&name) {
                self.insert_raw(name, raw);
            }
        }
    }

    /// Parses a field as your type. `None` if it is missing.
    ///
    /// # Errors
    ///
    /// Fails if the value does not match the type.
    pub fn parse<T: DeserializeOwned>(&self, name: &str) -> Option<serde_json::Result<T>> {
        self.raw(name).map(serde_json::from_str)
    }

    /// Sets a field to a JSON text.
    pub(crate) fn insert_raw(&mut self, name: impl Into<Box<str>>, raw: impl Into<Box<str>>) {
        let fields = self.fields.get_or_insert_default();
        fields.insert(name.into(), raw.into());
    }

    /// Records that the choice with these fields used all tokens that its request allowed.
    pub(crate) fn set_reached_limit(&mut self) {
        self.reached_limit = true;
    }

    /// Returns true if the choice with these fields used all tokens that its request allowed.
    pub(crate) fn has_reached_limit(&self) -> bool {
        self.reached_limit
    }

    fn is_null(&self, name: &str) -> bool {
        self.raw(name) == Some("null")
    }
}

/// A map that keeps the unknown fields of a response.
pub trait KeepUnknown {
    /// Reads the next value of an object, and keeps it.
    ///
    /// # Errors
    ///
    /// Fails if the value is invalid JSON.
    fn keep<'de, A: MapAccess<'de>>(&mut self, name: String, map: &mut A) -> Result<(), A::Error>
    where
        Self: Sized;

    /// Keeps the JSON text of a field whose value does not fit.
    fn keep_unfit(&mut self, name: &str, json: String);

    /// Returns true if there is a field with this name that is not `null`.
    fn has(&self, name: &str) -> bool;
}

impl KeepUnknown for UnknownFields {
    fn keep<'de, A: MapAccess<'de>>(&mut self, name: String, map: &mut A) -> Result<(), A::Error> {
        let RawText(raw) = map.next_value()?;
        self.insert_raw(name, raw);
        Ok(())
    }

    fn keep_unfit(&mut self, name: &str, json: String) {
        self.insert_raw(name, json);
    }

    fn has(&self, name: &str) -> bool {
        self.contains_key(name) && !self.is_null(name)
    }
}

impl KeepUnknown for Map<String, Value> {
    fn keep<'de, A: MapAccess<'de>>(&mut self, name: String, map: &mut A) -> Result<(), A::Error> {
        self.insert(name, map.next_value()?);
        Ok(())
    }

    fn keep_unfit(&mut self, name: &str, json: String) {
        let value = from_str(&json).unwrap_or(Value::String(json));
        self.insert(name.to_owned(), value);
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !value.is_null())
    }
}

/// The JSON text of a value.
#[derive(Default)]
pub(crate) struct RawText(pub(crate) String);

impl<'de> Deserialize<'de> for RawText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(RAW, RawVisitor)
    }
}

/// Reads the text of a value from the reader and from `serde_json`. Other deserializers have no text: their values
/// are written as JSON.
struct RawVisitor;

/// Writes scalars as JSON.
macro_rules! visit_scalars {
    ($($visit:ident: $type:ty),*) => {$(
        fn $visit<E: de::Error>(self, value: $type) -> Result<RawText, E> {
            Ok(RawText(Value::from(value).to_string()))
        }
    )*};
}

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    visit_scalars!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_unit<E: de::Error>(self) -> Result<RawText, E> {
        Ok(RawText("null".to_owned()))
    }

    fn visit_none<E: de::Error>(self) -> Result<RawText, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<RawText, D::Error> {
        self.visit_newtype_struct(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<RawText, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(RawText(value.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<RawText, A::Error> {
        self.visit_newtype_struct(de::value::SeqAccessDeserializer::new(seq))
    }

    /// The reader and `serde_json` call this with the text below [`RAW`].
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawText, A::Error> {
        let mut members = Map::new();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            if key.as_str() == RAW {
                return map.next_value().map(RawText);
            }
            members.insert(key.into_string(), map.next_value()?);
        }
        Ok(RawText(Value::Object(members).to_string()))
    }
}

/// Writes a value as text if that is the only way to keep the digits of its numbers, and otherwise as a value, which
/// every data format can represent.
pub(crate) struct Raw<'a>(pub(crate) &'a str);

impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(raw) = self;
        if !has_long_numbers(raw)
            && let Ok(value) = from_str::<Value>(raw)
        {
            return value.serialize(serializer);
        }
        match RawValue::from_string((*raw).to_owned()) {
            Ok(raw) => raw.serialize(serializer),
            Err(_) => serializer.serialize_str(raw),
        }
    }
}

/// Returns true if a number has more digits than an `f64` keeps, or an exponent.
fn has_long_numbers(raw: &str) -> bool {
    let mut is_in_string = false;
    let mut is_escaped = false;
    let mut digits = 0;
    for byte in raw.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => is_in_string = !is_in_string,
            _ if is_in_string => {}
            b'0'..=b'9' => digits += 1,
            b'e' | b'E' if digits > 0 => return true,
            b'.' => {}
            _ => digits = 0,
        }
        if digits > 15 {
            return true;
        }
    }
    false
}

impl Serialize for UnknownFields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, raw) in self.iter() {
            map.serialize_entry(name, &Raw(raw))?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for UnknownFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;
        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = UnknownFields;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<UnknownFields, A::Error> {
                let mut fields = UnknownFields::default();
                while let Some(name) = map.next_key()? {
                    fields.keep(name, &mut map)?;
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// Two fields are equal if their JSON or their parsed values are equal.
impl PartialEq for UnknownFields {
    fn eq(&self, other: &Self) -> bool {
        let is_equal = |((name, raw), (other_name, other_raw)): ((&str, &str), (&str, &str))| {
            name == other_name
                && (raw == other_raw
                    || matches!(
                        (from_str::<Value>(raw), from_str::<Value>(other_raw)),
                        (Ok(value), Ok(other)) if value == other
                    ))
        };
        self.len() == other.len() && self.iter().zip(other.iter()).all(is_equal)
    }
}

impl fmt::Debug for UnknownFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = self.iter();
        f.debug_map()
            .entries(fields.map(|(name, raw)| (name, format_args!("{raw}").to_string())))
            .finish()
    }
}

impl IntoIterator for UnknownFields {
    type Item = (Box<str>, Box<str>);
    type IntoIter = std::collections::btree_map::IntoIter<Box<str>, Box<str>>;

    /// Returns an iterator over the names and their JSON strings, in alphabetical order of the names.
    fn into_iter(self) -> Self::IntoIter {
        self.fields
            .map(|fields| *fields)
            .unwrap_or_default()
            .into_iter()
    }
}

impl From<Map<String, Value>> for UnknownFields {
    fn from(map: Map<String, Value>) -> Self {
        map.into_iter().collect()
    }
}

impl FromIterator<(String, Value)> for UnknownFields {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(fields: I) -> Self {
        let mut unknown = Self::default();
        unknown.extend(fields);
        unknown
    }
}

impl Extend<(String, Value)> for UnknownFields {
    fn extend<I: IntoIterator<Item = (String, Value)>>(&mut self, fields: I) {
        for (name, value) in fields {
            self.insert_raw(name, value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// D17
    #[test]
    fn numbers_keep_their_digits() {
        let json = r#"{"big":123456789012345678901234567890,"exponent":1e400,"text":"1e400"}"#;
        let fast: UnknownFields = super::super::from_slice(json.as_bytes()).unwrap();
        let slow: UnknownFields = serde_json::from_str(json).unwrap();
        for fields in [fast, slow] {
            assert_eq!(fields.raw("big"), Some("123456789012345678901234567890"));
            assert_eq!(fields.raw("exponent"), Some("1e400"));
            assert_eq!(fields.get_str("text").as_deref(), Some("1e400"));
            assert_eq!(serde_json::to_string(&fields).unwrap(), json);
        }
    }

    #[test]
    fn values_without_long_numbers_are_written_in_every_format() {
        let fields: UnknownFields = [("x".to_owned(), json!({"y": [1, "2", null]}))]
            .into_iter()
            .collect();
        let values = serde_json::to_value(&fields).unwrap();
        assert_eq!(values, json!({"x": {"y": [1, "2", null]}}));
        let read = UnknownFields::deserialize(
            de::value::MapDeserializer::<_, de::value::Error>::new([("x", 7)].into_iter()),
        );
        assert_eq!(read.unwrap().get("x"), Some(json!(7)));
    }

    #[test]
    fn strings_are_unescaped() {
        let fields: UnknownFields =
            serde_json::from_str(r#"{"a":"x\ny","b":"x","c":1,"d":"\ud83d"}"#).unwrap();
        let read = |name| fields.get_str(name).map(Cow::into_owned);
        assert_eq!(read("a").as_deref(), Some("x\ny"));
        assert_eq!(read("b").as_deref(), Some("x"));
        assert_eq!(read("c"), None);
        assert_eq!(read("d").as_deref(), Some("\u{fffd}"));
    }

    #[test]
    fn equality_ignores_white_space() {
        let read = |json| serde_json::from_str::<UnknownFields>(json).unwrap();
        assert_eq!(read(r#"{"a":{"b":1}}"#), read(r#"{"a": { "b" : 1 } }"#));
        assert_ne!(read(r#"{"a":{"b":1}}"#), read(r#"{"a":{"b":2}}"#));
        assert_ne!(read(r#"{"a":1}"#), read(r#"{"b":1}"#));
    }
}
