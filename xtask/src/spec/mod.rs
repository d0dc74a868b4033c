//! Reads the specifications that people write.

pub(crate) mod hints;
pub(crate) mod json;
pub(crate) mod names;
pub(crate) mod operation;
pub(crate) mod operations;
mod read;
pub(crate) mod schema;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::error::Error;

/// Reads the specification at `file`, a path below `root`, as JSON.
pub(crate) fn load(root: &Path, file: &str) -> Result<Value, Error> {
    let path = root.join(file);
    let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
    parse(file, &text)
}

// YAML's own value type comes first because it refuses a key that is written twice.
fn parse(file: &str, text: &str) -> Result<Value, Error> {
    let yaml: serde_norway::Value = serde_norway::from_str(text).map_err(|source| Error::Yaml {
        file: file.to_owned(),
        source,
    })?;
    serde_json::to_value(yaml).map_err(|source| Error::Json {
        file: file.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_written_twice_is_refused() {
        let error = parse("a.yaml", "a: 1\na: 2\n").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("a.yaml is not readable as YAML"),
            "{error}"
        );
    }

    #[test]
    fn keys_become_text_and_keep_their_order() {
        let value = parse("a.yaml", "b: {200: x}\na: 1\n").unwrap();
        assert_eq!(value.to_string(), r#"{"b":{"200":"x"},"a":1}"#);
    }
}
