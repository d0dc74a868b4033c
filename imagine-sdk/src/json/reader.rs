//! The JSON reader of all responses. It reads in place, and locates failures.
//!
//! Decoding JSON dominates the cost of a stream event. This reader takes about two thirds of the time of `serde_json`,
//! and each type is compiled for one deserializer only. Every value that it returns equals the value that `serde_json`
//! returns, with two exceptions: lone surrogates become U+FFFD, and `serde_json` rounds the 32-bit numbers of lenient
//! fields twice, through `f64`, where this reader rounds them once.

mod elements;
mod error;
mod key;
mod number;
mod string;
mod token;

use std::borrow::Cow;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use self::elements::Elements;
pub(super) use self::error::Error;
use self::number::Number;
use self::token::Token;
use super::scalar::{SINGLE, SINGLES};
use super::unknown::RAW;
use super::{Lenient, unfit};
use crate::json;

/// The maximum nesting depth of values, which is that of `serde_json`. Texts of values have no limit.
pub(super) const DEPTH: u8 = 127;

/// The number of items of a list that are read at once.
const RUN: usize = 64;

/// Decodes a complete document.
///
/// # Errors
///
/// Fails if the document is invalid or does not fit.
#[inline]
pub(super) fn read<'de, T: Deserialize<'de>>(json: &'de str) -> Result<T, Error> {
    Reader::new(json).document(|reader| T::deserialize(reader))
}

/// Decodes a complete document into a value that equals its `Default`.
///
/// # Errors
///
/// Fails as [`read`] does. The value is then unspecified.
#[inline]
pub(super) fn read_into<'de, T: Lenient<'de>>(json: &'de str, value: &mut T) -> Result<(), Error> {
    Reader::new(json).document(|reader| value.read(reader))
}

/// Decodes a complete document, and leaves those fields unset whose values do not fit.
///
/// # Errors
///
/// Fails if the document is invalid, or if a required value is missing then.
#[cold]
pub(super) fn read_fitting<'de, T: Deserialize<'de>>(json: &'de str) -> Result<T, Error> {
    let mut reader = Reader::new(json);
    reader.keeps_unfit = true;
    let value = reader.document(|reader| T::deserialize(reader));
    unfit::take();
    value
}

/// A document, and the rest of it from the next token on.
struct Reader<'de> {
    json: &'de str,
    rest: &'de str,
    depth: u8,
    /// Values that do not fit are handed over to fields that can keep them.
    keeps_unfit: bool,
    /// The number of items that were read at once, after the first.
    more_items: usize,
}

impl<'de> Reader<'de> {
    fn new(json: &'de str) -> Self {
        let mut reader = Self {
            json,
            rest: json,
            depth: 0,
            keeps_unfit: false,
            more_items: 0,
        };
        reader.advance(0);
        reader
    }

    /// Reads a value that is the whole document.
    #[inline]
    fn document<T>(mut self, read: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        let value = read(&mut self).and_then(|value| match self.byte() {
            None => Ok(value),
            Some(_) => Err(Error::syntax()),
        });
        value.map_err(|error| self.locate(error))
    }

    /// Adds the position to an error.
    #[cold]
    fn locate(&self, mut error: Error) -> Error {
        error.set_position(self.json.len() - self.rest.len());
        error
    }

    /// Returns the first byte of the next token.
    fn byte(&self) -> Option<u8> {
        self.rest.as_bytes().first().copied()
    }

    /// Skips a token of this length and the white space after it.
    fn advance(&mut self, length: usize) {
        self.rest = after(self.rest, length);
    }

    /// Skips this byte.
    fn expect_byte(&mut self, byte: u8) -> Result<(), Error> {
        self.rest = after_byte(self.rest, byte).ok_or_else(Error::syntax)?;
        Ok(())
    }

