//! Decodes responses in which the value of a field does not fit its type.
//!
//! The field is left unset, and its JSON text is kept under its name among the unknown fields. A response is rejected
//! only if a required field is missing then.
//!
//! The deserializer of this module holds the text of each value that it decodes. If a value does not fit, it hands the
//! text to the innermost field that can keep it: the decoders that `#[derive(Response)]` generates ask for it with
//! [`take_unfit`].

use std::cell::RefCell;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::Error;
use serde_json::de::StrRead;
use serde_json::value::RawValue;

use super::unknown::RAW;

thread_local! {
    /// The text of the value that did not fit, until a field keeps it.
    static UNFIT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Returns the text of the value that has just failed to decode. `None` if the deserializer does not hold texts.
#[cold]
pub(super) fn take_unfit() -> Option<String> {
    UNFIT.take()
}

/// Decodes JSON, and leaves those fields unset whose values do not fit. `None` if a required value is missing then.
pub(super) fn decode<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    let json = std::str::from_utf8(json).ok()?;
    let decoded = T::deserialize(Text {
        text: json.trim_ascii(),
        depth: 0,
    })
    .ok();
    UNFIT.take();
    decoded
}

/// The maximum nesting depth of the types that are decoded, which is that of `serde_json`.
pub(super) const DEPTH: u8 = 127;

/// The text of a value, without white space around it, and the number of values around it.
#[derive(Clone, Copy)]
struct Text<'de> {
    text: &'de str,
    depth: u8,
}

impl<'de> Text<'de> {
    fn inner(self, text: &'de str) -> Result<Self, Error> {
        if self.depth == DEPTH {
            return Err(de::Error::custom("recursion limit exceeded"));
        }
        let depth = self.depth + 1;
        Ok(Self { text, depth })
    }

    /// Reads the whole text with `serde_json`.
    fn read<T>(
        self,
        read: impl FnOnce(&mut serde_json::Deserializer<StrRead<'de>>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut json = serde_json::Deserializer::from_str(self.text);
        let value = read(&mut json)?;
        json.end()?;
        Ok(value)
    }
}

/// Objects and lists are split into the texts of their members. `serde_json` reads values of any type, because that takes
/// one pass and keeps no field.
impl<'de> Deserializer<'de> for Text<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.read(|json| json.deserialize_any(visitor))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if !self.text.starts_with('{') {
            return self.deserialize_any(visitor);
        }
        let Members(members) = serde_json::from_str(self.text)?;
        visitor.visit_map(Object {
            parent: self,
            members: members.into_iter(),
            value: None,
        })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if !self.text.starts_with('[') {
            return self.deserialize_any(visitor);
        }
        let items: Vec<&RawValue> = serde_json::from_str(self.text)?;
        visitor.visit_seq(List {
            parent: self,
            items: items.into_iter(),
        })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.text {
            "null" => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == RAW {
            return visitor.visit_borrowed_bytes(self.text.as_bytes());
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        self.read(|json| json.deserialize_tuple(len, visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.read(|json| json.deserialize_enum(name, variants, visitor))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        tuple_struct struct identifier ignored_any
    }
}

/// The members of an object, in order.
pub(super) struct Members<'de>(pub(super) Vec<(String, &'de RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct Object<'de> {
    parent: Text<'de>,
    members: std::vec::IntoIter<(String, &'de RawValue)>,
    value: Option<&'de RawValue>,
}

impl<'de> MapAccess<'de> for Object<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some((key, value)) = self.members.next() else {
            return Ok(None);
        };
        self.value = Some(value);
        let key: StrDeserializer<'_, Error> = key.as_str().into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let text = self.value.take().map_or("null", RawValue::get);
        seed.deserialize(self.parent.inner(text)?).inspect_err(|_| {
            UNFIT.replace(Some(text.to_owned()));
        })
    }
}

struct List<'de> {
    parent: Text<'de>,
    items: std::vec::IntoIter<&'de RawValue>,
}

impl<'de> SeqAccess<'de> for List<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some(item) = self.items.next() else {
            return Ok(None);
        };
        seed.deserialize(self.parent.inner(item.get())?).map(Some)
    }
}
