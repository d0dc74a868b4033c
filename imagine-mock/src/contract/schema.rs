//! Compiled schemas and their violations.

use std::fmt;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::{ContractError, Definitions, Violation};

/// A compiled JSON Schema.
pub struct Schema {
    source: Value,
    validator: Validator,
}

impl Schema {
    pub(super) fn compile(
        source: &Value,
        definitions: &Definitions,
    ) -> Result<Self, ContractError> {
        let validator = jsonschema::draft202012::options()
            .should_validate_formats(true)
            .build(&definitions.embedded_in(source))
            .map_err(Box::new)?;
        Ok(Self {
            source: source.clone(),
            validator,
        })
    }

    /// Returns the schema. Its references name entries of [`Definitions`].
    pub fn source(&self) -> &Value {
        &self.source
    }

    /// Returns all violations of a value at a location.
    pub fn violations(&self, location: &str, value: &Value) -> Vec<Violation> {
        self.validator
            .iter_errors(value)
            .map(|error| violation(location, &error))
            .collect()
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(formatter)
    }
}

fn violation(location: &str, error: &ValidationError<'_>) -> Violation {
    let error = innermost(error);
    let mut location = format!("{location}{}", error.instance_path().as_str());
    if let ValidationErrorKind::Required { property } = error.kind() {
        location.push('/');
        location.push_str(property.as_str().unwrap_or_default());
        return Violation::missing(location);
    }
    Violation::new(location, error.kind().keyword(), error.masked().to_string())
}

/// Returns the error at the deepest location.
///
/// If no alternative of a schema matches, the one with the deepest error is most likely the intended one, and its error
/// is more specific than that of the schema.
fn innermost<'a, 'b>(error: &'b ValidationError<'a>) -> &'b ValidationError<'a> {
    let (ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }) =
        error.kind()
    else {
        return error;
    };
    context
        .iter()
        .flatten()
        .map(innermost)
        .filter(|inner| depth(inner) > depth(error))
        .max_by_key(|inner| depth(inner))
        .unwrap_or(error)
}

fn depth(error: &ValidationError<'_>) -> usize {
    error.instance_path().as_str().matches('/').count()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn formats_are_checked() {
        for (format, valid) in [
            ("date", "2026-01-02"),
            ("date-time", "2026-01-02T03:04:05Z"),
            ("uri", "https://example.com/a"),
            ("uuid", "01234567-89ab-4def-8123-456789abcdef"),
        ] {
            let source = json!({"type": "string", "format": format});
            let schema = Schema::compile(&source, &Definitions::default()).unwrap();
            assert_eq!(schema.violations("body", &json!(valid)), [], "{format}");
            let violations = schema.violations("body", &json!("today"));
            assert_eq!(violations.len(), 1, "{format}");
        }
    }
}