    /// Skips a literal.
    fn expect_literal(&mut self, literal: &str) -> Result<(), Error> {
        if !self.rest.starts_with(literal) {
            return Err(Error::syntax());
        }
        self.advance(literal.len());
        Ok(())
    }

    /// Reads the elements between two brackets, one level deeper.
    fn nested<T>(
        &mut self,
        [open, close]: [u8; 2],
        read: impl FnOnce(Elements<'_, 'de>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.expect_byte(open)?;
        if self.depth == DEPTH {
            return Err(Error::too_deep());
        }
        self.depth += 1;
        let value = read(Elements::new(self, close))?;
        self.depth -= 1;
        if self.byte() != Some(close) {
            return Err(Error::too_many());
        }
        self.advance(1);
        Ok(value)
    }

    /// Skips a value, and returns its text.
    fn raw(&mut self) -> Result<&'de str, Error> {
        let (start, depth) = (self.rest, self.depth);
        if let Err(error) = self.deserialize_any(IgnoredAny) {
            if !error.is_limit() {
                return Err(error);
            }
            (self.rest, self.depth) = (start, depth);
            return self.unlimited_raw();
        }
        let raw = start.get(..start.len() - self.rest.len());
        Ok(raw.ok_or_else(Error::syntax)?.trim_ascii_end())
    }

    /// Does what [`raw`](Self::raw) does, at every depth and with all numbers.
    #[cold]
    fn unlimited_raw(&mut self) -> Result<&'de str, Error> {
        let mut values = serde_json::Deserializer::from_str(self.rest).into_iter();
        let Some(Ok(IgnoredAny)) = values.next() else {
            return Err(Error::syntax());
        };
        let raw = self.rest.get(..values.byte_offset());
        let raw = raw.ok_or_else(Error::syntax)?;
        self.advance(raw.len());
        Ok(raw)
    }

    /// Reads a string.
    fn string(&mut self) -> Result<Cow<'de, str>, Error> {
        match self.unescaped_string() {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => match self.escaped_string() {
                Some(text) => Ok(Cow::Owned(text)),
                None => Err(Error::syntax()),
            },
        }
    }

    /// Returns the error for a value of another type.
    #[cold]
    fn unexpected(&mut self, expected: &dyn de::Expected) -> Error {
        let start = self.rest;
        if self.raw().is_err() {
            self.rest = start;
        }
        de::Error::invalid_type(de::Unexpected::Other("a value"), expected)
    }

    /// Reads a value for a field that has 32 bits.
    fn single<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        match number::parse_f32(self.rest) {
            Some((value, length)) => {
                self.advance(length);
                visitor.visit_f32(value)
            }
            None => self.deserialize_any(visitor),
        }
    }

    /// Reads the next items of a list of fields that have 32 bits.
    fn singles<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        let mut run = [[0; 4]; RUN];
        let (count, length) = number::parse_run(self.rest.as_bytes(), &mut run);
        if count == 0 {
            return visitor.visit_newtype_struct(self);
        }
        self.advance(length);
        self.more_items = count - 1;
        visitor.visit_bytes(run.get(..count).ok_or_else(Error::syntax)?.as_flattened())
    }

    /// Reads a number.
    fn next_number(&mut self) -> Result<Number<'de>, Error> {
        match number::parse(self.rest) {
            Some((number, length)) => {
                self.advance(length);
                Ok(number)
            }
            None => self.rare_number(),
        }
    }

    /// Reads a number for a type of number, which never keeps its digits.
    fn typed_number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        match self.next_number()? {
            Number::Positive(value) => visitor.visit_u64(value),
            Number::Negative(value) => visitor.visit_i64(value),
            Number::Fraction(value) => visitor.visit_f64(value),
            Number::Digits(text) => match text.parse::<f64>() {
                Ok(value) if value.is_finite() => visitor.visit_f64(value),
                _ => Err(Error::out_of_range()),
            },
        }
    }

    /// Reads a number for a type of any value.
    fn number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        match self.next_number()? {
            Number::Positive(value) => visitor.visit_u64(value),
            Number::Negative(value) => visitor.visit_i64(value),
            Number::Fraction(value) => visitor.visit_f64(value),
            Number::Digits(text) => visitor.visit_map(Token::new(number::DIGITS, text)),
        }
    }

    /// Reads a number as `serde_json` represents it.
    #[cold]
    fn rare_number(&mut self) -> Result<Number<'de>, Error> {
        let text = self.number_text();
        match number::parse_rare(text) {
            Some(number) => {
                self.advance(text.len());
                Ok(number)
            }
            None if json::is_complete(text.as_bytes()) => Err(Error::out_of_range()),
            None => Err(Error::syntax()),
        }
    }

    /// Returns the text of a number.
    fn number_text(&self) -> &'de str {
        let is_part = |next: char| next.is_ascii_digit() || "+-.eE".contains(next);
        let end = self.rest.find(|next| !is_part(next));
        end.and_then(|end| self.rest.get(..end))
            .unwrap_or(self.rest)
    }
}

