//! Reads a YAML document as JSON, with the plain scalars of YAML's core schema that JSON can express.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, StrInput};
use serde_json::{Map, Number, Value};

use super::ContractError;

/// The maximum depth of nested values, which bounds the stack.
const MAX_DEPTH: usize = 128;

/// Reads a file with one document.
pub(super) fn read(text: &str) -> Result<Value, ContractError> {
    let mut reader = Reader {
        events: Parser::new_from_str(text),
        depth: 0,
    };
    let value = loop {
        match reader.next()? {
            (Event::StreamStart | Event::DocumentStart(_), _) => {}
            (event, at) => break reader.value(event, at)?,
        }
    };
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => return Ok(value),
            (Event::DocumentStart(_), at) => {
                return Err(error(at, "a second document starts here"));
            }
            _ => {}
        }
    }
}

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Marker), ContractError> {
        match self.events.next_event() {
            Some(Ok((event, span))) => Ok((event, span.start)),
            Some(Err(cause)) => Err(error(*cause.marker(), cause.info())),
            None => Ok((Event::StreamEnd, Marker::default())),
        }
    }

    fn value(&mut self, event: Event<'a>, at: Marker) -> Result<Value, ContractError> {
        match event {
            // The parser numbers anchors from 1.
            Event::Scalar(word, style, 0, None) => match style {
                ScalarStyle::Plain => plain(&word, at),
                _ => Ok(word.into()),
            },
            Event::SequenceStart(0, None) => self.nested(at, Self::list),
            Event::MappingStart(0, None) => self.nested(at, Self::map),
            Event::StreamEnd => Err(error(at, "the file is empty")),
            _ => Err(error(at, "anchors, aliases and tags are not supported")),
        }
    }

    fn nested(
        &mut self,
        at: Marker,
        read: fn(&mut Self) -> Result<Value, ContractError>,
    ) -> Result<Value, ContractError> {
        if self.depth == MAX_DEPTH {
            return Err(error(at, "nested too deep"));
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn list(&mut self) -> Result<Value, ContractError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(items.into()),
                (event, at) => items.push(self.value(event, at)?),
            }
        }
    }

    fn map(&mut self) -> Result<Value, ContractError> {
        let mut members = Map::new();
        loop {
            let (key, at) = match self.next()? {
                (Event::MappingEnd, _) => return Ok(members.into()),
                (Event::Scalar(key, _, 0, None), at) => (key.into_owned(), at),
                (_, at) => return Err(error(at, "a key must be a scalar")),
            };
            let (event, start) = self.next()?;
            let value = self.value(event, start)?;
            if members.contains_key(&key) {
                return Err(error(at, format!("duplicate key `{key}`")));
            }
            members.insert(key, value);
        }
    }
}

fn plain(word: &str, at: Marker) -> Result<Value, ContractError> {
    Ok(match word {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => true.into(),
        "false" | "False" | "FALSE" => false.into(),
        _ => match serde_json::from_str::<Number>(word) {
            Ok(number) => number.into(),
            Err(_) if is_other_number(word) => {
                let message = format!("`{word}` is not a JSON number; quote it or write decimals");
                return Err(error(at, message));
            }
            Err(_) => word.into(),
        },
    })
}

/// Returns true for the numbers of YAML that JSON writes in another way, or not at all.
fn is_other_number(word: &str) -> bool {
    let digits = word.trim_start_matches(['+', '-']);
    let has_digit = word.contains(|c: char| c.is_ascii_digit());
    let is_special = [".inf", ".nan"].contains(&digits.to_ascii_lowercase().as_str());
    let has_radix = digits.starts_with("0x") || digits.starts_with("0o");
    is_special || has_digit && (has_radix || word.parse::<f64>().is_ok())
}

fn error(at: Marker, message: impl Into<String>) -> ContractError {
    ContractError::Syntax {
        line: at.line(),
        column: at.col() + 1,
        message: message.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn reads_the_values_of_json() {
        let text = "a: [1, -2.5, 1e3, true, ~, 3.0.3, '1', 2026-01-02]\n200: {b: |\n    two\n    lines\n}\n# end\n";
        let expected = json!([1, -2.5, 1000.0, true, null, "3.0.3", "1", "2026-01-02"]);
        assert_eq!(read("a: [1]").unwrap(), json!({"a": [1]}));
        let text = text.replace(
            "{b: |\n    two\n    lines\n}",
            "\n  b: |\n    two\n    lines",
        );
        let found = read(&text).unwrap();
        assert_eq!(found, json!({"a": expected, "200": {"b": "two\nlines\n"}}));
    }

    #[test]
    fn rejects_what_json_does_not_express() {
        for (text, expected) in [
            ("", "the file is empty"),
            ("a: 1\na: 2", "line 2, column 1: duplicate key `a`"),
            ("a: &x 1", "anchors, aliases and tags"),
            ("a: !!str 1", "anchors, aliases and tags"),
            ("a: 0x1F", "`0x1F` is not a JSON number"),
            ("a: .5", "`.5` is not a JSON number"),
            ("a: .inf", "`.inf` is not a JSON number"),
            ("a: 1\n---\nb: 2", "a second document"),
            ("[a]: 1", "a key must be a scalar"),
            ("a: [", "line 2"),
        ] {
            let message = read(text).unwrap_err().to_string();
            assert!(message.contains(expected), "{text}: {message}");
        }
        let deep = "[".repeat(200) + &"]".repeat(200);
        assert!(read(&deep).unwrap_err().to_string().contains("too deep"));
    }
}
