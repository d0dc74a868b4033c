//! The list of what became of the specifications on the way to the code, and of what was left out.

mod unsupported;

use std::fmt::Write;

use crate::api::Api;
use crate::artifact::{Artifact, header};
use crate::pipeline::Generated;

pub(crate) use unsupported::{Unsupported, of};

/// Where the list is kept.
pub(crate) const FILE: &str = "openapi/lowering.md";

const ABOUT: &str = "\
# What becomes of the specifications

For each API: how often each rule of `xtask/src/normalize` applied, and what the specification says that the generated code does not.
";

/// The list, for people to read and for the check to compare.
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
    for Unsupported { what, locations } in &generated.unsupported {
        writeln!(text, "\n{what}:\n")?;
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
    fn the_list_counts_rules_and_names_what_is_left_out() {
        let more = "components: {schemas: {Body: {properties: {a: {type: string, pattern: x}}}}}";
        let generated = generate(spec(more)).unwrap();
        let list = list(&[(&API, &generated)]).contents;
        assert!(list.contains("\n| drop-limits | 1 |\n"), "{list}");
        let end = "\nLimits of texts, lists and maps are not checked before a request is sent:\n\n\
                   - `#/components/schemas/Body/properties/a/pattern`\n";
        assert!(list.ends_with(end), "{list}");
    }
}
