//! The files that the generator plans.

use std::path::PathBuf;

use syn::{File, Item};

/// A generated file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Artifact {
    /// The path, relative to the workspace.
    pub(crate) path: PathBuf,
    pub(crate) contents: String,
}

/// The start of the first line of a generated file.
pub(crate) const MARK: &str = "@generated";

/// Returns the first line of a generated file.
pub(crate) fn header(sources: &str) -> String {
    format!("{MARK} by `cargo xtask codegen` from {sources}; do not edit.")
}

impl Artifact {
    /// Creates a Rust module with its documentation.
    pub(crate) fn rust(path: impl Into<PathBuf>, header: &str, docs: &str, items: &[Item]) -> Self {
        let contents = format!("// {header}\n\n//! {docs}\n\n{}", print(items));
        Self {
            path: path.into(),
            contents,
        }
    }
}

/// Prints items separated by an empty line, except consecutive imports and declarations of modules.
fn print(items: &[Item]) -> String {
    let mut text = String::new();
    let mut last = None;
    for item in items {
        let kind = std::mem::discriminant(item);
        let is_declaration = match item {
            Item::Use(_) => true,
            Item::Mod(module) => module.content.is_none(),
            _ => false,
        };
        let grouped = is_declaration && last == Some(kind);
        if last.is_some() && !grouped {
            text.push('\n');
        }
        text += &prettyplease::unparse(&File {
            shebang: None,
            attrs: Vec::new(),
            items: vec![item.clone()],
        });
        last = Some(kind);
    }
    escape_directions(text)
}

/// Returns true if a character changes the direction of text. The compiler rejects such characters in sources.
pub(crate) fn changes_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Escapes characters that change the direction of text, which are only in string literals: documentation has none.
fn escape_directions(text: String) -> String {
    match text.contains(changes_direction) {
        true => text
            .chars()
            .map(|c| match changes_direction(c) {
                true => c.escape_unicode().to_string(),
                false => c.to_string(),
            })
            .collect(),
        false => text,
    }
}
