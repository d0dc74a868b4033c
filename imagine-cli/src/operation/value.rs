//! Values of fields, from the text of arguments.

use std::fs;
use std::path::Path;

use imagine_sdk::Image;
use serde_json::{Value, json};

use super::Kind;
use crate::failure::{Failure, Result};

/// Accepts an integer. The text stays, because a number of JSON has any size.
pub(super) fn integer(text: &str) -> std::result::Result<String, String> {
    match text.parse::<i128>() {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Accepts a number.
pub(super) fn number(text: &str) -> std::result::Result<String, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(text.to_owned()),
        _ => Err("it must be a finite number".to_owned()),
    }
}

/// Reads the value of a field from an argument that its parser has accepted.
pub(super) fn read(kind: Kind, text: &str) -> Result<Value> {
    Ok(match kind {
        Kind::String | Kind::File => text.into(),
        Kind::Boolean => (text == "true").into(),
        Kind::Integer | Kind::Number => match serde_json::from_str(text) {
            Ok(number) => number,
            // `.5` and `+1` are numbers, but not those of JSON.
            Err(_) => text.parse::<f64>().unwrap_or_default().into(),
        },
        Kind::Image => image(text)?.as_str().into(),
        Kind::Json => json_or_text(text)?,
        Kind::Messages => match json_or_text(text)? {
            Value::String(text) => json!([{"role": "user", "content": text}]),
            messages => messages,
        },
    })
}

/// Reads JSON: from the file after `@`, or from the text itself. Text that is not JSON is a string.
fn json_or_text(text: &str) -> Result<Value> {
    if let Some(path) = text.strip_prefix('@').map(Path::new) {
        let content = fs::read_to_string(path).map_err(|error| Failure::file(path, error))?;
        return serde_json::from_str(&content).map_err(|error| Failure::file(path, error));
    }
    Ok(serde_json::from_str(text).unwrap_or_else(|_| text.into()))
}

/// Returns the image of a URL or a file.
pub(crate) fn image(source: &str) -> Result<Image> {
    let is_url = ["http://", "https://", "data:"]
        .iter()
        .any(|scheme| source.starts_with(scheme));
    match is_url {
        true => Ok(Image::url(source)),
        false => Ok(Image::path(source)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_the_value_of_its_kind() {
        let cases = [
            (Kind::String, "1", json!("1")),
            (Kind::Integer, "-7", json!(-7)),
            (Kind::Integer, "18446744073709551615", json!(u64::MAX)),
            (Kind::Number, "0.5", json!(0.5)),
            (Kind::Number, ".5", json!(0.5)),
            (Kind::Boolean, "false", json!(false)),
            (Kind::Image, "https://h/x.png", json!("https://h/x.png")),
            (Kind::Json, "[1]", json!([1])),
            (Kind::Json, "a b", json!("a b")),
            (
                Kind::Messages,
                "hi",
                json!([{"role": "user", "content": "hi"}]),
            ),
            (Kind::Messages, "[]", json!([])),
        ];
        for (kind, text, expected) in cases {
            assert_eq!(read(kind, text).unwrap(), expected, "{kind:?} {text}");
        }
    }

    #[test]
    fn a_missing_file_is_an_error_with_its_name() {
        let failure = read(Kind::Json, "@/nowhere.json").unwrap_err();
        assert!(failure.to_string().contains("/nowhere.json"), "{failure}");
    }

    #[test]
    fn other_text_than_numbers_is_rejected() {
        assert!(integer("1.5").is_err());
        assert!(number("NaN").is_err());
        assert!(number("1e3").is_ok());
    }
}
