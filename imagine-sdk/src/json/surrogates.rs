//! Lone surrogates. A server that splits a string between tokens may escape only one of the two surrogates of a
//! character. JSON allows lone surrogates, Rust strings do not.

/// The escape of U+FFFD. It has the length of the escape it replaces.
const REPLACEMENT: &[u8; 6] = br"\ufffd";

/// Replaces every lone surrogate with U+FFFD. Returns `None` without one.
pub(super) fn replace_lone_surrogates(json: &[u8]) -> Option<Vec<u8>> {
    let mut repaired = Vec::new();
    let mut rest = json;
    while let Some(position) = memchr::memchr(b'\\', rest) {
        let (before, escape) = rest.split_at(position);
        let (length, is_lone) = escape_length(escape);
        let (escape, after) = escape.split_at(length.min(escape.len()));
        repaired.extend_from_slice(before);
        repaired.extend_from_slice(if is_lone { REPLACEMENT } else { escape });
        rest = after;
    }
    repaired.extend_from_slice(rest);
    (repaired != json).then_some(repaired)
}

/// Returns the length of an escape, with both surrogates of a pair, and true for a lone surrogate.
fn escape_length(escape: &[u8]) -> (usize, bool) {
    match code_unit(escape) {
        None => (2, false),
        Some(0xD800..=0xDBFF) => match escape.get(6..).and_then(code_unit) {
            Some(0xDC00..=0xDFFF) => (12, false),
            _ => (6, true),
        },
        Some(0xDC00..=0xDFFF) => (6, true),
        Some(_) => (6, false),
    }
}

/// Returns the UTF-16 code unit of a `\u` escape.
fn code_unit(escape: &[u8]) -> Option<u16> {
    let digits = escape.strip_prefix(br"\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits).ok()?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(json: &str) -> String {
        let json =
            replace_lone_surrogates(json.as_bytes()).unwrap_or_else(|| json.as_bytes().to_owned());
        serde_json::from_slice(&json).unwrap()
    }

    #[test]
    fn lone_surrogates_are_replaced_and_pairs_are_kept() {
        let cases = [
            (r#""\ud83d""#, "\u{FFFD}"),
            (r#""\ude00!""#, "\u{FFFD}!"),
            (r#""a\ud83db""#, "a\u{FFFD}b"),
            (r#""\ud83d\ud83d\ude00""#, "\u{FFFD}\u{1F600}"),
            (r#""\ud83d\n\ude00""#, "\u{FFFD}\n\u{FFFD}"),
            (r#""\uD83D\u00e9""#, "\u{FFFD}\u{e9}"),
            (r#""\ud83d\ude00""#, "\u{1F600}"),
            (r#""\\ud83d""#, r"\ud83d"),
            (r#""\\\ud83d""#, "\\\u{FFFD}"),
        ];
        for (json, expected) in cases {
            assert_eq!(decode(json), expected, "{json}");
        }
    }

    #[test]
    fn json_without_lone_surrogates_is_unchanged() {
        for json in ["", "{}", r#""\u00e9""#, r#""\u+12f""#, r#""\ud8"#, "\\"] {
            assert_eq!(replace_lone_surrogates(json.as_bytes()), None, "{json}");
        }
    }
}
