//! Halves of characters: a server that cuts a text between tokens may escape one of the two surrogates of a
//! character and not the other. JSON allows it and Rust's strings do not.

/// The escape of U+FFFD, which is as long as what it replaces.
const REPLACEMENT: &[u8; 6] = br"\ufffd";

/// The JSON with U+FFFD for every surrogate that is escaped without its other half. Nothing if there is none.
pub(super) fn replaced(json: &[u8]) -> Option<Vec<u8>> {
    let mut repaired = Vec::new();
    let mut rest = json;
    while let Some(place) = memchr::memchr(b'\\', rest) {
        let (before, escape) = rest.split_at(place);
        let (length, is_lone) = measure(escape);
        let (escape, after) = escape.split_at(length.min(escape.len()));
        repaired.extend_from_slice(before);
        repaired.extend_from_slice(if is_lone { REPLACEMENT } else { escape });
        rest = after;
    }
    repaired.extend_from_slice(rest);
    (repaired != json).then_some(repaired)
}

/// How long an escape is, with both halves of a character, and whether it is a half alone.
fn measure(escape: &[u8]) -> (usize, bool) {
    match unit(escape) {
        None => (2, false),
        Some(0xD800..=0xDBFF) => match escape.get(6..).and_then(unit) {
            Some(0xDC00..=0xDFFF) => (12, false),
            _ => (6, true),
        },
        Some(0xDC00..=0xDFFF) => (6, true),
        Some(_) => (6, false),
    }
}

/// What an escape of four digits stands for.
fn unit(escape: &[u8]) -> Option<u16> {
    let digits = escape.strip_prefix(br"\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits).ok()?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str) -> String {
        let json = replaced(json.as_bytes()).unwrap_or_else(|| json.as_bytes().to_owned());
        serde_json::from_slice(&json).unwrap()
    }

    #[test]
    fn halves_are_replaced_and_characters_are_kept() {
        let texts = [
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
        for (json, expected) in texts {
            assert_eq!(text(json), expected, "{json}");
        }
    }

    #[test]
    fn what_has_no_halves_is_left_alone() {
        for json in ["", "{}", r#""\u00e9""#, r#""\u+12f""#, r#""\ud8"#, "\\"] {
            assert_eq!(replaced(json.as_bytes()), None, "{json}");
        }
    }
}
