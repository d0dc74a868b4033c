//! The models that a service offers.

use std::collections::BTreeMap;

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::list::list;
use crate::generated::inference::types::ModelType;
use crate::json::ExtraFields;

/// The names of models by their type.
///
/// The list of an OpenAI-compatible server contains no types. Its models have the default type, an empty string.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ModelsByType(BTreeMap<ModelType, Vec<String>>);

/// The names of models of all types.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ModelNames(Vec<String>);

impl ExtraFields for ModelsByType {}

impl ExtraFields for ModelNames {}

list!([] ModelNames, String);

impl ModelNames {
    /// Returns true if a model has this name.
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|known| known == name)
    }
}

impl ModelsByType {
    /// Returns the number of types.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns true if there are no models.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the names of the models of a type.
    pub fn get(&self, model_type: &ModelType) -> Option<&[String]> {
        self.0.get(model_type).map(Vec::as_slice)
    }

    /// Returns an iterator over the types and the names of their models.
    pub fn iter(&self) -> std::collections::btree_map::Iter<'_, ModelType, Vec<String>> {
        self.0.iter()
    }

    /// Returns the models as a map.
    pub fn into_map(self) -> BTreeMap<ModelType, Vec<String>> {
        self.0
    }
}

impl IntoIterator for ModelsByType {
    type Item = (ModelType, Vec<String>);
    type IntoIter = std::collections::btree_map::IntoIter<ModelType, Vec<String>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a ModelsByType {
    type Item = (&'a ModelType, &'a Vec<String>);
    type IntoIter = std::collections::btree_map::Iter<'a, ModelType, Vec<String>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'de> Deserialize<'de> for ModelsByType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut models = BTreeMap::<ModelType, Vec<String>>::new();
        match Value::deserialize(deserializer)? {
            Value::Object(response)
                if response.get("object").is_some_and(|kind| kind == "list") =>
            {
                models.insert(
                    ModelType::default(),
                    response.get("data").map(names).unwrap_or_default(),
                );
            }
            Value::Object(response) if response.get("data").is_some_and(is_list_of_objects) => {
                let names = response.get("data").map(names).unwrap_or_default();
                models.insert(ModelType::default(), names);
            }
            Value::Object(types)
                if types.values().all(|list| list.is_array() || list.is_null()) =>
            {
                let types = types
                    .iter()
                    .map(|(kind, list)| (ModelType::from(kind.as_str()), names(list)));
                models.extend(types);
            }
            list @ Value::Array(_) => {
                models.insert(ModelType::default(), names(&list));
            }
            _ => {
                return Err(D::Error::custom(
                    "invalid type, expected models by their type, or a list of models",
                ));
            }
        }
        Ok(Self(models))
    }
}

impl<'de> Deserialize<'de> for ModelNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let models = ModelsByType::deserialize(deserializer)?;
        Ok(Self(
            models.into_iter().flat_map(|(_, names)| names).collect(),
        ))
    }
}

fn is_list_of_objects(data: &Value) -> bool {
    data.as_array()
        .is_some_and(|models| !models.is_empty() && models.iter().all(Value::is_object))
}

/// Returns the names in a list, whose entries are strings or objects with an `id`.
fn names(list: &Value) -> Vec<String> {
    let name = |entry: &Value| {
        entry
            .as_str()
            .or_else(|| entry.get("id")?.as_str())
            .map(str::to_owned)
    };
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_known_shapes_decode_to_the_same_names() {
        for json in [
            r#"{"llm":["a"],"video":["b"]}"#,
            r#"{"object":"list","data":[{"id":"a"},{"id":"b"}]}"#,
            r#"["a","b"]"#,
        ] {
            let models: ModelNames = serde_json::from_str(json).unwrap();
            assert_eq!(models.as_slice(), ["a", "b"], "{json}");
        }
        let models: ModelsByType = serde_json::from_str(r#"{"llm":["a"],"video":null}"#).unwrap();
        assert_eq!(models.get(&ModelType::Llm).unwrap(), ["a"]);
        assert_eq!(
            serde_json::to_string(&models).unwrap(),
            r#"{"llm":["a"],"video":[]}"#
        );
    }

    #[test]
    fn an_error_does_not_decode_as_models() {
        for json in [r#"{"error":{"message":"busy"}}"#, r#"{"detail":"busy"}"#] {
            assert!(
                serde_json::from_str::<ModelsByType>(json).is_err(),
                "{json}"
            );
        }
    }
}
