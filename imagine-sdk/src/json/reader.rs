//! A fast JSON reader for common documents. It reads in place and gives up on everything unusual.
//!
//! Decoding JSON dominates the cost of a stream event. This reader takes about two thirds of the time of `serde_json`.
//! `serde_json` decides about everything else: it decodes every document on which this reader gives up, and its error
//! is reported. An [`Unsupported`] therefore contains no reason. Every value that this reader returns must equal the
//! value that `serde_json` returns, except for the rounding of 32-bit numbers: once here, twice there, through `f64`.
//!
//! The reader gives up on invalid JSON, type mismatches, lone surrogates, integers beyond 64 bits, and enums that
//! derive `Deserialize`.

mod number;
mod string;

use std::fmt;

use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use self::number::Number;
use super::Lenient;
use super::scalar::{SINGLE, SINGLES};
use super::unknown::RAW;

/// The maximum nesting depth, which is that of `serde_json`.
const DEPTH: u8 = 127;

/// The number of items of a list that are read at once.
const RUN: usize = 64;

/// The document needs `serde_json`.
#[derive(Debug)]
pub(super) struct Unsupported;

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not supported by the fast reader")
    }
}

impl std::error::Error for Unsupported {}

impl de::Error for Unsupported {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Decodes a complete document.
///
/// # Errors
///
/// Fails if the document needs `serde_json`.
#[inline]
pub(super) fn read<'de, T: Deserialize<'de>>(json: &'de str) -> Result<T, Unsupported> {
    let mut reader = Reader::new(json);
    let value = T::deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// Decodes a complete document into a value that equals its `Default`.
///
/// # Errors
///
/// Fails as [`read`] does. The value is then unspecified.
#[inline]
pub(super) fn read_into<'de, T: Lenient<'de>>(
    json: &'de str,
    value: &mut T,
) -> Result<(), Unsupported> {
    let mut reader = Reader::new(json);
    value.read(&mut reader)?;
    reader.end()
}

/// A document with the position of the next token, or of its end.
struct Reader<'de> {
    json: &'de str,
    position: usize,
    depth: u8,
}

impl<'de> Reader<'de> {
    fn new(json: &'de str) -> Self {
        let mut reader = Self {
            json,
            position: 0,
            depth: 0,
        };
        reader.advance(0);
        reader
    }

    /// Checks that no token follows.
    fn end(&self) -> Result<(), Unsupported> {
        match self.byte() {
            None => Ok(()),
            Some(_) => Err(Unsupported),
        }
    }

    /// Returns the first byte of the next token.
    fn byte(&self) -> Option<u8> {
        self.json.as_bytes().get(self.position).copied()
    }

    /// Skips a token of this length and the white space after it.
    fn advance(&mut self, length: usize) {
        self.position += length;
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.position += 1;
        }
    }

    /// Skips this byte.
    fn expect_byte(&mut self, byte: u8) -> Result<(), Unsupported> {
        if self.byte() != Some(byte) {
            return Err(Unsupported);
        }
        self.advance(1);
        Ok(())
    }

    /// Skips a literal.
    fn expect_literal(&mut self, literal: &str) -> Result<(), Unsupported> {
        let rest = self.json.as_bytes().get(self.position..);
        if !rest.is_some_and(|rest| rest.starts_with(literal.as_bytes())) {
            return Err(Unsupported);
        }
        self.advance(literal.len());
        Ok(())
    }

    /// Reads the elements between two brackets, one level deeper.
    fn nested<T>(
        &mut self,
        [open, close]: [u8; 2],
        read: impl FnOnce(Elements<'_, 'de>) -> Result<T, Unsupported>,
    ) -> Result<T, Unsupported> {
        self.expect_byte(open)?;
        if self.depth == DEPTH {
            return Err(Unsupported);
        }
        self.depth += 1;
        let value = read(Elements {
            reader: self,
            close,
            is_first: true,
        })?;
        self.depth -= 1;
        self.expect_byte(close)?;
        Ok(value)
    }

