//! The styles of parameters: the encoding of lists and objects as strings.

use serde_json::{Map, Value};

use super::Definitions;
use super::definitions::has_type;

/// The style of a parameter, as OpenAPI names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// One parameter per item or member.
    Exploded,
    /// All items or members in one parameter, with this separator.
    Joined(char),
    /// One parameter `name[key]` per member.
    DeepObject,
    /// A JSON document.
    Json,
}

impl Style {
    /// Returns the style for the keywords of a parameter, or `None` for one that its location does not have;
    /// `location` determines the defaults.
    pub(super) fn new(location: &str, style: Option<&str>, explode: Option<bool>) -> Option<Self> {
        let style = match (location, style) {
            (_, Some("json")) => Self::Json,
            ("query", Some("deepObject")) => Self::DeepObject,
            ("query", Some("spaceDelimited")) if explode != Some(true) => Self::Joined(' '),
            ("query", Some("pipeDelimited")) if explode != Some(true) => Self::Joined('|'),
            ("query", Some("spaceDelimited" | "pipeDelimited")) => Self::Exploded,
            ("header" | "path", None | Some("simple")) => Self::Joined(','),
            ("query" | "cookie", None | Some("form")) if explode == Some(false) => {
                Self::Joined(',')
            }
            ("query" | "cookie", None | Some("form")) => Self::Exploded,
            _ => return None,
        };
        Some(style)
    }

    /// Returns the value of a parameter, or `None` if it is missing. `values` has the decoded strings of all
    /// parameters at the location.
    pub(super) fn read(
        self,
        name: &str,
        schema: &Value,
        values: &[(String, String)],
        definitions: &Definitions,
    ) -> Option<Value> {
        let own = || {
            let own = values.iter().filter(|(other, _)| other == name);
            own.map(|(_, value)| value.as_str())
        };
        let resolved = definitions.resolve(schema);
        match (self, kind(resolved)) {
            (Self::Json, _) => own().next().map(json),
            (Self::DeepObject, _) => {
                let members = values.iter().filter_map(|(other, value)| {
                    let key = other.strip_prefix(name)?.strip_prefix('[')?;
                    Some((key.strip_suffix(']')?, value.as_str()))
                });
                object(members, schema, definitions)
            }
            (Self::Exploded, Kind::Object) => {
                let properties = definitions.properties(schema);
                let is_open = properties.is_empty();
                let members = values.iter().filter(|(other, _)| {
                    is_open || properties.iter().any(|(known, _)| known == other)
                });
                object(
                    members.map(|(key, value)| (key.as_str(), value.as_str())),
                    schema,
                    definitions,
                )
            }
            (Self::Exploded, Kind::List) => {
                own().next()?;
                Some(list(own(), resolved, definitions))
            }
            (Self::Joined(separator), Kind::List) => own()
                .next()
                .map(|joined| list(joined.split(separator), resolved, definitions)),
            _ => own().next().map(|value| definitions.coerce(schema, value)),
        }
    }
}

impl Style {
    /// Returns whether a parameter of a query is the named one or a part of it.
    pub(super) fn reads(
        self,
        name: &str,
        schema: &Value,
        parameter: &str,
        definitions: &Definitions,
    ) -> bool {
        match (self, kind(definitions.resolve(schema))) {
            (Self::DeepObject, _) => parameter
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('[')),
            (Self::Exploded, Kind::Object) => {
                let properties = definitions.properties(schema);
                properties.is_empty() || properties.iter().any(|(known, _)| *known == parameter)
            }
            _ => name == parameter,
        }
    }
}

enum Kind {
    List,
    Object,
    Other,
}

fn kind(resolved: &Value) -> Kind {
    if has_type(resolved, "array") {
        Kind::List
    } else if has_type(resolved, "object") || resolved.get("properties").is_some() {
        Kind::Object
    } else {
        Kind::Other
    }
}

/// Parses a JSON document; a schema rejects the string of one that is malformed.
pub(super) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

fn list<'a>(
    items: impl Iterator<Item = &'a str>,
    schema: &Value,
    definitions: &Definitions,
) -> Value {
    let item = schema.get("items").unwrap_or(&Value::Null);
    items.map(|value| definitions.coerce(item, value)).collect()
}

/// Returns the members as an object, or `None` without members. Repeated members are lists.
fn object<'a>(
    members: impl Iterator<Item = (&'a str, &'a str)>,
    schema: &Value,
    definitions: &Definitions,
) -> Option<Value> {
    let mut object = Map::new();
    for (key, value) in members {
        let property = definitions.property(schema, key).unwrap_or(&Value::Null);
        let resolved = definitions.resolve(property);
        match (object.get_mut(key), kind(resolved)) {
            (Some(Value::Array(items)), Kind::List) => {
                let item = resolved.get("items").unwrap_or(&Value::Null);
                items.push(definitions.coerce(item, value));
            }
            (None, Kind::List) => {
                let items = list(std::iter::once(value), resolved, definitions);
                object.insert(key.to_owned(), items);
            }
            _ => {
                object.insert(key.to_owned(), definitions.coerce(property, value));
            }
        }
    }
    (!object.is_empty()).then_some(Value::Object(object))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(style: Style, schema: Value, query: &[(&str, &str)]) -> Option<Value> {
        let pairs = query.iter();
        let pairs: Vec<_> = pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        style.read("a", &schema, &pairs, &Definitions::default())
    }

    // P8
    #[test]
    fn lists_are_read_in_every_style() {
        let schema = json!({"type": "array", "items": {"type": "integer"}});
        for (keywords, query) in [
            ((None, None), &[("a", "1"), ("b", "9"), ("a", "2")][..]),
            (
                (Some("pipeDelimited"), Some(true)),
                &[("a", "1"), ("a", "2")],
            ),
            ((None, Some(false)), &[("a", "1,2")]),
            ((Some("spaceDelimited"), None), &[("a", "1 2")]),
            ((Some("pipeDelimited"), None), &[("a", "1|2")]),
        ] {
            let style = Style::new("query", keywords.0, keywords.1).unwrap();
            assert_eq!(
                read(style, schema.clone(), query),
                Some(json!([1, 2])),
                "{keywords:?}"
            );
            assert_eq!(
                read(style, schema.clone(), &[("b", "1")]),
                None,
                "{keywords:?}"
            );
        }
        let header = Style::new("header", None, None).unwrap();
        assert_eq!(read(header, schema, &[("a", "1,2")]), Some(json!([1, 2])));
    }

    #[test]
    fn objects_are_read_in_every_style() {
        let schema = json!({"type": "object", "properties": {"n": {"type": "integer"}, "l": {"type": "array", "items": {"type": "string"}}}});
        let expected = Some(json!({"n": 1, "l": ["x", "y"]}));
        let deep = Style::new("query", Some("deepObject"), Some(true)).unwrap();
        let query = [("a[n]", "1"), ("a[l]", "x"), ("a[l]", "y"), ("other", "2")];
        assert_eq!(read(deep, schema.clone(), &query), expected);
        let members = Style::new("query", None, None).unwrap();
        let query = [("n", "1"), ("l", "x"), ("l", "y"), ("other", "2")];
        assert_eq!(read(members, schema.clone(), &query), expected);
        let json = Style::new("query", Some("json"), None).unwrap();
        assert_eq!(
            read(json, schema, &[("a", r#"{"n":1,"l":["x","y"]}"#)]),
            expected
        );
    }
}
