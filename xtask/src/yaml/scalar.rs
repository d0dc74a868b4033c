//! Plain scalars: the core schema of YAML 1.2, as far as JSON expresses it.

use serde_json::{Number, Value};

/// Returns the value of a plain scalar, or `None` for a number that JSON does not support.
pub(super) fn plain(word: &str) -> Option<Value> {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => Some(Value::Null),
        "true" | "True" | "TRUE" => Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => Some(Value::Bool(false)),
        ".inf" | "+.inf" | "-.inf" | ".nan" | ".Inf" | "-.Inf" | ".NaN" => None,
        _ => Some(number(word).map_or_else(|| word.into(), Value::Number)),
    }
}

// A number with a leading zero is probably a code, such as the part of a date, and stays a string.
fn number(word: &str) -> Option<Number> {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    let coded = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    if coded || !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    let unsigned = word.strip_prefix('+').unwrap_or(word);
    let integer = unsigned.parse::<i64>().map(Number::from).ok();
    let integer = integer.or_else(|| unsigned.parse::<u64>().map(Number::from).ok());
    integer.or_else(|| Number::from_f64(word.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plain_follows_the_core_schema() {
        for (word, value) in [
            ("0", json!(0)),
            ("-12", json!(-12)),
            ("+12", json!(12)),
            ("18446744073709551615", json!(u64::MAX)),
            ("0.5", json!(0.5)),
            (".5", json!(0.5)),
            ("1e3", json!(1000.0)),
            ("True", json!(true)),
            ("", json!(null)),
        ] {
            assert_eq!(plain(word), Some(value), "{word}");
        }
    }

    #[test]
    fn plain_keeps_other_scalars_as_strings() {
        for word in [
            "007",
            "2026-01-01",
            "1.2.3",
            "inf",
            "nan",
            "infinity",
            "yes",
            "-",
            ".",
            "3.0.3",
            "512x512",
            "1_000",
        ] {
            assert_eq!(plain(word), Some(json!(word)), "{word}");
        }
    }
}