    /// Skips a value, and returns its text.
    fn raw(&mut self) -> Result<&'de str, Unsupported> {
        let start = self.position;
        IgnoredAny::deserialize(&mut *self)?;
        let raw = self.json.get(start..self.position).ok_or(Unsupported)?;
        Ok(raw.trim_ascii_end())
    }

    /// Reads a value for a field that has 32 bits.
    fn single<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Unsupported> {
        let rest = self.json.get(self.position..).ok_or(Unsupported)?;
        match number::parse_f32(rest) {
            Some((value, length)) => {
                self.advance(length);
                visitor.visit_f32(value)
            }
            None => self.deserialize_any(visitor),
        }
    }

    /// Reads the next items of a list of fields that have 32 bits.
    fn singles<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Unsupported> {
        let mut run = [[0; 4]; RUN];
        let rest = self.json.as_bytes().get(self.position..);
        let (count, length) = number::parse_run(rest.ok_or(Unsupported)?, &mut run);
        if count == 0 {
            return visitor.visit_newtype_struct(self);
        }
        self.advance(length);
        visitor.visit_bytes(run.get(..count).ok_or(Unsupported)?.as_flattened())
    }

    fn number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Unsupported> {
        let rest = self.json.get(self.position..).ok_or(Unsupported)?;
        let (number, length) = number::parse(rest).ok_or(Unsupported)?;
        self.advance(length);
        match number {
            Number::Positive(value) => visitor.visit_u64(value),
            Number::Negative(value) => visitor.visit_i64(value),
            Number::Fraction(value) => visitor.visit_f64(value),
        }
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Unsupported;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsupported> {
        match self.byte() {
            Some(b'"') => self.deserialize_str(visitor),
            Some(b'{') => self.deserialize_map(visitor),
            Some(b'[') => self.deserialize_seq(visitor),
            Some(b'-' | b'0'..=b'9') => self.number(visitor),
            Some(b't') => self
                .expect_literal("true")
                .and_then(|()| visitor.visit_bool(true)),
            Some(b'f') => self
                .expect_literal("false")
                .and_then(|()| visitor.visit_bool(false)),
            Some(b'n') => self
                .expect_literal("null")
                .and_then(|()| visitor.visit_unit()),
            _ => Err(Unsupported),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsupported> {
        match self.unescaped_string() {
            Some(text) => visitor.visit_borrowed_str(text),
            None => visitor.visit_string(self.escaped_string().ok_or(Unsupported)?),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsupported> {
        self.deserialize_str(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsupported> {
        self.deserialize_str(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsupported> {
        self.nested(*b"{}", |elements| visitor.visit_map(elements))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsupported> {
        match self.byte() {
            Some(b'"') => self.deserialize_str(visitor),
            _ => self.nested(*b"[]", |elements| visitor.visit_seq(elements)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsupported> {
        match self.byte() {
            Some(b'n') => self
                .expect_literal("null")
                .and_then(|()| visitor.visit_none()),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unsupported> {
        if name == RAW {
            return visitor.visit_borrowed_bytes(self.raw()?.as_bytes());
        }
        if name == SINGLE {
            return self.single(visitor);
        }
        if name == SINGLES {
            return self.singles(visitor);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Unsupported> {
        Err(Unsupported)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple
        tuple_struct struct ignored_any
    }
}

/// The elements of an object or an array.
struct Elements<'a, 'de> {
    reader: &'a mut Reader<'de>,
    close: u8,
    is_first: bool,
}

impl Elements<'_, '_> {
    /// Returns the first byte of the next element, or `None` at the end.
    fn next(&mut self) -> Result<Option<u8>, Unsupported> {
        let mut byte = self.reader.byte();
        if byte == Some(self.close) {
            return Ok(None);
        }
        if !std::mem::take(&mut self.is_first) {
            if byte != Some(b',') {
                return Err(Unsupported);
            }
            self.reader.advance(1);
            byte = self.reader.byte();
        }
        byte.ok_or(Unsupported).map(Some)
    }
}

impl<'de> MapAccess<'de> for Elements<'_, 'de> {
    type Error = Unsupported;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unsupported> {
        match self.next()? {
            None => Ok(None),
            Some(b'"') => seed.deserialize(&mut *self.reader).map(Some),
            Some(_) => Err(Unsupported),
        }
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<T::Value, Unsupported> {
        self.reader.expect_byte(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = Unsupported;

    /// Counts the elements of a list of numbers, which contains no other brackets and commas than its own.
    fn size_hint(&self) -> Option<usize> {
        let rest = self.reader.json.as_bytes().get(self.reader.position..)?;
        let is_list_of_numbers = self.close == b']' && matches!(rest.first()?, b'-' | b'0'..=b'9');
        if !is_list_of_numbers {
            return None;
        }
        let list = rest.get(..memchr::memchr(b']', rest)?)?;
        Some(memchr::memchr_iter(b',', list).count() + 1)
    }

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unsupported> {
        match self.next()? {
            None => Ok(None),
            // No value starts with a closing bracket, so a trailing comma is an error.
            Some(_) => seed.deserialize(&mut *self.reader).map(Some),
        }
    }
}

#[cfg(test)]
mod tests;
