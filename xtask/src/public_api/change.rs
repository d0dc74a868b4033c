//! What is in one listing and not in another.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

/// How many lines of each kind are shown; the rest is counted.
const SHOWN: usize = 10;

/// The difference of a listing from what is public.
#[derive(Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) path: PathBuf,
    gone: Vec<String>,
    new: Vec<String>,
}

impl Change {
    /// What is new in `public`, or gone from it, since the listing was written; `None` where it is the same.
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
            gone: only(&old, &now),
            new: only(&now, &old),
        })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, gone, new } = self;
        let (gone_count, new_count) = (gone.len(), new.len());
        write!(f, "{}: {gone_count} gone, {new_count} new", path.display())?;
        show(f, '-', gone)?;
        show(f, '+', new)
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
    fn the_same_lines_are_no_change() {
        assert_eq!(change("a\nb\n", "a\nb\n"), None);
    }

    #[test]
    fn lines_that_went_and_came_are_shown() {
        let expected = "api/a.txt: 1 gone, 2 new\n    - a\n    + c\n    + d";
        assert_eq!(change("a\nb\n", "b\nc\nd\n").unwrap(), expected);
    }

    #[test]
    fn a_listing_in_another_order_is_a_change() {
        assert_eq!(
            change("b\na\n", "a\nb\n").unwrap(),
            "api/a.txt: 0 gone, 0 new"
        );
    }

    #[test]
    fn many_lines_are_counted() {
        let public: String = (10..25).map(|line| format!("{line}\n")).collect();
        let shown = change("", &public).unwrap();
        assert!(
            shown.starts_with("api/a.txt: 0 gone, 15 new\n    + 10\n"),
            "{shown}"
        );
        assert!(shown.ends_with("    + 19\n    + and 5 more"), "{shown}");
    }
}
