//! A new field or variant must not break callers, so types that may grow are `#[non_exhaustive]`. The listing also
//! contains hand-written types.

use std::collections::BTreeSet;
use std::fs;

/// Exhaustive enums: marker types, and types that callers must match completely.
const COMPLETE: [&str; 4] = [
    "pub enum imagine_sdk::OneOrMany<T>",
    "pub enum imagine_sdk::tools::Immediate",
    "pub enum imagine_sdk::tools::Later",
    "pub enum imagine_sdk::transport::RequestBody",
];

const MARK: &str = "#[non_exhaustive] ";

/// Splits a line into the attribute's presence and the rest.
fn read(line: &str) -> (bool, &str) {
    match line.strip_prefix(MARK) {
        Some(line) => (true, line),
        None => (false, line),
    }
}

/// Returns the paths of structs with public fields.
fn structs_with_fields(listing: &str) -> BTreeSet<&str> {
    let structs = listing.lines().filter_map(|line| {
        let path = read(line).1.strip_prefix("pub struct ")?;
        Some(path.split(['<', '(']).next().unwrap_or(path))
    });
    let structs: BTreeSet<&str> = structs.collect();
    let owner = |line| {
        let item = read(line).1.strip_prefix("pub ")?.split(": ").next()?;
        item.rsplit_once("::")
            .map(|(owner, _)| owner.split('<').next().unwrap_or(owner))
    };
    let is_field =
        |line: &&str| line.contains(": ") && !line.contains('(') && !line.contains(" const ");
    let owners = listing.lines().filter(is_field).filter_map(owner);
    owners.filter(|owner| structs.contains(owner)).collect()
}

#[test]
fn types_that_may_grow_are_non_exhaustive() {
    let listing = fs::read_to_string(crate::workspace::root().join("api/imagine-sdk.txt")).unwrap();
    let growing = structs_with_fields(&listing);
    let mut checked = 0;
    for (is_marked, line) in listing.lines().map(read) {
        let is_enum = line.starts_with("pub enum ");
        let is_struct = line
            .strip_prefix("pub struct ")
            .is_some_and(|path| growing.contains(path.split(['<', '(']).next().unwrap_or(path)));
        if (is_enum || is_struct) && !COMPLETE.contains(&line) {
            assert!(is_marked, "`{line}` lacks `#[non_exhaustive]`");
            checked += 1;
        }
    }
    assert!(
        checked > 120,
        "{checked} types: the parser of the listing is wrong"
    );
}
