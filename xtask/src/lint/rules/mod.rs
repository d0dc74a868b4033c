//! The lint rules. Each checks a whole specification.

mod defaults;
mod errors;
mod extensions;
mod operations;
mod parameters;
mod prose;
mod references;
mod responses;
mod schemas;
mod structure;

use super::Spec;
use crate::diagnostic::Diagnostic;

/// A rule; its diagnostics carry its name.
pub(super) struct Rule {
    pub(super) name: &'static str,
    pub(super) check: fn(&Spec<'_>) -> Vec<Diagnostic>,
}

impl Rule {
    const fn new(name: &'static str, check: fn(&Spec<'_>) -> Vec<Diagnostic>) -> Self {
        Self { name, check }
    }
}

/// Every rule. Add a new rule here and a case to the tests.
pub(super) const ALL: &[Rule] = &[
    Rule::new("version", structure::version),
    Rule::new("structure", structure::objects),
    Rule::new("reference", references::dangling),
    Rule::new("unused-component", references::unused),
    Rule::new("operation-id", operations::id),
    Rule::new("operation-tag", operations::tag),
    Rule::new("operation-summary", operations::summary),
    Rule::new("operation-provenance", operations::provenance),
    Rule::new("operation-retry", operations::retry),
    Rule::new("provenance", prose::provenance),
    Rule::new("path-parameters", parameters::of_paths),
    Rule::new("status", errors::status),
    Rule::new("typed-error", errors::typed),
    Rule::new("open-enum", responses::open_enums),
    Rule::new("open-response", responses::open_objects),
    Rule::new("default", defaults::matching),
    Rule::new("sent-default", defaults::sent),
    Rule::new("unsent-default", defaults::unsent),
    Rule::new("nullable", schemas::nullable),
    Rule::new("required-property", schemas::required),
    Rule::new("array-items", schemas::items),
    Rule::new("limits", schemas::limits),
    Rule::new("extension", extensions::known),
    Rule::new("extension-target", extensions::applicable),
    Rule::new("description", prose::descriptions),
];
