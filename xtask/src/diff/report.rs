//! Reports of changes: a table, Markdown for the changelog, and JSON.

use std::fmt::Write;

use serde_json::{Value, json};

use super::change::{Change, Section};
use super::class::Class;

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
pub(crate) enum Format {
    Table,
    Markdown,
    Json,
}

impl Format {
    /// Formats a report of the changes.
    pub(super) fn report(self, changes: &[Change]) -> String {
        match self {
            Self::Table => table(changes),
            Self::Markdown => markdown(changes),
            Self::Json => format!("{:#}", json(changes)),
        }
    }
}

/// Formats a row for each change, the worst first, and the number of changes of each class.
fn table(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "Nothing changed.".to_owned();
    }
    let mut sorted: Vec<&Change> = changes.iter().collect();
    sorted.sort_by_key(|change| std::cmp::Reverse(change.worst()));
    let heads = ["WIRE", "RUST", "LOCATION", "CHANGE"].map(str::to_owned);
    let rows: Vec<[String; 4]> = std::iter::once(heads)
        .chain(sorted.into_iter().map(row))
        .collect();
    let mut text = aligned(&rows);
    let _infallible = write!(text, "\n{}", counts(changes));
    text
}

fn row(change: &Change) -> [String; 4] {
    let description = match change.rule.note {
        "" => change.description(),
        note => format!("{} ({note})", change.description()),
    };
    [
        change.wire.to_string(),
        change.rust.to_string(),
        format!("{}: {}{}", change.api, location(change), more(change)),
        description,
    ]
}

/// Formats the first affected operation and the path to the change.
fn location(change: &Change) -> String {
    let operation = change
        .difference
        .operations()
        .first()
        .copied()
        .unwrap_or_default();
    let location = format!("{operation} {}", change.difference.path());
    match location.trim() {
        "" => "the document".to_owned(),
        location => location.to_owned(),
    }
}

/// Formats the number of other affected operations.
fn more(change: &Change) -> String {
    match change.difference.operations().len() {
        0 | 1 => String::new(),
        2 => " (and 1 more operation)".to_owned(),
        all => format!(" (and {} more operations)", all - 1),
    }
}

fn aligned(rows: &[[String; 4]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths = [0, 1, 2].map(width);
    let mut text = String::new();
    for [wire, rust, location, description] in rows {
        let [a, b, c] = widths;
        let _infallible = writeln!(text, "{wire:a$}  {rust:b$}  {location:c$}  {description}");
    }
    text
}

fn counts(changes: &[Change]) -> String {
    let of = |class: Class| {
        let count = changes
            .iter()
            .filter(|change| change.worst() == class)
            .count();
        format!("{count} {class}")
    };
    let classes = [Class::Breaking, Class::Compatible, Class::Documentation];
    let plural = if changes.len() == 1 { "" } else { "s" };
    let classes = classes.map(of).join(", ");
    format!("{} change{plural}: {classes}", changes.len())
}

const SECTIONS: [(Section, &str); 4] = [
    (Section::Breaking, "Breaking"),
    (Section::Added, "Added"),
    (Section::Changed, "Changed"),
    (Section::Documentation, "Documentation"),
];

/// Formats the sections of a changelog, without empty ones.
fn markdown(changes: &[Change]) -> String {
    let mut sections = Vec::new();
    for (section, title) in SECTIONS {
        let of_section = changes.iter().filter(|change| change.section() == section);
        let items: Vec<String> = of_section.map(item).collect();
        if !items.is_empty() {
            sections.push(format!("### {title}\n\n{}", items.join("\n")));
        }
    }
    if sections.is_empty() {
        return "Nothing changed.".to_owned();
    }
    sections.join("\n\n")
}

fn item(change: &Change) -> String {
    let Change {
        api, wire, rust, ..
    } = change;
    let note = match change.rule.note {
        "" => String::new(),
        note => format!("; {note}"),
    };
    let classes = match wire == rust {
        true => format!("{wire}"),
        false => format!("wire {wire}, Rust {rust}"),
    };
    let classes = classes.replace(" -", " unchanged");
    let (location, more, description) = (location(change), more(change), change.description());
    format!("- {api}, `{location}`{more}: {description} ({classes}{note})")
}

fn json(changes: &[Change]) -> Value {
    let all: Vec<Value> = changes.iter().map(object).collect();
    let worst = changes.iter().map(Change::worst).max();
    json!({ "changes": all, "worst": worst.map(Class::name) })
}

fn object(change: &Change) -> Value {
    let class = |class: Class| (class != Class::Invisible).then(|| class.name());
    let difference = &change.difference;
    let [old_location, new_location] = difference
        .locations
        .clone()
        .map(|location| location.to_string());
    let uses = difference
        .places()
        .into_iter()
        .map(|(operation, path)| json!({ "operation": operation, "path": path }));
    json!({
        "api": change.api,
        "operations": change.difference.operations(),
        "path": change.difference.path(),
        "description": change.description(),
        "note": change.rule.note,
        "rule": change.rule.name,
        "wire": class(change.wire),
        "rust": class(change.rust),
        "old": { "pointer": old_location, "value": difference.old },
        "new": { "pointer": new_location, "value": difference.new },
        "uses": uses.collect::<Vec<_>>(),
    })
}
