//! Fits paths to templates such as `/voices/{voice_id}`.

use percent_encoding::percent_decode_str;

/// The arguments of a path, decoded, or nothing where it does not fit the template.
pub(super) fn fit(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let mut arguments = Vec::new();
    let mut given = path.split('/');
    for wanted in template.split('/') {
        let segment = given.next()?;
        match parameter(wanted) {
            Some(name) if !segment.is_empty() => arguments.push((name.to_owned(), decode(segment))),
            None if wanted == segment => {}
            _ => return None,
        }
    }
    given.next().is_none().then_some(arguments)
}

fn parameter(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

fn decode(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn a_plain_path_fits_itself_only() {
        assert_eq!(fit("/chat/completions", "/chat/completions"), Some(vec![]));
        assert_eq!(fit("/chat/completions", "/chat"), None);
        assert_eq!(fit("/chat/completions", "/chat/completions/1"), None);
    }

    #[test]
    fn an_argument_is_one_decoded_segment() {
        let fitted = fit("/voices/{id}", "/voices/..%2Fx%3Fy");
        assert_eq!(fitted, Some(vec![("id".to_owned(), "../x?y".to_owned())]));
        assert_eq!(fit("/voices/{id}", "/voices/"), None);
    }
}
