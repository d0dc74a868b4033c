//! A place in a document, with the references below it resolved.

use serde_json::{Map, Value};

use super::ContractError;

/// The maximum number of references from one to the next.
const MAX_REFERENCES: usize = 16;

type Result<T> = std::result::Result<T, ContractError>;

/// A value of a document with its location.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    document: &'a Value,
    pub(super) value: &'a Value,
    /// The JSON pointer from the root.
    location: String,
}

impl<'a> Node<'a> {
    pub(super) fn root(document: &'a Value) -> Self {
        Self {
            document,
            value: document,
            location: "#".to_owned(),
        }
    }

    /// Returns an error at this place.
    pub(super) fn error(&self, message: impl Into<String>) -> ContractError {
        ContractError::Document {
            location: self.location.clone(),
            message: message.into(),
        }
    }

    /// Returns a member, whose references are followed.
    pub(super) fn member(&self, key: &str) -> Result<Option<Self>> {
        let child = self.value.get(key).map(|value| self.child(key, value));
        child.map(Self::resolved).transpose()
    }

    /// Returns a member without following its references.
    pub(super) fn schema(&self, key: &str) -> Option<Self> {
        Some(self.child(key, self.value.get(key)?))
    }

    /// Returns a member that must exist.
    pub(super) fn required(&self, key: &str) -> Result<Self> {
        let missing = || self.error(format!("`{key}` is missing"));
        self.member(key)?.ok_or_else(missing)
    }

    /// Returns the members of a map, none of a missing one.
    pub(super) fn members(&self, key: &str) -> Result<Vec<(&'a str, Self)>> {
        match self.member(key)? {
            Some(map) => map.entries(),
            None => Ok(Vec::new()),
        }
    }

    /// Returns the members of this map.
    pub(super) fn entries(&self) -> Result<Vec<(&'a str, Self)>> {
        let members = self.object()?.iter();
        members
            .map(|(key, value)| Ok((key.as_str(), self.child(key, value).resolved()?)))
            .collect()
    }

    /// Returns the items of a list, none of a missing one.
    pub(super) fn items(&self, key: &str) -> Result<Vec<Self>> {
        let Some(list) = self.member(key)? else {
            return Ok(Vec::new());
        };
        let items = list.value.as_array();
        let items = items.ok_or_else(|| list.error("must be a list"))?;
        let items = items.iter().enumerate();
        items
            .map(|(at, value)| list.child(&at.to_string(), value).resolved())
            .collect()
    }

    pub(super) fn string(&self, key: &str) -> Result<Option<&'a str>> {
        self.scalar(key, "a string", Value::as_str)
    }

    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>> {
        self.scalar(key, "true or false", Value::as_bool)
    }

    pub(super) fn required_string(&self, key: &str) -> Result<&'a str> {
        let missing = || self.error(format!("`{key}` is missing"));
        self.string(key)?.ok_or_else(missing)
    }

    /// Rejects keys outside the list, except extensions: they could change the meaning of the others.
    pub(super) fn only(&self, keys: &[&str]) -> Result<()> {
        let mut found = self.object()?.keys();
        match found.find(|key| !key.starts_with("x-") && !keys.contains(&key.as_str())) {
            Some(key) => Err(self.error(format!("`{key}` is not supported here"))),
            None => Ok(()),
        }
    }

    fn scalar<T>(
        &self,
        key: &str,
        expected: &str,
        convert: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some(member) = self.member(key)? else {
            return Ok(None);
        };
        let value = convert(member.value);
        let wrong = || member.error(format!("must be {expected}"));
        value.map(Some).ok_or_else(wrong)
    }

    pub(super) fn object(&self) -> Result<&'a Map<String, Value>> {
        let object = self.value.as_object();
        object.ok_or_else(|| self.error("must be a map"))
    }

    pub(super) fn child(&self, key: &str, value: &'a Value) -> Self {
        let key = key.replace('~', "~0").replace('/', "~1");
        Self {
            document: self.document,
            value,
            location: format!("{}/{key}", self.location),
        }
    }

    /// Follows the references up to another value.
    pub(super) fn resolved(mut self) -> Result<Self> {
        for _ in 0..MAX_REFERENCES {
            let Some(reference) = self.value.get("$ref").and_then(Value::as_str) else {
                return Ok(self);
            };
            let target = reference.strip_prefix('#');
            let target = target.and_then(|pointer| self.document.pointer(pointer));
            let dangling = || self.error(format!("`{reference}` is not in the document"));
            self.value = target.ok_or_else(dangling)?;
            self.location = reference.to_owned();
        }
        Err(self.error("the reference leads to itself"))
    }
}
