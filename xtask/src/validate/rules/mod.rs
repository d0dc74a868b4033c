//! The rules. Each checks a whole document.

mod defaults;
mod errors;
mod extensions;
mod operations;
mod pagination;
mod parameters;
mod prose;
mod references;
mod responses;
mod schemas;
mod structure;
pub(super) mod unsupported;

use super::spec::Spec;
use crate::diagnostic::{Diagnostic, Severity};

/// A rule; its diagnostics carry its code.
pub(super) struct Rule {
    pub(super) code: &'static str,
    pub(super) severity: Severity,
    /// True if codegen stops at a violation.
    pub(super) for_codegen: bool,
    pub(super) check: fn(&Spec<'_>) -> Vec<Diagnostic>,
}

type Check = fn(&Spec<'_>) -> Vec<Diagnostic>;

/// Creates a rule whose violation would make generated code wrong.
const fn required(code: &'static str, check: Check) -> Rule {
    rule(code, Severity::Error, true, check)
}

/// Creates a rule of the specifications of this repository.
const fn error(code: &'static str, check: Check) -> Rule {
    rule(code, Severity::Error, false, check)
}

/// Creates a rule of style.
const fn warning(code: &'static str, check: Check) -> Rule {
    rule(code, Severity::Warning, false, check)
}

const fn rule(code: &'static str, severity: Severity, for_codegen: bool, check: Check) -> Rule {
    Rule {
        code,
        severity,
        for_codegen,
        check,
    }
}

/// Every rule. Add a new rule here, a case to the tests, and an explanation.
pub(super) const ALL: &[Rule] = &[
    required("version", structure::version),
    required("extension", extensions::known),
    error("foreign-extension", extensions::foreign),
    required("structure", structure::objects),
    error("structure", structure::missing),
    required("reference", references::dangling),
    warning("unused-component", references::unused),
    required("operation-id", operations::id),
    error("operation-case", operations::case),
    warning("operation-tag", operations::tag),
    error("operation-summary", operations::summary),
    error("operation-provenance", operations::provenance),
    error("operation-retry", operations::retry),
    error("provenance", prose::provenance),
    required("path", parameters::templates),
    required("path-parameters", parameters::of_paths),
    required("arguments", operations::arguments),
    required("pagination", pagination::valid),
    required("schema", schemas::valid),
    error("status", errors::status),
    error("typed-error", errors::typed),
    error("open-enum", responses::open_enums),
    error("open-response", responses::open_objects),
    error("default", defaults::matching),
    required("sent-default", defaults::sent),
    error("unsent-default", defaults::unsent),
    error("nullable", schemas::nullable),
    required("required-property", schemas::required),
    error("array-items", schemas::items),
    required("limits", schemas::limits),
    error("extension-target", extensions::applicable),
    warning("description", prose::descriptions),
];
