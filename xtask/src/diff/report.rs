//! Reports of changes: a table, Markdown for the changelog, and JSON.

use std::fmt::Write;

use serde_json::{Value, json};

use super::Report;
use super::change::{Change, Section};
use super::class::{Class, Severity};

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
pub(crate) enum Format {
    Table,
    Markdown,
    Json,
}

impl Format {
    /// Formats a report.
    pub(super) fn report(self, report: &Report) -> String {
        match self {
            Self::Table => table(report),
            Self::Markdown => markdown(&report.changes),
            Self::Json => format!("{:#}", json(report)),
        }
    }
}

/// Formats a row for each change, the worst first, and the number of changes of each severity.
fn table(report: &Report) -> String {
    let Report {
        changes, ignored, ..
    } = report;
    let ignored = match ignored {
        0 => String::new(),
        count => format!(", {count} ignored by openapi/diff.toml"),
    };
    if changes.is_empty() {
        return format!("Nothing changed{ignored}.");
    }
    let mut sorted: Vec<&Change> = changes.iter().collect();
    sorted.sort_by_key(|change| std::cmp::Reverse((change.severity, change.worst())));
    let heads = ["SEVERITY", "ID", "WIRE", "RUST", "LOCATION", "CHANGE"].map(str::to_owned);
    let rows: Vec<[String; 6]> = std::iter::once(heads)
        .chain(sorted.into_iter().map(row))
        .collect();
    let mut text = aligned(&rows);
    let _infallible = write!(text, "\n{}{ignored}", counts(changes));
    text
}

fn row(change: &Change) -> [String; 6] {
    let notes: Vec<&str> = notes(change).collect();
    let description = match notes.as_slice() {
        [] => change.description(),
        notes => format!("{} ({})", change.description(), notes.join("; ")),
    };
    [
        change.severity.name().to_owned(),
        change.rule.id.to_owned(),
        change.wire.to_string(),
        change.rust.to_string(),
        format!("{}: {}{}", change.api, change.location(), more(change)),
        description,
    ]
}

/// Returns the effect of a change, and the reason for its severity if it was overridden.
fn notes(change: &Change) -> impl Iterator<Item = &str> {
    let note = Some(change.rule.note).filter(|note| !note.is_empty());
    note.into_iter().chain(change.reason.as_deref())
}

/// Formats the number of other affected operations.
fn more(change: &Change) -> String {
    match change.difference.operations().len() {
        0 | 1 => String::new(),
        2 => " (and 1 more operation)".to_owned(),
        all => format!(" (and {} more operations)", all - 1),
    }
}

fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(widths);
        let line: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        let _infallible = writeln!(text, "{}", line.join("  ").trim_end());
    }
    text
}

fn counts(changes: &[Change]) -> String {
    let of = |severity: Severity, plural: &str| {
        let found = changes.iter().filter(|change| change.severity == severity);
        match found.count() {
            1 => format!("1 {}", severity.name()),
            count => format!("{count} {}{plural}", severity.name()),
        }
    };
    let counts = [
        of(Severity::Error, "s"),
        of(Severity::Warning, "s"),
        of(Severity::Info, ""),
    ];
    let plural = if changes.len() == 1 { "" } else { "s" };
    format!("{} change{plural}: {}", changes.len(), counts.join(", "))
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
    let notes: String = notes(change).map(|note| format!("; {note}")).collect();
    let classes = match wire == rust {
        true => format!("{wire}"),
        false => format!("wire {wire}, Rust {rust}"),
    };
    let classes = classes.replace(" -", " unchanged");
    let (location, more, description) = (change.location(), more(change), change.description());
    format!("- {api}, `{location}`{more}: {description} ({classes}{notes})")
}

fn json(report: &Report) -> Value {
    let worst = report.worst().map(Severity::name);
    json!({
        "changes": report.changes.iter().map(object).collect::<Vec<_>>(),
        "ignored": report.ignored,
        "worst": worst,
        "diagnostics": report.unused.iter().map(crate::diagnostic::Report::to_json).collect::<Vec<_>>(),
    })
}

/// The number of uses that the JSON of a change lists.
const MAX_USES: usize = 100;

fn object(change: &Change) -> Value {
    let class = |class: Class| (class != Class::Invisible).then(|| class.name());
    let difference = &change.difference;
    let [old_location, new_location] = difference
        .locations
        .clone()
        .map(|location| location.to_string());
    let (uses, use_count) = difference.use_locations(MAX_USES);
    let uses = uses
        .into_iter()
        .map(|(operation, path)| json!({ "operation": operation, "path": path }));
    json!({
        "id": change.rule.id,
        "severity": change.severity.name(),
        "override": change.reason,
        "api": change.api,
        "operations": difference.operations(),
        "path": difference.path(),
        "description": change.description(),
        "note": change.rule.note,
        "wire": class(change.wire),
        "rust": class(change.rust),
        "old": { "pointer": old_location, "value": difference.old },
        "new": { "pointer": new_location, "value": difference.new },
        "uses": uses.collect::<Vec<_>>(),
        "use_count": use_count,
    })
}
