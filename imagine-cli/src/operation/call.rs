//! A call of an operation: its fields, before they are decoded to the request of the SDK.

use clap::ArgMatches;
use imagine_sdk::FilePart;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::arguments::id;
use super::{Operation, value};
use crate::failure::{Failure, Result};

/// A call of an operation.
#[derive(Clone, Debug)]
pub(crate) struct Call<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) fields: Map<String, Value>,
    /// Fields that the specification does not have.
    pub(crate) extra: Map<String, Value>,
    /// True if the events of a stream are requested.
    pub(crate) streams: bool,
}

impl<'a> Call<'a> {
    pub(crate) fn new(operation: &'a Operation, fields: Map<String, Value>) -> Self {
        Self {
            operation,
            fields,
            extra: Map::new(),
            streams: false,
        }
    }

    /// Reads the fields from the arguments of the operation's command.
    pub(crate) fn from_arguments(operation: &'a Operation, matches: &ArgMatches) -> Result<Self> {
        let mut fields = Map::new();
        for field in operation.fields {
            let texts = matches.try_get_many::<String>(&id(field)).ok().flatten();
            let given = texts.into_iter().flatten();
            let mut values = given
                .map(|text| value::read(field.kind, text))
                .collect::<Result<Vec<_>>>()?;
            let value = match (field.is_list, values.pop()) {
                (_, None) => continue,
                (false, Some(value)) => value,
                (true, Some(last)) => {
                    values.push(last);
                    values.into()
                }
            };
            fields.insert(field.name.to_owned(), value);
        }
        Ok(Self::new(operation, fields))
    }

    /// Decodes the fields as the request of the SDK.
    pub(crate) fn decode<R: DeserializeOwned>(&self) -> Result<R> {
        let mut fields = self.fields.clone();
        for field in self.operation.fields {
            if let Some(default) = field.default.filter(|_| !fields.contains_key(field.name)) {
                fields.insert(field.name.to_owned(), value::read(field.kind, default)?);
            }
            let Some(value) = fields.get(field.name).cloned() else {
                continue;
            };
            for other in field.also_sets {
                fields.entry(*other).or_insert_with(|| value.clone());
            }
        }
        serde_json::from_value(fields.into())
            .map_err(|error| Failure::usage(format!("{}: {error}", self.operation.id)))
    }

    /// Returns the string of a field that is required.
    pub(crate) fn string(&self, name: &str) -> Result<String> {
        match self.fields.get(name) {
            Some(Value::String(text)) => Ok(text.clone()),
            _ => Err(Failure::usage(format!(
                "{}: `{name}` is missing",
                self.operation.id
            ))),
        }
    }

    /// Returns the file of a field that is required.
    pub(crate) fn file(&self, name: &str) -> Result<FilePart> {
        self.string(name).map(FilePart::path)
    }

    /// Returns the fields of a form other than those with these names.
    pub(crate) fn others(&self, names: &[&str]) -> Vec<(&str, &Value)> {
        let fields = self.fields.iter();
        let others = fields.filter(|(name, _)| !names.contains(&name.as_str()));
        others.map(|(name, value)| (name.as_str(), value)).collect()
    }

    /// Returns the failure of an operation that this program does not have.
    pub(crate) fn unknown(&self) -> Failure {
        Failure::usage(format!("there is no operation `{}`", self.operation.id))
    }
}
