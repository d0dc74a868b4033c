//! Excerpts of bodies for error messages: one line each, of limited length.

/// The number of characters after which an error truncates a string.
pub(super) const MAX_CHARS: usize = 300;

/// The end of a truncated string.
pub(super) const ELLIPSIS: char = '…';

/// Returns one line of at most [`MAX_CHARS`] characters.
pub(crate) fn shorten(string: String) -> String {
    let is_plain = |character| !breaks_line(character);
    if string.len() <= MAX_CHARS && string.chars().all(is_plain) {
        return string;
    }
    let mut characters = string
        .chars()
        .map(|character| if is_plain(character) { character } else { ' ' });
    let mut short: String = characters.by_ref().take(MAX_CHARS).collect();
    if characters.next().is_some() {
        short.push(ELLIPSIS);
    }
    short
}

/// Returns true if a character ends a line, or changes the direction of the text after it.
fn breaks_line(character: char) -> bool {
    let is_separator = matches!(character, '\u{2028}' | '\u{2029}');
    let is_direction = matches!(character, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    character.is_control() || is_separator || is_direction
}

/// Returns the text of a body that is not JSON, with folded white space. `None` for a body without text.
pub(super) fn of_text(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let text = match text.trim_start().starts_with('<') {
        true => without_markup(&text),
        false => text.into_owned(),
    };
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!folded.is_empty()).then(|| shorten(folded))
}

/// Returns the text of HTML or XML, without comments, scripts and styles.
fn without_markup(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        rest = after_tag(tag);
    }
    text.push_str(rest);
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ];
    let decode = |text: String, (entity, character)| text.replace(entity, character);
    entities.into_iter().fold(text, decode)
}

/// Returns the markup after a tag, of which `tag` starts with the name.
fn after_tag(tag: &str) -> &str {
    let after = |end: &str| tag.split_once(end).map_or("", |(_, rest)| rest);
    if tag.starts_with("!--") {
        return after("-->");
    }
    for name in ["script", "style"] {
        let is_named = tag.get(..name.len());
        if is_named.is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            let lower = tag.to_ascii_lowercase();
            let end = lower.find(&format!("</{name}"));
            let end = end.and_then(|at| tag.get(at..)).unwrap_or_default();
            return end.split_once('>').map_or("", |(_, rest)| rest);
        }
    }
    after(">")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortens_to_one_line_in_one_direction() {
        assert_eq!(shorten("plain".to_owned()), "plain");
        assert_eq!(shorten("a\nb\u{2028}c\u{202E}d".to_owned()), "a b c d");
        let long = shorten("é".repeat(MAX_CHARS + 1));
        assert_eq!(long.chars().count(), MAX_CHARS + 1);
        assert!(long.ends_with(ELLIPSIS));
        assert_eq!(shorten("é".repeat(MAX_CHARS)), "é".repeat(MAX_CHARS));
    }

    #[test]
    fn extracts_the_text_of_pages() {
        let style = "<style>.a{b:c}</style>".repeat(300);
        let pages = [
            (format!("<html>{style}<body>Down</body></html>"), "Down"),
            (
                "<title>502 Bad\nGateway</title>".to_owned(),
                "502 Bad Gateway",
            ),
            (
                "<!-- [if IE]> <p>no</p> --><SCRIPT>if (1<2) {}</SCRIPT ><p>yes".to_owned(),
                "yes",
            ),
            (
                "<p>Can&#39;t &lt;do&gt; &amp;amp; fail</p>".to_owned(),
                "Can't <do> &amp; fail",
            ),
            ("<script>never closed".to_owned(), ""),
            ("<unfinished".to_owned(), ""),
            (
                "limit of 5 < 6 reached".to_owned(),
                "limit of 5 < 6 reached",
            ),
            (" \n".to_owned(), ""),
        ];
        for (page, text) in pages {
            assert_eq!(of_text(page.as_bytes()).unwrap_or_default(), text, "{page}");
        }
    }
}
