//! Matches paths with templates such as `/voices/{voice_id}`.

use percent_encoding::percent_decode_str;

/// Returns the decoded arguments of a path, or `None` if the path does not match the template.
pub(crate) fn match_path(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let mut arguments = Vec::new();
    let mut segments = path.split('/');
    for expected in template.split('/') {
        let segment = segments.next()?;
        match parameter(expected) {
            Some(name) if !segment.is_empty() => arguments.push((name.to_owned(), decode(segment))),
            None if expected == segment => {}
            _ => return None,
        }
    }
    segments.next().is_none().then_some(arguments)
}

fn parameter(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
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
}
