//! `openapi/differences.md`: how our specifications differ from the published documents, and why.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use super::report::{Kind, headline};
use super::{Comparison, Options, accepted, compare, read};
use crate::artifact::{Artifact, header};
use crate::delta::Difference;
use crate::error::Error;

/// Where the published documents are.
pub(super) const DIRECTORY: &str = "openapi/published";

/// Where the differences are listed.
pub(crate) const FILE: &str = "openapi/differences.md";

const ABOUT: &str = "\
# Differences from the published documents

What `cargo xtask spec compare` finds between a document that a service publishes and local, with the reason for each
difference. A difference without a reason fails the comparison.
";

/// The list for every published document. Without any, there is no list.
pub(crate) fn list(root: &Path) -> Result<Option<Artifact>, Error> {
    let published = published(root)?;
    if published.is_empty() {
        return Ok(None);
    }
    let sources: Vec<&str> = published.iter().map(String::as_str).collect();
    let sources = format!("{}, {}", sources.join(", "), accepted::FILE);
    let mut text = format!("<!-- {} -->\n\n{ABOUT}", header(&sources));
    for file in &published {
        let options = Options {
            root: root.to_owned(),
            upstream: PathBuf::from(file),
            api: None,
            write: None,
        };
        let mut document = read(&root.join(file))?;
        document.file.clone_from(file);
        // Writing to a string cannot fail.
        let _: std::fmt::Result = section(&mut text, &compare(&options, document)?);
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
        "\n`local → upstream` where a value differs, and on which side the rest is."
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

/// What differs, and on which side what is on one alone.
fn sided(difference: &Difference) -> String {
    let side = match Kind::of(difference) {
        Kind::Lacking => ", only upstream",
        Kind::Extra => ", only local",
        Kind::Different => "",
    };
    headline(difference) + side
}

fn write_items(text: &mut String, items: &[String]) -> std::fmt::Result {
    items.iter().try_for_each(|item| writeln!(text, "- {item}"))
}
