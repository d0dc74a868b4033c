//! `openapi/differences.md`: the differences between our specifications and the published documents, with reasons.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::accepted;
use super::comparison::{Comparison, DIRECTORY, compare, read};
use super::headline::{Side, headline};
use crate::artifact::{Artifact, header};
use crate::diff::delta::Difference;
use crate::error::Error;

/// The file that lists the differences.
pub(crate) const FILE: &str = "openapi/differences.md";

const ABOUT: &str = "\
# Differences from the published documents

The differences that `cargo xtask spec compare` finds between published documents and our specifications, with the
reason for each. A difference without a reason fails the comparison.
";

/// Lists the differences from every published document. Returns `None` if there are no published documents.
pub(crate) fn list(root: &Path) -> Result<Option<Artifact>, Error> {
    let published = published(root)?;
    if published.is_empty() {
        return Ok(None);
    }
    let sources: Vec<&str> = published.iter().map(String::as_str).collect();
    let sources = format!("{}, {}", sources.join(", "), accepted::FILE);
    let mut text = format!("<!-- {} -->\n\n{ABOUT}", header(&sources));
    for file in &published {
        let mut document = read(&root.join(file))?;
        document.file.clone_from(file);
        // Writing to a string cannot fail.
        let _: std::fmt::Result = section(&mut text, &compare(root, None, document)?);
    }
    Ok(Some(Artifact {
        path: FILE.into(),
        contents: text,
    }))
}

fn published(root: &Path) -> Result<Vec<String>, Error> {
    let directory = root.join(DIRECTORY);
    if !directory.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(&directory).map_err(Error::file("read", &directory))?;
    let names = entries
        .filter_map(Result::ok)
        .map(|entry| entry.file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    let documents = names.filter(|name| name.ends_with(".json"));
    let mut files: Vec<_> = documents
        .map(|name| format!("{DIRECTORY}/{name}"))
        .collect();
    files.sort();
    Ok(files)
}

fn section(text: &mut String, comparison: &Comparison) -> std::fmt::Result {
    let Comparison {
        local, upstream, ..
    } = comparison;
    writeln!(text, "\n## `{}` against `{}`", local.file, upstream.file)?;
    writeln!(
        text,
        "\nA changed value reads `local → upstream`; every other entry names the side that has it."
    )?;
    for reason in comparison.accepted.reasons() {
        let differences = comparison.accepted_for(reason);
        let headlines: Vec<String> = differences.map(sided).collect();
        if !headlines.is_empty() {
            writeln!(text, "\n### {reason}\n")?;
            write_items(text, &headlines)?;
        }
    }
    let open: Vec<String> = comparison.open().map(sided).collect();
    if !open.is_empty() {
        writeln!(text, "\n### Without a reason yet\n")?;
        write_items(text, &open)?;
    }
    Ok(())
}

/// Formats a difference with the side that has it, if only one does.
fn sided(difference: &Difference) -> String {
    let side = match Side::of(difference) {
        Side::Missing => ", only upstream",
        Side::Extra => ", only local",
        Side::Both => "",
    };
    headline(difference) + side
}

fn write_items(text: &mut String, items: &[String]) -> std::fmt::Result {
    items.iter().try_for_each(|item| writeln!(text, "- {item}"))
}
