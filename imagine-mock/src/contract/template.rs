//! Matches paths with templates such as `/voices/{voice_id}` and `/files/{id}.json`.

use percent_encoding::percent_decode_str;

/// Returns the decoded arguments of a path, or `None` if the path does not match the template.
pub(crate) fn match_path(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let mut arguments = Vec::new();
    let mut segments = path.split('/');
    for expected in template.split('/') {
        match_segment(expected, segments.next()?, &mut arguments)?;
    }
    segments.next().is_none().then_some(arguments)
}

/// Returns a key that sorts concrete paths before templated ones, segment by segment.
pub(super) fn order(template: &str) -> Vec<bool> {
    let segments = template.split('/');
    segments.map(|segment| segment.contains('{')).collect()
}

/// Matches a segment, whose parameters are separated by other text. A parameter is as long as possible.
fn match_segment(
    template: &str,
    segment: &str,
    arguments: &mut Vec<(String, String)>,
) -> Option<()> {
    let Some((before, (name, after))) = parameter(template) else {
        return (decode(segment) == template).then_some(());
    };
    let rest = segment.strip_prefix(before)?;
    let literal = after.split('{').next().unwrap_or_default();
    let end = match after {
        "" => rest.len(),
        _ => rest.rfind(literal)?,
    };
    let (value, rest) = rest.split_at_checked(end)?;
    if value.is_empty() {
        return None;
    }
    arguments.push((name.to_owned(), decode(value)));
    match_segment(after, rest, arguments)
}

/// Returns the text before the first parameter, its name, and the text after it.
fn parameter(template: &str) -> Option<(&str, (&str, &str))> {
    let (before, rest) = template.split_once('{')?;
    Some((before, rest.split_once('}')?))
}

fn decode(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::match_path;

    #[test]
    fn a_template_without_parameters_matches_itself_only() {
        assert_eq!(
            match_path("/chat/completions", "/chat/completions"),
            Some(vec![])
        );
        assert_eq!(match_path("/chat/completions", "/chat"), None);
        assert_eq!(match_path("/chat/completions", "/chat/completions/1"), None);
    }

    #[test]
    fn an_argument_is_one_decoded_segment() {
        let arguments = match_path("/voices/{id}", "/voices/..%2Fx%3Fy");
        assert_eq!(
            arguments,
            Some(vec![("id".to_owned(), "../x?y".to_owned())])
        );
        assert_eq!(match_path("/voices/{id}", "/voices/"), None);
    }

    // P1
    #[test]
    fn arguments_are_parts_of_a_segment() {
        let arguments = |template, path| {
            let arguments = match_path(template, path)?;
            Some(
                arguments
                    .into_iter()
                    .map(|(_, value)| value)
                    .collect::<Vec<_>>(),
            )
        };
        let values = |values: &[&str]| Some(values.iter().map(ToString::to_string).collect());
        assert_eq!(arguments("/f/{id}.json", "/f/a%2Fb.json"), values(&["a/b"]));
        assert_eq!(arguments("/{a},{b}", "/1%2C2,3"), values(&["1,2", "3"]));
        assert_eq!(
            arguments("/v{n}/{id}:get", "/v2/x:get"),
            values(&["2", "x"])
        );
        assert_eq!(arguments("/{a}.{b}", "/x.tar.gz"), values(&["x.tar", "gz"]));
        assert_eq!(arguments("/f/{id}.json", "/f/.json"), None);
        assert_eq!(arguments("/a b/", "/a%20b/"), values(&[]));
        assert_eq!(arguments("/a b/", "/a%20b"), None);
    }

    // P10
    #[test]
    fn concrete_segments_come_first() {
        let mut templates = ["/{a}/x", "/v/{a}", "/v/s"];
        templates.sort_by_key(|template| super::order(template));
        assert_eq!(templates, ["/v/s", "/v/{a}", "/{a}/x"]);
    }
}
