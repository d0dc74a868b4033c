//! Texts between quotes.

use super::Reader;

impl<'de> Reader<'de> {
    /// Reads a text that has no escapes. None, and nothing is read, if it has some, or is none.
    #[inline(never)]
    pub(super) fn plain_text(&mut self) -> Option<&'de str> {
        if self.byte() != Some(b'"') {
            return None;
        }
        let start = self.place + 1;
        let length = plain(self.json.as_bytes().get(start..)?);
        let text = self.json.get(start..start + length)?;
        if self.json.as_bytes().get(start + length) != Some(&b'"') {
            return None;
        }
        self.pass(length + 2);
        Some(text)
    }

    /// Reads a text with escapes.
    pub(super) fn escaped_text(&mut self) -> Option<String> {
        let mut text = String::new();
        let rest = self.json.get(self.place..)?.strip_prefix('"')?;
        let rest = unescape(rest, &mut text)?;
        self.pass(self.json.len() - rest.len() - self.place);
        Some(text)
    }
}

/// Adds what follows, up to a quote, and gives back what stands after that.
fn unescape<'a>(mut json: &'a str, whole: &mut String) -> Option<&'a str> {
    loop {
        let length = plain(json.as_bytes());
        let (text, rest) = json.split_at_checked(length)?;
        whole.push_str(text);
        json = match rest.strip_prefix('\\') {
            Some(escape) => character(escape, whole)?,
            None => return rest.strip_prefix('"'),
        };
    }
}

/// Adds the character that is escaped, and gives back what stands after it.
fn character<'a>(escape: &'a str, whole: &mut String) -> Option<&'a str> {
    let (kind, rest) = escape.split_at_checked(1)?;
    let (character, rest) = match kind {
        "\"" | "\\" | "/" => (kind.chars().next()?, rest),
        "b" => ('\u{8}', rest),
        "f" => ('\u{c}', rest),
        "n" => ('\n', rest),
        "r" => ('\r', rest),
        "t" => ('\t', rest),
        "u" => unicode(rest)?,
        _ => return None,
    };
    whole.push(character);
    Some(rest)
}

/// The character of four digits, or of twice four that are halves of it.
fn unicode(digits: &str) -> Option<(char, &str)> {
    let (first, rest) = unit(digits)?;
    if let Some(character) = char::from_u32(first.into()) {
        return Some((character, rest));
    }
    let (second, rest) = unit(rest.strip_prefix("\\u")?)?;
    let mut both = char::decode_utf16([first, second]);
    let character = both.next()?.ok()?;
    both.next().is_none().then_some((character, rest))
}

fn unit(digits: &str) -> Option<(u16, &str)> {
    let (digits, rest) = digits.split_at_checked(4)?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let value = u16::from_str_radix(digits, 16).ok()?;
    is_hex.then_some((value, rest))
}

/// How many bytes there are up to a quote, a backslash or a control character, or to the end.
fn plain(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((word, after)) = rest.split_first_chunk() {
        if let Some(place) = special(u64::from_le_bytes(*word)) {
            return bytes.len() - rest.len() + place;
        }
        rest = after;
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..b' ');
    let place = rest.iter().position(is_special);
    bytes.len() - rest.len() + place.unwrap_or(rest.len())
}

/// The place of the first of eight bytes that is a quote, a backslash or a control character.
///
/// Each of the three tests sets the highest bit of the bytes that it looks for. A borrow can set that of a byte
/// after one that was found, but of none before it, and the first is all that counts.
fn special(word: u64) -> Option<usize> {
    const ONES: u64 = u64::MAX / 0xFF;
    let below = |limit: u8, word: u64| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let is = |byte: u8| below(1, word ^ (ONES * u64::from(byte)));
    let found = (is(b'"') | is(b'\\') | below(b' ', word)) & (ONES << 7);
    (found != 0).then(|| found.trailing_zeros() as usize / 8)
}
