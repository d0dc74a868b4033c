//! Rows of input and output files.

use std::path::Path;

use serde_json::Value;

use crate::failure::{Failure, Result};

/// The name of the added field.
const EMBEDDING: &str = "embedding";

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// CSV with a header.
    Csv,
    /// One JSON value in each line. Of input, a line that is not JSON is a text.
    Jsonl,
    /// One text in each line.
    Lines,
}

impl Format {
    pub(super) fn of_input(path: &Path) -> Self {
        match extension(path).as_str() {
            "csv" => Self::Csv,
            "jsonl" | "ndjson" | "json" => Self::Jsonl,
            _ => Self::Lines,
        }
    }

    pub(super) fn of_output(path: &Path) -> Self {
        match extension(path).as_str() {
            "csv" => Self::Csv,
            _ => Self::Jsonl,
        }
    }
}

fn extension(path: &Path) -> String {
    let extension = path.extension().unwrap_or_default();
    extension.to_string_lossy().to_ascii_lowercase()
}

/// A row with its text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) text: String,
    /// In the order of the file.
    fields: Vec<(String, Value)>,
}

impl Row {
    pub(super) fn of_text(field: &str, text: &str) -> Self {
        Self {
            text: text.to_owned(),
            fields: vec![(field.to_owned(), text.into())],
        }
    }

    /// Returns the header of a CSV file.
    pub(super) fn csv_header(&self) -> String {
        let names = self.fields.iter().map(|(name, _)| name.as_str());
        record(names.chain([EMBEDDING]))
    }

    /// Returns the line of an output file. A row that was rejected has no embedding.
    pub(super) fn line(&self, format: Format, embedding: Option<&[f32]>) -> Result<String> {
        let embedding = match (embedding, format) {
            (None, Format::Csv) => String::new(),
            (embedding, _) => serde_json::to_string(&embedding)?,
        };
        Ok(match format {
            Format::Csv => {
                let values: Vec<_> = self.fields.iter().map(|(_, value)| cell(value)).collect();
                record(values.iter().map(String::as_str).chain([&*embedding]))
            }
            _ => {
                let mut line = String::from("{");
                for (name, value) in &self.fields {
                    line += &format!("{}:{value},", Value::from(name.as_str()));
                }
                format!("{line}\"{EMBEDDING}\":{embedding}}}\n")
            }
        })
    }

    /// Returns true if a line of an output file is from this row.
    pub(super) fn starts(&self, format: Format, line: &str) -> bool {
        let own = self.line(format, Some(&[])).unwrap_or_default();
        let end = own.rfind("[]").unwrap_or(own.len());
        own.get(..end)
            .is_some_and(|start| line.starts_with(start.trim_end_matches('"')))
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Writes a record of CSV. Line ends within a cell become spaces, so that each record is one line.
fn record<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let cells: Vec<_> = cells.map(|cell| cell.replace(['\r', '\n'], " ")).collect();
    // Writing to memory cannot fail.
    let _ = writer.write_record(&cells);
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads rows.
pub(super) struct Reader<'a> {
    pub(super) format: Format,
    /// The name of the field with the text.
    pub(super) field: &'a str,
}

impl Reader<'_> {
    pub(super) fn read(&self, text: &str) -> Result<Vec<Row>> {
        match self.format {
            Format::Csv => self.csv(text),
            Format::Jsonl => {
                let lines = text.lines().enumerate();
                let lines = lines.filter(|(_, line)| !line.trim().is_empty());
                lines
                    .map(|(index, line)| self.json(index + 1, line))
                    .collect()
            }
            Format::Lines => {
                let lines = text.lines().filter(|line| !line.trim().is_empty());
                Ok(lines.map(|line| Row::of_text(self.field, line)).collect())
            }
        }
    }

    fn csv(&self, text: &str) -> Result<Vec<Row>> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let invalid = |error: csv::Error| Failure::usage(format!("the input is not CSV: {error}"));
        let header = reader.headers().map_err(invalid)?.clone();
        let mut rows = Vec::new();
        for (index, record) in reader.records().enumerate() {
            let record = record.map_err(invalid)?;
            let cells = header.iter().zip(record.iter());
            let fields = cells.map(|(name, cell)| (name.to_owned(), Value::from(cell)));
            rows.push(self.row(index + 2, fields.collect())?);
        }
        Ok(rows)
    }

    fn json(&self, number: usize, line: &str) -> Result<Row> {
        match serde_json::from_str(line) {
            Ok(Value::Object(fields)) => self.row(number, fields.into_iter().collect()),
            Ok(Value::String(text)) => Ok(Row::of_text(self.field, &text)),
            _ => Ok(Row::of_text(self.field, line)),
        }
    }

    fn row(&self, number: usize, fields: Vec<(String, Value)>) -> Result<Row> {
        let text = fields.iter().find(|(name, _)| name == self.field);
        match text.map(|(_, value)| value.clone()) {
            Some(Value::String(text)) if !text.is_empty() => Ok(Row { text, fields }),
            _ => {
                let message = format!("line {number} has no text in `{}`", self.field);
                let names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
                let hint = format!("choose the field with `--field`: {}", names.join(", "));
                Err(Failure::usage(message).with_hint(hint))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: Format, text: &str) -> Vec<Row> {
        Reader {
            format,
            field: "text",
        }
        .read(text)
        .unwrap()
    }

    #[test]
    fn texts_come_from_every_format() {
        let texts = |format, text| {
            let rows = read(format, text).into_iter();
            rows.map(|row| row.text).collect::<Vec<_>>()
        };
        assert_eq!(
            texts(Format::Csv, "id,text\n1,\"a, b\"\n2,c\n"),
            ["a, b", "c"]
        );
        assert_eq!(
            texts(Format::Jsonl, "{\"text\":\"a\",\"id\":1}\n\"b\"\n\nplain\n"),
            ["a", "b", "plain"]
        );
        assert_eq!(texts(Format::Lines, "a\n\n{b}\n"), ["a", "{b}"]);
    }

    #[test]
    fn rows_keep_their_fields() {
        let row = &read(Format::Jsonl, "{\"id\":1,\"text\":\"a\\nb\"}")[0];
        assert_eq!(
            row.line(Format::Jsonl, Some(&[0.5])).unwrap(),
            "{\"id\":1,\"text\":\"a\\nb\",\"embedding\":[0.5]}\n"
        );
        assert_eq!(row.csv_header(), "id,text,embedding\n");
        assert_eq!(
            row.line(Format::Csv, Some(&[0.5, 1.0])).unwrap(),
            "1,a b,\"[0.5,1.0]\"\n"
        );
    }

    #[test]
    fn a_line_is_recognized_as_that_of_its_row() {
        for format in [Format::Csv, Format::Jsonl] {
            let rows = read(Format::Lines, "a\nb");
            let line = rows[0].line(format, Some(&[0.5])).unwrap();
            assert!(rows[0].starts(format, &line), "{line}");
            assert!(!rows[1].starts(format, &line), "{line}");
        }
    }

    #[test]
    fn a_missing_field_is_an_error_with_its_line() {
        let reader = Reader {
            format: Format::Csv,
            field: "body",
        };
        let failure = reader.read("id,text\n1,a\n").unwrap_err();
        assert_eq!(failure.to_string(), "line 2 has no text in `body`");
    }
}
