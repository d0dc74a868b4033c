//! Locations in a document.

use std::fmt;

/// A JSON pointer into a document, and the operation that contains it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Location {
    operation: Option<String>,
    pointer: String,
}

impl Location {
    /// Creates the location of a JSON pointer.
    pub(crate) fn at(pointer: &str) -> Self {
        Self {
            operation: None,
            pointer: pointer.to_owned(),
        }
    }

    /// Returns the unescaped keys of the pointer.
    pub(crate) fn keys(&self) -> impl Iterator<Item = String> {
        let keys = self.pointer.split('/').skip(1);
        keys.map(|key| key.replace("~1", "/").replace("~0", "~"))
    }

    /// Creates the location of a component schema.
    pub(crate) fn schema(name: &str) -> Self {
        Self::default().key("components").key("schemas").key(name)
    }

    /// Returns the location of a member or an item of the value here.
    pub(crate) fn key(&self, key: impl fmt::Display) -> Self {
        let key = key.to_string().replace('~', "~0").replace('/', "~1");
        Self {
            operation: self.operation.clone(),
            pointer: format!("{}/{key}", self.pointer),
        }
    }

    /// Sets the operation to that of another location.
    pub(crate) fn in_operation_of(mut self, other: &Self) -> Self {
        self.operation.clone_from(&other.operation);
        self
    }

    /// Sets the operation.
    pub(crate) fn in_operation(mut self, operation: &str) -> Self {
        self.operation = Some(operation.to_owned());
        self
    }

    /// Returns the operation, if it is known.
    pub(crate) fn operation(&self) -> Option<&str> {
        self.operation.as_deref()
    }

    /// Returns the JSON pointer.
    pub(crate) fn pointer(&self) -> &str {
        &self.pointer
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.pointer)?;
        match &self.operation {
            Some(operation) => write!(f, " (operation `{operation}`)"),
            None => Ok(()),
        }
    }
}
