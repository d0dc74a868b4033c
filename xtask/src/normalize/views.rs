//! Views: additional methods of an operation, with other response types.

use serde_json::Value;

use super::arguments::{describe, params};
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::openapi::json::{set, string};
use crate::openapi::lowered::ARGUMENTS;
use crate::openapi::operations;
use crate::openapi::schema;

/// Copies the arguments of an operation for each of its views, which need a builder of their own.
pub(super) fn make_views(doc: &mut Value) -> Result<usize, Diagnostic> {
    let mut views = Vec::new();
    operations::change_all(doc, |site, node| {
        let original = node
            .get(ARGUMENTS)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        for view in node
            .get_mut("x-imagine-views")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            let method = string(view, "method").unwrap_or_default().to_owned();
            set(view, ARGUMENTS, params(&method));
            views.push((site.location.clone(), original.clone(), method));
        }
        Ok(0)
    })?;
    let count = views.len();
    for (location, original, method) in views {
        let found = schema::components(doc)
            .and_then(|schemas| schemas.get(&original))
            .cloned();
        let mut copy = found
            .ok_or_else(|| location.diagnostic(DiagnosticKind::DanglingReference(original)))?;
        set(&mut copy, "description", describe(&method));
        schema::add(doc, params(&method), copy, &location)?;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::super::arguments::make_arguments;
    use super::*;
    use crate::testing;

    #[test]
    fn a_view_copies_the_arguments_of_its_operation() {
        let mut doc =
            testing::spec("paths: {/ask: {post: {x-imagine-views: [{method: ask_names}]}}}");
        make_arguments(&mut doc).unwrap();
        assert_eq!(make_views(&mut doc).unwrap(), 1);
        assert_eq!(
            doc["paths"]["/ask"]["post"]["x-imagine-views"][0][ARGUMENTS],
            "AskNamesParams"
        );
        let schemas = &doc["components"]["schemas"];
        assert_eq!(
            schemas["AskNamesParams"]["properties"],
            schemas["Body"]["properties"]
        );
    }
}
