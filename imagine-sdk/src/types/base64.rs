//! Files in base64.

use std::fmt;
use std::ops::Deref;

use base64_simd::STANDARD;
use bytes::Bytes;
use bytestring::ByteString;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use crate::json::{Lenient, share};

/// A file in base64, as a response contains it.
///
/// Large strings share the memory of the response's body. A `Base64` dereferences to [`str`].
///
/// ```
/// use imagine_sdk::inference::Base64;
///
/// let text = Base64::from("TWFuY2hlZ28=");
/// assert_eq!(text.to_bytes().unwrap(), b"Manchego");
/// assert_eq!(Base64::encode(b"Manchego"), text);
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Base64(ByteString);

impl Base64 {
    /// Encodes bytes, with padding.
    pub fn encode(bytes: impl AsRef<[u8]>) -> Self {
        Self::from(STANDARD.encode_to_string(bytes))
    }

    /// Returns the base64 string.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Decodes the string.
    ///
    /// Accepts both alphabets, with or without padding, with whitespace, and as a `data:` URL.
    ///
    /// # Errors
    ///
    /// Fails if the string is not valid base64.
    pub fn to_bytes(&self) -> Result<Vec<u8>, InvalidBase64> {
        STANDARD
            .decode_to_vec(self.as_str())
            .or_else(|_| decode_unusual(self).ok_or(InvalidBase64))
    }

    /// Decodes the string in place if its memory is not shared. Otherwise allocates, as
    /// [`to_bytes`](Self::to_bytes) does.
    ///
    /// # Errors
    ///
    /// Fails as [`to_bytes`](Self::to_bytes) does.
    pub fn into_bytes(self) -> Result<Bytes, InvalidBase64> {
        if STANDARD.check(self.as_bytes()).is_err() {
            return self.to_bytes().map(Bytes::from);
        }
        let mut buffer = match self.0.into_bytes().try_into_mut() {
            Ok(buffer) => buffer,
            Err(text) => return decoded(STANDARD.decode_to_vec(text)).map(Bytes::from),
        };
        let length = decoded(STANDARD.decode_inplace(&mut buffer))?.len();
        buffer.truncate(length);
        Ok(buffer.freeze())
    }
}

fn decoded<T>(decoded: Result<T, base64_simd::Error>) -> Result<T, InvalidBase64> {
    decoded.map_err(|_| InvalidBase64)
}

/// Decodes the forms that the fast decoder rejects.
#[cold]
fn decode_unusual(text: &str) -> Option<Vec<u8>> {
    let data = match data_of(text) {
        Some(data) => percent_encoding::percent_decode_str(data).collect(),
        None => text.as_bytes().to_vec(),
    };
    let standard = |byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        byte => byte,
    };
    let is_content = |byte: &u8| !byte.is_ascii_whitespace() && *byte != b'=';
    let packed: Vec<u8> = data.into_iter().filter(is_content).map(standard).collect();
    base64_simd::STANDARD_NO_PAD.decode_to_vec(packed).ok()
}

/// Returns the data of a `data:` URL. Schemes are case-insensitive.
pub(crate) fn data_of(url: &str) -> Option<&str> {
    let (scheme, rest) = url.trim_start().split_once(':')?;
    let (_, data) = rest.split_once(',')?;
    scheme.eq_ignore_ascii_case("data").then_some(data)
}

/// The error of a string that is not valid base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidBase64;

impl fmt::Display for InvalidBase64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text is not valid base64")
    }
}

impl std::error::Error for InvalidBase64 {}

impl Deref for Base64 {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

/// Formats the length and the start of the text.
impl fmt::Debug for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 32;
        match self.char_indices().nth(SHOWN) {
            Some((end, _)) => write!(f, "{:?}.. ({} bytes)", &self[..end], self.len()),
            None => write!(f, "{:?}", self.as_str()),
        }
    }
}

impl From<String> for Base64 {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Base64 {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<Base64> for String {
    fn from(text: Base64) -> Self {
        text.as_str().to_owned()
    }
}

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl Visitor<'_> for TextVisitor {
            type Value = Base64;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Base64, E> {
                Ok(Base64(share(text)))
            }
            fn visit_string<E: de::Error>(self, text: String) -> Result<Base64, E> {
                Ok(Base64::from(text))
            }
        }
        deserializer.deserialize_string(TextVisitor)
    }
}

impl<'de> Lenient<'de> for Base64 {
    fn read<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
        *self = Self::deserialize(deserializer)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// D20
    #[test]
    fn every_form_is_decoded() {
        for text in [
            "+/8=",
            "-_8",
            "+/8",
            "+/ 8=\n",
            "data:image/png;base64,+/8=",
            "DATA:image/png;base64,-_8",
            "data:image/png;base64,%2B%2F8%3D",
        ] {
            let text = Base64::from(text);
            assert_eq!(text.to_bytes().unwrap(), [0xFB, 0xFF], "{text:?}");
            assert_eq!(text.into_bytes().unwrap(), [0xFB, 0xFF][..]);
        }
        let text = Base64::from("+/8=*");
        assert_eq!(text.to_bytes(), Err(InvalidBase64));
        assert_eq!(text.into_bytes(), Err(InvalidBase64));
    }

    #[test]
    fn a_large_text_shares_the_memory_of_the_response() {
        let file = vec![7; 100_000];
        let body = Bytes::from(format!("[\"{}\"]", &*Base64::encode(&file)));
        let start = body.as_ptr();
        let [text]: [Base64; 1] = crate::json::from_bytes(&body).unwrap();
        assert_eq!(text.as_ptr(), start.wrapping_add(2));
        // The body still exists, so the bytes need their own memory.
        assert_eq!(text.clone().into_bytes().unwrap(), file);
        drop(body);
        let bytes = text.into_bytes().unwrap();
        assert_eq!(bytes, file);
        assert_eq!(bytes.as_ptr(), start.wrapping_add(2));
    }

    #[test]
    fn a_small_text_keeps_no_response_in_memory() {
        let body = Bytes::from(format!("[\"AAAA\", \"{}\"]", "A".repeat(10_000)));
        let texts: Vec<Base64> = crate::json::from_bytes(&body).unwrap();
        assert!(!body.as_ptr_range().contains(&texts[0].as_ptr()));
    }
}
