//! The sources of the facts in the specifications: each is listed, complete and cited.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use regex_lite::Regex;

const GRADES: [&str; 4] = ["documented", "observed", "published", "reported"];

const SPECIFICATIONS: [&str; 2] = ["openapi/inference.yaml", "openapi/media.yaml"];

fn read(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    fs::read_to_string(root.join(file)).unwrap()
}

/// Returns the grades of the listed sources by id. Each source must have a title, a publisher, a date and a grade.
fn listed() -> BTreeMap<String, String> {
    let text = read("openapi/sources.md");
    let table = text.split("|---|---|---|---|---|\n").nth(1).unwrap();
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    let mut sources = BTreeMap::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [id, title, publisher, date, grade] = cells[..] else {
            panic!("{row} has another number of cells");
        };
        let id = id.trim_matches('`').to_owned();
        assert!([title, publisher].iter().all(|cell| cell.len() > 5), "{id}");
        let is_dated = Regex::new(r"\b20\d\d\b|^undated").unwrap();
        assert!(is_dated.is_match(date), "{id}: {date}");
        assert!(GRADES.contains(&grade), "{id}: {grade}");
        let former = sources.insert(id.clone(), grade.to_owned());
        assert!(former.is_none(), "{id} is listed twice");
    }
    sources
}

/// A provenance of a specification.
struct Provenance {
    grade: String,
    /// The ids that start its citations.
    cited: Vec<String>,
    source: String,
}

fn provenances() -> Vec<Provenance> {
    let provenance = r#"x-provenance:\s+\{?grade: (\w+)(?:,|\n)\s*source: "?([^"\n}]+)"#;
    let provenance = Regex::new(provenance).unwrap();
    let id = r"[a-z]+(?:-[a-z0-9.]*[a-z0-9])?";
    let citation = Regex::new(&format!("^({id})(?: and ({id}))?(?:[, ]|$)")).unwrap();
    let mut found = Vec::new();
    for file in SPECIFICATIONS {
        let text = read(file);
        for part in provenance.captures_iter(&text) {
            let source = part[2].to_owned();
            let citations = source.split(';').map(str::trim);
            let ids = citations.flat_map(|one| {
                let ids = citation.captures(one).unwrap_or_else(|| panic!("{source}"));
                let ids = ids.iter().skip(1).flatten();
                ids.map(|id| id.as_str().to_owned()).collect::<Vec<_>>()
            });
            let cited = ids.collect();
            let grade = part[1].to_owned();
            found.push(Provenance {
                grade,
                cited,
                source,
            });
        }
        let all = text.matches("x-provenance:").count();
        let read = provenance.captures_iter(&text).count();
        assert_eq!(read, all, "{file} has a provenance in another form");
    }
    found
}

#[test]
fn every_cited_source_is_listed_and_every_listed_one_is_cited() {
    let listed: BTreeSet<String> = listed().into_keys().collect();
    let mut cited = BTreeSet::new();
    for Provenance {
        cited: ids, source, ..
    } in provenances()
    {
        for id in &ids {
            assert!(
                listed.contains(id),
                "`{id}` of {source:?} is not in sources.md"
            );
        }
        cited.extend(ids);
    }
    assert_eq!(cited, listed);
}

#[test]
fn the_grade_of_a_fact_is_that_of_a_cited_source() {
    let listed = listed();
    for Provenance {
        grade,
        cited,
        source,
    } in provenances()
    {
        let is_graded = cited.iter().any(|id| listed.get(id) == Some(&grade));
        assert!(is_graded || grade == "assumed", "{source:?} is not {grade}");
    }
}
