//! Fields that requests may have although the specification does not.

use crate::api::Api;
use crate::contract::Violation;
use crate::contract::unknown::UNKNOWN;
use crate::rule::{Called, Rule, Rules, Scope, UnknownOperation};

/// The fields that are always allowed. The SDK's structured output sends this one, which users report to be accepted.
const ALWAYS: [(Api, &str, &str); 1] = [(Api::Inference, "chat", "/response_format")];

/// The allowed fields, as JSON pointers of a scope.
#[derive(Debug)]
pub(crate) struct ExtraFields(Rules<String>);

impl Default for ExtraFields {
    fn default() -> Self {
        let rules = Rules::default();
        for (api, operation, pointer) in ALWAYS {
            let scope = Scope::Operation(api, operation);
            rules.add(Rule::new(scope, None, pointer.to_owned()));
        }
        Self(rules)
    }
}

impl ExtraFields {
    pub(crate) fn allow(&self, operation: &str, pointer: &str) -> Result<(), UnknownOperation> {
        let scope = Scope::parse(operation)?;
        self.0.add(Rule::new(scope, None, pointer.to_owned()));
        Ok(())
    }

    /// Returns whether a violation is only that the specification lacks an allowed field.
    pub(crate) fn allows(&self, called: &Called<'_>, violation: &Violation) -> bool {
        let pointer = violation.location.find('/');
        let pointer = pointer.and_then(|at| violation.location.get(at..));
        let is_allowed = |rule: &Rule<String>| {
            let applies = rule.scope.arguments(called).is_some();
            applies && pointer.is_some_and(|pointer| matches(&rule.value, pointer))
        };
        violation.keyword == UNKNOWN && self.0.all().iter().any(|rule| is_allowed(rule))
    }
}

/// Compares two pointers, of which the first may have `*` for any item or field.
fn matches(pattern: &str, pointer: &str) -> bool {
    let mut found = pointer.split('/');
    let mut expected = pattern.split('/');
    loop {
        match (expected.next(), found.next()) {
            (None, None) => return true,
            (Some(expected), Some(found)) if expected == "*" || expected == found => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_pattern_matches_any_item_or_field() {
        for (pattern, pointer, expected) in [
            ("/a", "/a", true),
            ("/a", "/b", false),
            ("/a", "/a/b", false),
            ("/a/*/b", "/a/0/b", true),
            ("/a/*/b", "/a/0/c", false),
            ("/a/*/b", "/a/0", false),
        ] {
            assert_eq!(matches(pattern, pointer), expected, "{pattern} {pointer}");
        }
    }
}
