//! `openapi/unsupported.md`: the constructs of the specifications that the generated code does not express.

mod construct;

use std::fmt::Write;

use crate::apis::Api;
use crate::artifact::{Artifact, header};

pub(crate) use construct::{Unsupported, of};

/// The path of the list.
pub(crate) const FILE: &str = "openapi/unsupported.md";

const ABOUT: &str = "\
# Unsupported constructs

The constructs of the specifications that the generated code does not express, and the result.
";

/// Creates the list.
pub(crate) fn list(unsupported: &[(&Api, &[Unsupported])]) -> Artifact {
    let sources: Vec<&str> = unsupported
        .iter()
        .map(|(api, _)| api.document.as_str())
        .collect();
    let mut text = format!("<!-- {} -->\n\n{ABOUT}", header(&sources.join(", ")));
    for (api, unsupported) in unsupported {
        // Writing to a string cannot fail.
        let _: std::fmt::Result = section(&mut text, api, unsupported);
    }
    Artifact {
        path: FILE.into(),
        contents: text,
    }
}

fn section(text: &mut String, api: &Api, unsupported: &[Unsupported]) -> std::fmt::Result {
    writeln!(text, "\n## {}", api.name)?;
    for Unsupported {
        description,
        locations,
    } in unsupported
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
    fn the_list_contains_unsupported_constructs() {
        let more = "components: {schemas: {Body: {properties: {a: {type: string, pattern: x}}}}}";
        let generated = generate(spec(more)).unwrap();
        let list = list(&[(&API, &generated.unsupported)]).contents;
        let end = "\nPatterns, and limits of maps, are not checked before sending:\n\n\
                   - `#/components/schemas/Body/properties/a/pattern`\n";
        assert!(list.ends_with(end), "{list}");
    }
}
