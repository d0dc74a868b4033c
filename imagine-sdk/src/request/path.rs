//! Path templates, and the only code that encodes a path.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

/// The characters that are encoded in a segment, as the URL standard lists them, and the separators.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'/')
    // A separator too, as browsers read URLs.
    .add(b'\\')
    .add(b'%');

/// The characters that are encoded in an argument that is part of a segment: all but the unreserved ones, so that the
/// argument cannot contain the separator after it.
const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns the URL of a template below a base.
pub(super) fn below(base: &Url, template: &str, arguments: &[(&str, String)]) -> Url {
    let mut url = base.clone();
    let mut path = String::with_capacity(base.path().len() + template.len() + 1);
    path.push_str(base.path().trim_end_matches('/'));
    expand(template, arguments, &mut path);
    url.set_path(&path);
    url
}

/// Returns the root URL of the host of `url`.
#[cfg(feature = "media")]
pub(crate) fn host_root(url: &Url) -> Url {
    let mut root = url.clone();
    root.set_path("/");
    root
}

/// Returns the URL with a trailing slash, so that relative references resolve below it.
#[cfg(feature = "media")]
pub(crate) fn with_trailing_slash(base: &Url) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().push("");
    }
    url
}

/// Appends a template in which each `{name}` is replaced by its encoded argument. A `{name}` without an argument stays,
/// encoded.
fn expand(template: &str, arguments: &[(&str, String)], path: &mut String) {
    for segment in template.trim_start_matches('/').split('/') {
        path.push('/');
        expand_segment(segment, arguments, path);
    }
}

fn expand_segment(segment: &str, arguments: &[(&str, String)], path: &mut String) {
    if let Some(value) = whole(segment).and_then(|name| argument(name, arguments)) {
        path.extend(utf8_percent_encode(value, SEGMENT));
        return;
    }
    let mut rest = segment;
    while let Some((before, (name, after))) = parameter(rest) {
        let Some(value) = argument(name, arguments) else {
            break;
        };
        path.extend(utf8_percent_encode(before, SEGMENT));
        path.extend(utf8_percent_encode(value, PART));
        rest = after;
    }
    path.extend(utf8_percent_encode(rest, SEGMENT));
}

/// Returns the name of the parameter that is a whole segment.
fn whole(segment: &str) -> Option<&str> {
    let name = segment.strip_prefix('{')?.strip_suffix('}')?;
    (!name.contains(['{', '}'])).then_some(name)
}

/// Returns the text before the first parameter, its name, and the text after it.
fn parameter(segment: &str) -> Option<(&str, (&str, &str))> {
    let (before, rest) = segment.split_once('{')?;
    Some((before, rest.split_once('}')?))
}

fn argument<'a>(name: &str, arguments: &'a [(&str, String)]) -> Option<&'a str> {
    let found = arguments.iter().find(|(argument, _)| *argument == name);
    found.map(|(_, value)| value.as_str())
}

/// Returns true if a value can be a path segment. An empty segment names the parent collection. Dot segments traverse
/// the path, even percent-encoded. URL parsers silently remove tabs and line breaks.
pub(crate) fn is_path_segment(value: &str) -> bool {
    !matches!(value, "" | "." | "..") && !value.contains(['\t', '\n', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(template: &str, values: [&str; 2]) -> String {
        let [one, other] = values.map(str::to_owned);
        let mut path = String::new();
        expand(template, &[("a", one), ("b", other)], &mut path);
        path
    }

    // P1
    #[test]
    fn parameters_are_filled_inside_segments() {
        assert_eq!(
            expanded("/files/{a}.json", ["x/y", ""]),
            "/files/x%2Fy.json"
        );
        assert_eq!(expanded("/{a},{b}", ["1,2", "3"]), "/1%2C2,3");
        assert_eq!(expanded("/v{a}/x", ["2", ""]), "/v2/x");
        assert_eq!(
            expanded("/pv/{a}:download", ["a:b", ""]),
            "/pv/a%3Ab:download"
        );
        assert_eq!(expanded("/{a}.{b}", ["é", "png"]), "/%C3%A9.png");
    }

    // P2
    #[test]
    fn a_trailing_slash_is_kept() {
        assert_eq!(expanded("/things/", ["", ""]), "/things/");
        assert_eq!(expanded("things/{a}/", ["x", ""]), "/things/x/");
    }

    #[test]
    fn the_rest_of_a_template_is_encoded() {
        assert_eq!(expanded("/a b/ü?x#y", ["", ""]), "/a%20b/%C3%BC%3Fx%23y");
        assert_eq!(expanded("/{c}/{a}", ["x", ""]), "/%7Bc%7D/x");
        assert_eq!(expanded("/x{c}y{a}", ["x", ""]), "/x%7Bc%7Dy%7Ba%7D");
    }

    #[test]
    fn values_that_change_the_path_are_not_segments() {
        let others = ["", ".", "..", "a\nb", "\n", ".\n.", "\t..", "a\r"];
        assert!(others.iter().all(|value| !is_path_segment(value)));
        assert!(is_path_segment("../x?y"));
    }
}
