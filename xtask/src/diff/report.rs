//! Changes as a table, as Markdown for the changelog, and as JSON.

use std::fmt::Write;

use serde_json::{Value, json};

use super::change::{Change, Section};
use super::class::Class;

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Format {
    Table,
    Markdown,
    Json,
}

impl Format {
    /// The form of a name on the command line.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "table" => Some(Self::Table),
            "markdown" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// The report of some changes.
    pub(super) fn report(self, changes: &[Change]) -> String {
        match self {
            Self::Table => table(changes),
            Self::Markdown => markdown(changes),
            Self::Json => format!("{:#}", json(changes)),
        }
    }
}

/// One row for each change, the gravest first, and how many there are of each class.
fn table(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "Nothing changed.".to_owned();
    }
    let mut sorted: Vec<&Change> = changes.iter().collect();
    sorted.sort_by_key(|change| std::cmp::Reverse(change.worst()));
    let heads = ["WIRE", "RUST", "WHERE", "WHAT"].map(str::to_owned);
    let rows: Vec<[String; 4]> = std::iter::once(heads)
        .chain(sorted.into_iter().map(row))
        .collect();
    let mut text = aligned(&rows);
    let _infallible = write!(text, "\n{}", counts(changes));
    text
}

fn row(change: &Change) -> [String; 4] {
    let what = match change.rule.why {
        "" => change.what(),
        why => format!("{} ({why})", change.what()),
    };
    [
        change.wire.to_string(),
        change.rust.to_string(),
        format!("{}: {}{}", change.api, location(change), more(change)),
        what,
    ]
}

/// The first operation that it is felt in, and the way to it.
fn location(change: &Change) -> String {
    let operation = change.operations().first().copied().unwrap_or_default();
    let location = format!("{operation} {}", change.path());
    match location.trim() {
        "" => "the document".to_owned(),
        location => location.to_owned(),
    }
}

/// How many more operations it is felt in.
fn more(change: &Change) -> String {
    match change.operations().len() {
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
    for [wire, rust, location, what] in rows {
        let [a, b, c] = widths;
        let _infallible = writeln!(text, "{wire:a$}  {rust:b$}  {location:c$}  {what}");
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

/// The sections of a changelog, those that have something to say.
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
    let why = match change.rule.why {
        "" => String::new(),
        why => format!("; {why}"),
    };
    let classes = match wire == rust {
        true => format!("{wire}"),
        false => format!("wire {wire}, Rust {rust}"),
    };
    let classes = classes.replace(" -", " unchanged");
    let (location, more, what) = (location(change), more(change), change.what());
    format!("- {api}, `{location}`{more}: {what} ({classes}{why})")
}

fn json(changes: &[Change]) -> Value {
    let all: Vec<Value> = changes.iter().map(object).collect();
    let worst = changes.iter().map(Change::worst).max();
    json!({ "changes": all, "worst": worst.map(Class::word) })
}

fn object(change: &Change) -> Value {
    let class = |class: Class| (class != Class::Unseen).then(|| class.word());
    let difference = &change.difference;
    let [old_location, new_location] = difference
        .locations
        .clone()
        .map(|location| location.to_string());
    let uses = difference
        .uses
        .iter()
        .map(|used| json!({ "operation": used.operation(), "path": used.path() }));
    json!({
        "api": change.api,
        "operations": change.operations(),
        "path": change.path(),
        "what": change.what(),
        "why": change.rule.why,
        "rule": change.rule.name,
        "wire": class(change.wire),
        "rust": class(change.rust),
        "old": { "pointer": old_location, "value": difference.old },
        "new": { "pointer": new_location, "value": difference.new },
        "uses": uses.collect::<Vec<_>>(),
    })
}