/// Returns the rest of a document after a token of this length and the white space after it.
#[inline]
fn after(rest: &str, mut length: usize) -> &str {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = rest.as_bytes().get(length) {
        length += 1;
    }
    rest.get(length..).unwrap_or_default()
}

/// Returns the rest of a document after this byte and white space. `None` if it starts with another byte.
#[inline]
fn after_byte(rest: &str, byte: u8) -> Option<&str> {
    (rest.as_bytes().first() == Some(&byte)).then(|| after(rest, 1))
}

/// Reads a number. The code for any value would be compiled for each type of number.
macro_rules! numbers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.byte() {
                Some(b'-' | b'0'..=b'9') => self.typed_number(visitor),
                _ => Err(self.unexpected(&visitor)),
            }
        }
    )*};
}

/// Reads an integer of 128 bits.
macro_rules! wide_integers {
    ($($method:ident => $visit:ident),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let text = self.number_text();
            match serde_json::from_str(text) {
                Ok(value) => {
                    self.advance(text.len());
                    visitor.$visit(value)
                }
                Err(_) => self.deserialize_f64(visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
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
            _ => Err(Error::syntax()),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.unescaped_string() {
            Some(text) => visitor.visit_borrowed_str(text),
            None if self.byte() != Some(b'"') => Err(self.unexpected(&visitor)),
            None => match self.escaped_string() {
                Some(text) => visitor.visit_string(text),
                None => Err(Error::syntax()),
            },
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.byte() != Some(b'{') {
            return Err(self.unexpected(&visitor));
        }
        self.nested(*b"{}", |elements| visitor.visit_map(elements))
    }

    /// Reads a string too, because some lists are sent as base64.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.byte() {
            Some(b'[') => self.nested(*b"[]", |elements| visitor.visit_seq(elements)),
            _ => self.deserialize_str(visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.byte() {
            Some(b'[') => self.deserialize_seq(visitor),
            _ => self.deserialize_map(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.raw()?;
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
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
    ) -> Result<V::Value, Error> {
        if name == RAW {
            return visitor.visit_map(Token::new(RAW, self.raw()?));
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
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.byte() {
            Some(b'"') => visitor.visit_enum(self.string()?.into_deserializer()),
            Some(b'{') => self.nested(*b"{}", |elements| {
                visitor.visit_enum(MapAccessDeserializer::new(elements))
            }),
            _ => Err(self.unexpected(&visitor)),
        }
    }

    wide_integers! {
        deserialize_i128 => visit_i128,
        deserialize_u128 => visit_u128
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f64
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match number::parse_f32(self.rest) {
            Some((value, length)) => {
                self.advance(length);
                visitor.visit_f32(value)
            }
            None => self.deserialize_f64(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool bytes byte_buf unit unit_struct
    }
}

#[cfg(test)]
mod tests;
