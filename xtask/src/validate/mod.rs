//! The validation of documents: one set of rules for lint and codegen.
//!
//! Lint reports every violation of every rule. Codegen stops at the first error of a rule that it depends on.

mod compile;
mod explain;
mod rules;
mod spec;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::diagnostic::Diagnostic;
pub(crate) use compile::compiles;
pub(crate) use explain::{codes, explanation};
use rules::Rule;
pub(crate) use rules::unsupported::check as supported;
use spec::Spec;

/// Returns the violations of all rules.
pub(crate) fn diagnostics(doc: &Value) -> Vec<Diagnostic> {
    let spec = Spec::new(doc);
    let rules = rules::ALL.iter();
    rules.flat_map(|rule| violations(rule, &spec)).collect()
}

/// Returns the first error of a rule that codegen depends on.
pub(crate) fn check(doc: &Value) -> Result<(), Diagnostic> {
    let spec = Spec::new(doc);
    let needed = rules::ALL.iter().filter(|rule| rule.for_codegen);
    let first = needed.flat_map(|rule| violations(rule, &spec)).next();
    first.map_or(Ok(()), Err)
}

fn violations(rule: &Rule, spec: &Spec<'_>) -> Vec<Diagnostic> {
    let found = (rule.check)(spec).into_iter();
    let coded = found.map(|diagnostic| Diagnostic {
        code: rule.code,
        severity: rule.severity,
        ..diagnostic
    });
    coded.collect()
}
