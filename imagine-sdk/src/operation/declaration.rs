//! Compile-time checks that the declaration of a request matches its operation.

use crate::request::{BodyEncoding, Operation};

/// Fails to compile if a declaration does not match its operation.
#[doc(hidden)]
pub const fn fits(
    operation: &Operation,
    body_encoding: BodyEncoding,
    streams: bool,
    path: &[&str],
) {
    assert!(
        same(operation.body_encoding, body_encoding),
        "the body encoding of the operation differs from that of the request; see `Operation::with_body_encoding`"
    );
    assert!(
        operation.streams || !streams,
        "the operation does not stream, but the request has `chunk = ..`; see `Operation::with_streaming`"
    );
    assert!(
        !contains(operation.path.as_bytes(), b'?') && !contains(operation.path.as_bytes(), b'#'),
        "the path of the operation contains a query or a fragment; mark a field with `query`"
    );
    assert!(
        all_filled(operation.path.as_bytes(), path),
        "the path of the operation has a parameter that no field marked `path` fills"
    );
    assert!(
        all_used(operation.path.as_bytes(), path),
        "a field is marked `path` with a name that is no parameter in the path of the operation"
    );
}

const fn same(one: BodyEncoding, other: BodyEncoding) -> bool {
    matches!(
        (one, other),
        (BodyEncoding::None, BodyEncoding::None)
            | (BodyEncoding::Json, BodyEncoding::Json)
            | (BodyEncoding::Multipart, BodyEncoding::Multipart)
            | (BodyEncoding::UrlEncoded, BodyEncoding::UrlEncoded)
            | (BodyEncoding::Text(_), BodyEncoding::Text(_))
            | (BodyEncoding::Binary(_), BodyEncoding::Binary(_))
    )
}

const fn contains(mut path: &[u8], character: u8) -> bool {
    while let [first, rest @ ..] = path {
        if *first == character {
            return true;
        }
        path = rest;
    }
    false
}

/// Returns true if a field fills every parameter of the path.
const fn all_filled(mut path: &[u8], names: &[&str]) -> bool {
    while let [first, rest @ ..] = path {
        if *first == b'{' && !starts_with_any(rest, names) {
            return false;
        }
        path = rest;
    }
    true
}

const fn starts_with_any(path: &[u8], mut names: &[&str]) -> bool {
    while let [name, rest @ ..] = names {
        if starts_with_parameter(path, name.as_bytes()) {
            return true;
        }
        names = rest;
    }
    false
}

/// Returns true if the path has a parameter of every name.
const fn all_used(path: &[u8], mut names: &[&str]) -> bool {
    while let [name, rest @ ..] = names {
        if !has_parameter(path, name.as_bytes()) {
            return false;
        }
        names = rest;
    }
    true
}

const fn has_parameter(mut path: &[u8], name: &[u8]) -> bool {
    while let [first, rest @ ..] = path {
        if *first == b'{' && starts_with_parameter(rest, name) {
            return true;
        }
        path = rest;
    }
    false
}

/// Returns true if the path, from after a brace, starts with the name and the closing brace.
const fn starts_with_parameter(mut path: &[u8], mut name: &[u8]) -> bool {
    while let ([one, path_rest @ ..], [other, name_rest @ ..]) = (path, name) {
        if *one != *other {
            return false;
        }
        (path, name) = (path_rest, name_rest);
    }
    name.is_empty() && matches!(path, [b'}', ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: Operation = Operation::new("x", http::Method::POST, "/x/{id}")
        .with_body_encoding(BodyEncoding::Multipart);

    #[test]
    fn matching_declarations_are_accepted() {
        fits(&FORM, BodyEncoding::Multipart, false, &["id"]);
        fits(
            &FORM.with_streaming(),
            BodyEncoding::Multipart,
            true,
            &["id"],
        );
        fits(
            &FORM.with_streaming(),
            BodyEncoding::Multipart,
            false,
            &["id"],
        );
    }

    #[test]
    #[should_panic(expected = "`Operation::with_body_encoding`")]
    fn another_body_encoding_is_rejected() {
        fits(&FORM, BodyEncoding::Json, false, &["id"]);
    }

    #[test]
    #[should_panic(expected = "`Operation::with_streaming`")]
    fn streaming_is_rejected_if_the_operation_does_not_stream() {
        fits(&FORM, BodyEncoding::Multipart, true, &["id"]);
    }

    #[test]
    #[should_panic(expected = "that no field marked `path` fills")]
    fn an_unfilled_path_parameter_is_rejected() {
        fits(&FORM, BodyEncoding::Multipart, false, &[]);
    }

    #[test]
    #[should_panic(expected = "no parameter in the path")]
    fn an_unknown_path_parameter_is_rejected() {
        fits(&FORM, BodyEncoding::Multipart, false, &["id", "name"]);
    }

    #[test]
    fn path_parameters_and_names_match_completely() {
        let cases: [(&str, &[&str], bool); 8] = [
            ("/a", &[], true),
            ("/a/{b}/c/{d}", &["d", "b"], true),
            ("/a/{b}/c/{d}", &["b"], false),
            ("/a/{b}", &["b", "d"], false),
            ("/a/{bc}", &["b"], false),
            ("/a/{b}", &["bc"], false),
            ("/a/b", &["b"], false),
            ("/{b", &["b"], false),
        ];
        for (path, names, is_match) in cases {
            let bytes = path.as_bytes();
            assert_eq!(
                all_filled(bytes, names) && all_used(bytes, names),
                is_match,
                "{path}"
            );
        }
    }
}
