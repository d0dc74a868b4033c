//! Places in a text.

use std::collections::HashMap;
use std::fmt;

/// A location in a text. Lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mark {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl From<saphyr_parser::Marker> for Mark {
    fn from(marker: saphyr_parser::Marker) -> Self {
        Self {
            line: marker.line(),
            column: marker.col() + 1,
        }
    }
}

/// The locations of all values of a document, by their JSON pointers. That of a member is its key's.
#[derive(Debug, Default)]
pub(crate) struct Marks(HashMap<String, Mark>);

impl Marks {
    /// The location of a value or, where it is not there, of the closest that would contain it.
    pub(crate) fn at(&self, pointer: &str) -> Mark {
        let mut pointer = pointer;
        loop {
            match (self.0.get(pointer), pointer.rfind('/')) {
                (Some(mark), _) => return *mark,
                (None, Some(end)) => pointer = pointer.get(..end).unwrap_or_default(),
                (None, None) => return Mark { line: 1, column: 1 },
            }
        }
    }

    pub(super) fn set(&mut self, pointer: &str, mark: Mark) {
        self.0.insert(pointer.to_owned(), mark);
    }
}
