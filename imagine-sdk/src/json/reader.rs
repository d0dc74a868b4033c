//! A reader of JSON for the common case, which reads text in place and gives up on whatever is unusual.
//!
//! It exists for streams: of what an event costs, reading its JSON is the largest part, and here that takes about
//! two thirds of the time that `serde_json` takes. `serde_json` stays the judge: what this reader gives up on, it
//! reads again, and the error of that is the one that is told. So a [`GaveUp`] says nothing, and what counts is one
//! side alone: what is read here is what `serde_json` would have read.
//!
//! It gives up on what is not JSON, on what does not fit the type, on halves of characters, on numbers
//! beyond 64 bits, and on enums as serde derives them.

mod number;
mod text;

use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use self::number::Number;
use super::Lenient;

/// How deep values may be nested: as deep as `serde_json` allows.
const DEPTH: u8 = 127;

/// The reader does not know, or does not want to.
#[derive(Debug)]
pub(super) struct GaveUp;

impl fmt::Display for GaveUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not read")
    }
}

impl std::error::Error for GaveUp {}

impl de::Error for GaveUp {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Reads a value that is all of the text.
///
/// # Errors
///
/// When it would rather not.
#[inline]
pub(super) fn read<'de, T: Deserialize<'de>>(json: &'de str) -> Result<T, GaveUp> {
    let mut reader = Reader::of(json);
    let value = T::deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// The same, into a value that is as `Default` made it.
///
/// # Errors
///
/// As [`read`]. What the value is then is of no use.
#[inline]
pub(super) fn read_into<'de, T: Lenient<'de>>(json: &'de str, value: &mut T) -> Result<(), GaveUp> {
    let mut reader = Reader::of(json);
    value.read(&mut reader)?;
    reader.end()
}

/// Text, and how far it was read: to the begin of a token, or to the end.
struct Reader<'de> {
    json: &'de str,
    place: usize,
    depth: u8,
}

impl<'de> Reader<'de> {
    fn of(json: &'de str) -> Self {
        let mut reader = Self {
            json,
            place: 0,
            depth: 0,
        };
        reader.pass(0);
        reader
    }

    /// Nothing may follow.
    fn end(&self) -> Result<(), GaveUp> {
        match self.byte() {
            None => Ok(()),
            Some(_) => Err(GaveUp),
        }
    }

    /// The byte that the next token begins with.
    fn byte(&self) -> Option<u8> {
        self.json.as_bytes().get(self.place).copied()
    }

    /// Passes over a token of this length and the white space after it.
    fn pass(&mut self, length: usize) {
        self.place += length;
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.place += 1;
        }
    }

    /// Passes over this byte.
    fn take(&mut self, byte: u8) -> Result<(), GaveUp> {
        if self.byte() != Some(byte) {
            return Err(GaveUp);
        }
        self.pass(1);
        Ok(())
    }

    /// Passes over a word.
    fn word(&mut self, word: &str) -> Result<(), GaveUp> {
        let rest = self.json.as_bytes().get(self.place..);
        if !rest.is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            return Err(GaveUp);
        }
        self.pass(word.len());
        Ok(())
    }

    /// Reads what stands between two brackets, one level deeper.
    fn nested<T>(
        &mut self,
        [open, close]: [u8; 2],
        read: impl FnOnce(RequestEncoder<'_, 'de>) -> Result<T, GaveUp>,
    ) -> Result<T, GaveUp> {
        self.take(open)?;
        if self.depth == DEPTH {
            return Err(GaveUp);
        }
        self.depth += 1;
        let value = read(RequestEncoder {
            reader: self,
            close,
            is_first: true,
        })?;
        self.depth -= 1;
        self.take(close)?;
        Ok(value)
    }

    fn number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, GaveUp> {
        let rest = self.json.get(self.place..).ok_or(GaveUp)?;
        let (number, length) = number::read(rest).ok_or(GaveUp)?;
        self.pass(length);
        match number {
            Number::Positive(value) => visitor.visit_u64(value),
            Number::Negative(value) => visitor.visit_i64(value),
            Number::Fraction(value) => visitor.visit_f64(value),
        }
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = GaveUp;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        match self.byte() {
            Some(b'"') => self.deserialize_str(visitor),
            Some(b'{') => self.deserialize_map(visitor),
            Some(b'[') => self.deserialize_seq(visitor),
            Some(b'-' | b'0'..=b'9') => self.number(visitor),
            Some(b't') => self.word("true").and_then(|()| visitor.visit_bool(true)),
            Some(b'f') => self.word("false").and_then(|()| visitor.visit_bool(false)),
            Some(b'n') => self.word("null").and_then(|()| visitor.visit_unit()),
            _ => Err(GaveUp),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        match self.plain_text() {
            Some(text) => visitor.visit_borrowed_str(text),
            None => visitor.visit_string(self.escaped_text().ok_or(GaveUp)?),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        self.deserialize_str(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        self.deserialize_str(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        self.nested(*b"{}", |parts| visitor.visit_map(parts))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        self.nested(*b"[]", |parts| visitor.visit_seq(parts))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        match self.byte() {
            Some(b'n') => self.word("null").and_then(|()| visitor.visit_none()),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, GaveUp> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, GaveUp> {
        Err(GaveUp)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple
        tuple_struct struct ignored_any
    }
}

/// The parts of a value that has some.
struct RequestEncoder<'a, 'de> {
    reader: &'a mut Reader<'de>,
    close: u8,
    is_first: bool,
}

impl RequestEncoder<'_, '_> {
    /// The byte that the next part begins with. None if there is no other part.
    fn next(&mut self) -> Result<Option<u8>, GaveUp> {
        let mut byte = self.reader.byte();
        if byte == Some(self.close) {
            return Ok(None);
        }
        if !std::mem::take(&mut self.is_first) {
            if byte != Some(b',') {
                return Err(GaveUp);
            }
            self.reader.pass(1);
            byte = self.reader.byte();
        }
        byte.ok_or(GaveUp).map(Some)
    }
}

impl<'de> MapAccess<'de> for RequestEncoder<'_, 'de> {
    type Error = GaveUp;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, GaveUp> {
        match self.next()? {
            None => Ok(None),
            Some(b'"') => seed.deserialize(&mut *self.reader).map(Some),
            Some(_) => Err(GaveUp),
        }
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, GaveUp> {
        self.reader.take(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

impl<'de> SeqAccess<'de> for RequestEncoder<'_, 'de> {
    type Error = GaveUp;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, GaveUp> {
        match self.next()? {
            None => Ok(None),
            // No value begins with a closing bracket, so one after a comma is refused.
            Some(_) => seed.deserialize(&mut *self.reader).map(Some),
        }
    }
}

#[cfg(test)]
mod tests;
