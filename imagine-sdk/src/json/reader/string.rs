//! Parsing of strings.

use super::{Reader, after};

impl<'de> Reader<'de> {
    /// Reads a string without escapes. Reads nothing and returns `None` for every other token.
    pub(super) fn unescaped_string(&mut self) -> Option<&'de str> {
        let (text, rest) = split_plain(self.rest)?;
        self.rest = after(rest, 0);
        Some(text)
    }

    /// Reads a string with escapes.
    pub(super) fn escaped_string(&mut self) -> Option<String> {
        let mut text = String::new();
        self.rest = unescape(self.rest.strip_prefix('"')?, &mut text)?;
        self.advance(0);
        Some(text)
    }
}

/// Returns the content of the string without escapes at the start, and the rest after its closing quote. `None` for
/// every other token.
#[inline]
pub(super) fn split_plain(json: &str) -> Option<(&str, &str)> {
    let content = json.strip_prefix('"')?;
    let (text, rest) = content.split_at_checked(plain_length(content.as_bytes()))?;
    Some((text, rest.strip_prefix('"')?))
}

/// Appends everything up to the closing quote and returns the rest after it.
fn unescape<'a>(mut json: &'a str, output: &mut String) -> Option<&'a str> {
    loop {
        let length = plain_length(json.as_bytes());
        let (text, rest) = json.split_at_checked(length)?;
        output.push_str(text);
        json = match rest.strip_prefix('\\') {
            Some(escape) => escaped_character(escape, output)?,
            None => return rest.strip_prefix('"'),
        };
    }
}

/// Appends the escaped character and returns the rest after it.
fn escaped_character<'a>(escape: &'a str, output: &mut String) -> Option<&'a str> {
    let (kind, rest) = escape.split_at_checked(1)?;
    let (character, rest) = match kind {
        "\"" | "\\" | "/" => (kind.chars().next()?, rest),
        "b" => ('\u{8}', rest),
        "f" => ('\u{c}', rest),
        "n" => ('\n', rest),
        "r" => ('\r', rest),
        "t" => ('\t', rest),
        "u" => unicode_escape(rest)?,
        _ => return None,
    };
    output.push(character);
    Some(rest)
}

/// Decodes four hexadecimal digits, or two escapes that form a surrogate pair.
///
/// A server that splits a string between tokens may escape only one of the two surrogates of a character. JSON allows
/// lone surrogates, Rust strings do not: they become U+FFFD.
fn unicode_escape(digits: &str) -> Option<(char, &str)> {
    let (first, rest) = code_unit(digits)?;
    if let Some(character) = char::from_u32(first.into()) {
        return Some((character, rest));
    }
    let pair = rest.strip_prefix("\\u").and_then(code_unit);
    let pair = pair.and_then(|(second, rest)| {
        let mut characters = char::decode_utf16([first, second]);
        Some((characters.next()?.ok()?, rest))
    });
    Some(pair.unwrap_or((char::REPLACEMENT_CHARACTER, rest)))
}

fn code_unit(digits: &str) -> Option<(u16, &str)> {
    let (digits, rest) = digits.split_at_checked(4)?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let value = u16::from_str_radix(digits, 16).ok()?;
    is_hex.then_some((value, rest))
}

/// Returns the number of bytes before a quote, a backslash or a control character.
fn plain_length(bytes: &[u8]) -> usize {
    match bytes.split_at_checked(SHORT) {
        Some((start, rest)) => match plain_words(start) {
            SHORT => SHORT + plain_blocks(rest),
            length => length,
        },
        None => plain_words(bytes),
    }
}

/// The number of bytes of a string that are read in words, because most strings are short.
const SHORT: usize = 128;

/// The number of bytes of a long string that are checked at a time. The compiler uses vectors for such a loop.
const BLOCK: usize = 256;

/// Does what [`plain_length`] does, faster for long strings.
fn plain_blocks(bytes: &[u8]) -> usize {
    let is_special = |byte: &u8| (*byte == b'"') | (*byte == b'\\') | (*byte < b' ');
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    let is_plain =
        |block: &&[u8; BLOCK]| !block.iter().fold(false, |any, byte| any | is_special(byte));
    let length = blocks.iter().take_while(is_plain).count() * BLOCK;
    length + bytes.get(length..).map_or(0, plain_words)
}

/// Does what [`plain_length`] does, faster for short strings.
fn plain_words(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((word, after)) = rest.split_first_chunk() {
        if let Some(index) = first_special(u64::from_le_bytes(*word)) {
            return bytes.len() - rest.len() + index;
        }
        rest = after;
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..b' ');
    let index = rest.iter().position(is_special);
    bytes.len() - rest.len() + index.unwrap_or(rest.len())
}

/// Returns the index of the first quote, backslash or control character in eight bytes.
///
/// Each of the two tests sets the highest bit of the bytes it detects. A borrow can also set the highest bit of a byte
/// after a detected one, but never before it. Only the first detected byte counts.
fn first_special(word: u64) -> Option<usize> {
    const ONES: u64 = u64::MAX / 0xFF;
    let below = |limit: u8, word: u64| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    // With the second bit inverted, the quote follows the control characters.
    let low = below(b' ' + 1, word ^ (ONES * u64::from(b'"' ^ b' ')));
    let backslash = below(1, word ^ (ONES * u64::from(b'\\')));
    let found = (low | backslash) & (ONES << 7);
    (found != 0).then(|| found.trailing_zeros() as usize / 8)
}
