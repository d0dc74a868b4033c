//! Output on stdout: lines, tables and JSON.

use std::fmt;
use std::io::Write;

use comfy_table::{Table, presets};
use serde::Serialize;

use crate::failure::Result;

/// Prints a line. Colors are removed where the output has none.
pub(crate) fn line(text: impl fmt::Display) -> Result<()> {
    writeln!(anstream::stdout().lock(), "{text}")?;
    Ok(())
}

/// Prints text without a line end, at once.
pub(crate) fn text(text: &str) -> Result<()> {
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(())
}

/// Prints a value as indented JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<()> {
    line(serde_json::to_string_pretty(value)?)
}

/// Prints a value as JSON in one line.
pub(crate) fn json_line(value: &impl Serialize) -> Result<()> {
    line(serde_json::to_string(value)?)
}

/// Prints bytes, such as a file that is not text.
pub(crate) fn bytes(bytes: &[u8]) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()?;
    Ok(())
}

/// Prints a table with aligned columns, or `empty` for one without rows.
pub(crate) fn table<R: IntoIterator<Item = String>>(
    header: &[&str],
    rows: impl IntoIterator<Item = R>,
    empty: &str,
) -> Result<()> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header);
    for row in rows {
        table.add_row(row);
    }
    if table.is_empty() {
        return line(empty);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    for text in table.lines() {
        line(text.trim_end())?;
    }
    Ok(())
}

/// Returns the first line of a text, at most `limit` characters long.
pub(crate) fn excerpt(text: &str, limit: usize) -> String {
    let first = text.trim().lines().next().unwrap_or_default();
    match first.char_indices().nth(limit) {
        Some((end, _)) => format!("{}..", first.get(..end).unwrap_or_default()),
        None => first.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_are_cut_between_characters() {
        assert_eq!(excerpt(" äöü\nmore", 3), "äöü");
        assert_eq!(excerpt("äöüß", 3), "äöü..");
        assert_eq!(excerpt("", 3), "");
    }
}
