//! `openapi/lowering.md`: how often each rule applied, and the unsupported constructs of the specifications.

mod unsupported;

use std::fmt::Write;

use crate::api::Api;
use crate::artifact::{Artifact, header};
use crate::pipeline::Generated;

pub(crate) use unsupported::{Unsupported, of};

/// The path of the list.
pub(crate) const FILE: &str = "openapi/lowering.md";

const ABOUT: &str = "\
# Lowering of the specifications

For each API: how often each rule of `xtask/src/normalize` applied, and the constructs that the generated code does not
support.
";

/// Creates the list.
pub(crate) fn list(generated: &[(&Api, &Generated)]) -> Artifact {
    let sources: Vec<&str> = generated.iter().map(|(api, _)| api.spec).collect();
    let mut text = format!("<!-- {} -->\n\n{ABOUT}", header(&sources.join(", ")));
    for (api, generated) in generated {
        // Writing to a string cannot fail.
        let _: std::fmt::Result = section(&mut text, api, generated);
    }
    Artifact {
        path: FILE.into(),
        contents: text,
    }
}

fn section(text: &mut String, api: &Api, generated: &Generated) -> std::fmt::Result {
    writeln!(text, "\n## {}\n\n| rule | applied |\n|---|---|", api.name)?;
    for count in &generated.counts {
        writeln!(text, "| {} | {} |", count.rule, count.times)?;
    }
    for Unsupported {
        description,
        locations,
    } in &generated.unsupported
    {
        writeln!(text, "\n{description}:\n")?;
        for location in locations {
            writeln!(text, "- `#{}`", location.pointer())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{API, generate, spec};

    #[test]
    fn the_list_contains_rule_counts_and_unsupported_constructs() {
        let more = "components: {schemas: {Body: {properties: {a: {type: string, pattern: x}}}}}";
        let generated = generate(spec(more)).unwrap();
        let list = list(&[(&API, &generated)]).contents;
        assert!(list.contains("\n| drop-limits | 1 |\n"), "{list}");
        let end = "\nLimits of strings, lists and maps are not checked before sending:\n\n\
                   - `#/components/schemas/Body/properties/a/pattern`\n";
        assert!(list.ends_with(end), "{list}");
    }
}
