//! Differences between two listings.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

/// The number of lines shown of each kind; the others are counted.
const SHOWN: usize = 10;

/// The difference of a written listing from the current public API.
#[derive(Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) path: PathBuf,
    removed: Vec<String>,
    added: Vec<String>,
}

impl Change {
    /// Compares the written listing with the current one. Returns `None` if they are equal.
    pub(crate) fn between(path: PathBuf, written: &str, public: &str) -> Option<Self> {
        let (old, now): (BTreeSet<&str>, BTreeSet<&str>) =
            (written.lines().collect(), public.lines().collect());
        let only = |one: &BTreeSet<&str>, other: &BTreeSet<&str>| {
            one.difference(other)
                .map(|line| (*line).to_owned())
                .collect()
        };
        (written != public).then(|| Self {
            path,
            removed: only(&old, &now),
            added: only(&now, &old),
        })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            removed,
            added,
        } = self;
        let (removed_count, added_count) = (removed.len(), added.len());
        write!(
            f,
            "{}: {removed_count} removed, {added_count} added",
            path.display()
        )?;
        show(f, '-', removed)?;
        show(f, '+', added)
    }
}

fn show(f: &mut fmt::Formatter<'_>, sign: char, lines: &[String]) -> fmt::Result {
    for line in lines.iter().take(SHOWN) {
        write!(f, "\n    {sign} {line}")?;
    }
    match lines.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => write!(f, "\n    {sign} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(written: &str, public: &str) -> Option<String> {
        Change::between("api/a.txt".into(), written, public).map(|change| change.to_string())
    }

    #[test]
    fn equal_listings_do_not_differ() {
        assert_eq!(change("a\nb\n", "a\nb\n"), None);
    }

    #[test]
    fn shows_removed_and_added_lines() {
        let expected = "api/a.txt: 1 removed, 2 added\n    - a\n    + c\n    + d";
        assert_eq!(change("a\nb\n", "b\nc\nd\n").unwrap(), expected);
    }

    #[test]
    fn another_order_is_a_change() {
        assert_eq!(
            change("b\na\n", "a\nb\n").unwrap(),
            "api/a.txt: 0 removed, 0 added"
        );
    }

    #[test]
    fn counts_lines_beyond_the_limit() {
        let public: String = (10..25).map(|line| format!("{line}\n")).collect();
        let shown = change("", &public).unwrap();
        assert!(
            shown.starts_with("api/a.txt: 0 removed, 15 added\n    + 10\n"),
            "{shown}"
        );
        assert!(shown.ends_with("    + 19\n    + and 5 more"), "{shown}");
    }
}
