//! The elements of objects and arrays.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::error::Step;
use super::key::Key;
use super::{Error, Reader, after, after_byte, string};
use crate::json::unfit;

/// The elements of an object or an array.
pub(super) struct Elements<'a, 'de> {
    reader: &'a mut Reader<'de>,
    close: u8,
    /// The depth of the elements.
    depth: u8,
    /// The number of elements that were started.
    count: usize,
    /// The document from the last key on.
    key: &'de str,
}

impl<'a, 'de> Elements<'a, 'de> {
    pub(super) fn new(reader: &'a mut Reader<'de>, close: u8) -> Self {
        Self {
            depth: reader.depth,
            reader,
            close,
            count: 0,
            key: "",
        }
    }

    /// Returns the first byte of the next element, or `None` at the end.
    fn next(&mut self) -> Result<Option<u8>, Error> {
        let mut byte = self.reader.byte();
        if byte == Some(self.close) {
            return Ok(None);
        }
        if self.count > 0 {
            if byte != Some(b',') {
                return Err(Error::syntax());
            }
            self.reader.advance(1);
            byte = self.reader.byte();
        }
        self.count += 1;
        byte.ok_or_else(Error::syntax).map(Some)
    }

    /// Reads the next key and the colon after it, if the key has no escapes. `None` at the end and for other keys.
    fn next_plain_key(&mut self) -> Option<&'de str> {
        let mut key = self.reader.rest;
        if self.count > 0 {
            key = after_byte(key, b',')?;
        }
        let (text, rest) = string::split_plain(key)?;
        self.reader.rest = after_byte(after(rest, 0), b':')?;
        self.key = key;
        self.count += 1;
        Some(text)
    }

    /// Reads the next key and the colon after it. `None` at the end.
    #[cold]
    fn next_key(&mut self) -> Result<Option<Cow<'de, str>>, Error> {
        if self.next()?.is_none() {
            return Ok(None);
        }
        self.key = self.reader.rest;
        let key = self.reader.string()?;
        self.reader.expect_byte(b':')?;
        Ok(Some(key))
    }

    /// Locates the error of a field, and hands over its value, with which `value` starts.
    #[cold]
    #[inline(never)]
    fn fail_field(&mut self, error: Error, value: &'de str) -> Error {
        let mut error = self.reader.locate(error);
        let reader = &mut *self.reader;
        reader.rest = self.key;
        let name = reader.string().unwrap_or_default().into_owned();
        error.push(Step::Field(name));
        (reader.rest, reader.depth) = (value, self.depth);
        if reader.keeps_unfit {
            match reader.raw() {
                Ok(text) => unfit::hand_over(text),
                // The text of a value within must not be taken for this one.
                Err(_) => drop(unfit::take()),
            }
        }
        error
    }

    /// Locates the error of an item.
    #[cold]
    #[inline(never)]
    fn fail_item(&self, error: Error) -> Error {
        let mut error = self.reader.locate(error);
        error.push(Step::Item(self.count - 1));
        error
    }
}

impl<'de> MapAccess<'de> for Elements<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let key = match self.next_plain_key() {
            Some(key) => Cow::Borrowed(key),
            None => match self.next_key()? {
                Some(key) => key,
                None => return Ok(None),
            },
        };
        seed.deserialize(Key(key)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let start = self.reader.rest;
        match seed.deserialize(&mut *self.reader) {
            Ok(value) => Ok(value),
            Err(error) => Err(self.fail_field(error, start)),
        }
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = Error;

    /// Counts the elements of a list of numbers, which contains no other brackets and commas than its own.
    fn size_hint(&self) -> Option<usize> {
        let rest = self.reader.rest.as_bytes();
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
    ) -> Result<Option<T::Value>, Error> {
        // No value starts with a closing bracket, so a trailing comma is an error.
        if self.next()?.is_none() {
            return Ok(None);
        }
        match seed.deserialize(&mut *self.reader) {
            Ok(value) => {
                self.count += std::mem::take(&mut self.reader.more_items);
                Ok(Some(value))
            }
            Err(error) => Err(self.fail_item(error)),
        }
    }
}
