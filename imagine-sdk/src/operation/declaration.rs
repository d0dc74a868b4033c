//! Whether an operation and the declaration of its arguments agree, asked while compiling.

use crate::request::{BodyEncoding, Operation};

/// Refuses to compile a declaration that does not fit its operation.
#[doc(hidden)]
pub const fn fits(
    operation: &Operation,
    body_encoding: BodyEncoding,
    streams: bool,
    path: &[&str],
) {
    assert!(
        same(operation.body_encoding, body_encoding),
        "the operation travels in another way than `payload = ..` says; see `Operation::with_body_encoding`"
    );
    assert!(
        operation.streams || !streams,
        "the operation does not stream, but `event = ..` says so; see `Operation::with_streaming`"
    );
    assert!(
        all_filled(operation.path.as_bytes(), path),
        "the path of the operation has a part in braces that no field marked `path` fills"
    );
    assert!(
        all_used(operation.path.as_bytes(), path),
        "a field is marked `path` with a name that the path of the operation does not have in braces"
    );
}

const fn same(one: BodyEncoding, other: BodyEncoding) -> bool {
    matches!(
        (one, other),
        (BodyEncoding::None, BodyEncoding::None)
            | (BodyEncoding::Json, BodyEncoding::Json)
            | (BodyEncoding::Multipart, BodyEncoding::Multipart)
    )
}

/// Whether every part in braces has one of the names.
const fn all_filled(mut path: &[u8], names: &[&str]) -> bool {
    while let [first, rest @ ..] = path {
        if *first == b'{' && !any_begins(rest, names) {
            return false;
        }
        path = rest;
    }
    true
}

const fn any_begins(part: &[u8], mut names: &[&str]) -> bool {
    while let [name, rest @ ..] = names {
        if begins(part, name.as_bytes()) {
            return true;
        }
        names = rest;
    }
    false
}

/// Whether every name stands in braces.
const fn all_used(path: &[u8], mut names: &[&str]) -> bool {
    while let [name, rest @ ..] = names {
        if !stands(path, name.as_bytes()) {
            return false;
        }
        names = rest;
    }
    true
}

const fn stands(mut path: &[u8], name: &[u8]) -> bool {
    while let [first, rest @ ..] = path {
        if *first == b'{' && begins(rest, name) {
            return true;
        }
        path = rest;
    }
    false
}

/// Whether a text begins with the name and the brace after it.
const fn begins(mut text: &[u8], mut name: &[u8]) -> bool {
    while let ([one, text_rest @ ..], [other, name_rest @ ..]) = (text, name) {
        if *one != *other {
            return false;
        }
        (text, name) = (text_rest, name_rest);
    }
    name.is_empty() && matches!(text, [b'}', ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: Operation = Operation::new("x", http::Method::POST, "/x/{id}")
        .with_body_encoding(BodyEncoding::Multipart);

    #[test]
    fn what_agrees_is_accepted() {
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
    fn another_payload_is_refused() {
        fits(&FORM, BodyEncoding::Json, false, &["id"]);
    }

    #[test]
    #[should_panic(expected = "`Operation::with_streaming`")]
    fn a_stream_that_the_operation_lacks_is_refused() {
        fits(&FORM, BodyEncoding::Multipart, true, &["id"]);
    }

    #[test]
    #[should_panic(expected = "that no field marked `path` fills")]
    fn a_part_that_nothing_fills_is_refused() {
        fits(&FORM, BodyEncoding::Multipart, false, &[]);
    }

    #[test]
    #[should_panic(expected = "does not have in braces")]
    fn a_name_that_fills_nothing_is_refused() {
        fits(&FORM, BodyEncoding::Multipart, false, &["id", "name"]);
    }

    #[test]
    fn parts_in_braces_and_names_agree_in_full_or_not_at_all() {
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
        for (path, names, agree) in cases {
            let bytes = path.as_bytes();
            assert_eq!(
                all_filled(bytes, names) && all_used(bytes, names),
                agree,
                "{path}"
            );
        }
    }
}
