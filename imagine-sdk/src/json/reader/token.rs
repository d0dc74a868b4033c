//! Values as the text of the document.

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, MapAccess};

use super::Error;

/// A text, which `serde_json` and the types that keep texts represent as an object with one field of this name.
pub(super) struct Token<'de> {
    name: &'static str,
    text: Option<&'de str>,
    is_named: bool,
}

impl<'de> Token<'de> {
    pub(super) fn new(name: &'static str, text: &'de str) -> Self {
        Self {
            name,
            text: Some(text),
            is_named: false,
        }
    }
}

impl<'de> MapAccess<'de> for Token<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        if std::mem::replace(&mut self.is_named, true) {
            return Ok(None);
        }
        let name: BorrowedStrDeserializer<'de, Error> = BorrowedStrDeserializer::new(self.name);
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let text = self.text.take().ok_or_else(Error::syntax)?;
        seed.deserialize(BorrowedStrDeserializer::new(text))
    }
}
