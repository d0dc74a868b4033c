//! Parser of the guide's tables.

use std::collections::BTreeSet;

use regex_lite::Regex;

/// A row: the counterparts of names, or of their parameters.
#[derive(Debug)]
pub struct Row {
    /// Methods, classes or exceptions.
    pub names: Vec<String>,
    /// Parameters, fields or values. Empty if the row describes the names themselves.
    pub parameters: Vec<String>,
    /// The counterpart.
    pub here: String,
}

impl Row {
    fn read(line: &str) -> Option<Self> {
        let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
        let (names, parameters, here) = (cells.next()?, cells.next()?, cells.next()?);
        let names = codes(names);
        let row = Self {
            names,
            parameters: codes(parameters),
            here: here.to_owned(),
        };
        (!row.names.is_empty()).then_some(row)
    }

    /// Returns each name, with each parameter.
    pub fn subjects(&self) -> impl Iterator<Item = (String, String)> {
        let none = [String::new()];
        let parameters = if self.parameters.is_empty() {
            &none[..]
        } else {
            &self.parameters
        };
        let pair = |name: &String, parameter: &String| (name.clone(), parameter.clone());
        let pairs = self.names.iter().flat_map(|name| {
            parameters
                .iter()
                .map(move |parameter| pair(name, parameter))
        });
        pairs.collect::<BTreeSet<_>>().into_iter()
    }

    /// Returns the first code span of the counterpart.
    pub fn code(&self) -> Option<String> {
        codes(&self.here).into_iter().next()
    }

    /// Returns true if the counterpart starts with this word.
    pub fn is(&self, word: &str) -> bool {
        self.here.starts_with(word)
    }
}

fn codes(text: &str) -> Vec<String> {
    let code = Regex::new("`([^`]+)`").unwrap();
    code.captures_iter(text)
        .map(|code| code[1].to_owned())
        .collect()
}

/// Returns the rows of all tables.
pub fn rows() -> Vec<Row> {
    let guide = include_str!("../../../docs/coming-from-python.md");
    guide.lines().filter_map(Row::read).collect()
}
