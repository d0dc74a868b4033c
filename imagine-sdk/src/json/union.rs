//! Open unions: values of one of several types, selected by their JSON.

use std::fmt;

use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::ser;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::reader::{self, DEPTH};
use super::{Lenient, Raw, RawText, from_str};
use crate::json;

/// A kind of JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// Any value.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction.
    Integer,
    /// A number.
    Number,
    /// A string.
    String,
    /// A list. The next kind is that of its items.
    List,
    /// An object.
    Object,
}

/// The values of a variant.
#[derive(Debug)]
pub struct VariantShape {
    /// The kind of the value; behind a list, the kind of its items.
    pub kinds: &'static [JsonKind],
    /// The values of the union's tag that select the variant.
    pub tags: &'static [&'static str],
    /// The fields of an object.
    pub fields: &'static [&'static str],
    /// The required fields of an object.
    pub required: &'static [&'static str],
}

/// The variants of a union, in the order in which they are tried.
#[derive(Debug)]
pub struct UnionShape {
    /// The field of an object that names its variant.
    pub tag: Option<&'static str>,
    /// The variants.
    pub variants: &'static [VariantShape],
}

/// Decodes a union. `decode` decodes the JSON as the variant at an index; `other` keeps a value that fits no variant.
///
/// # Errors
///
/// Fails if the value is invalid JSON or nested too deeply.
pub fn union<'de, U, D: Deserializer<'de>>(
    deserializer: D,
    shape: &UnionShape,
    decode: impl Fn(usize, &str) -> Option<U>,
    other: impl FnOnce(Value) -> U,
) -> Result<U, D::Error> {
    let RawText(raw) = RawText::deserialize(deserializer)?;
    if nesting(&raw) > usize::from(DEPTH) {
        return Err(de::Error::custom("recursion limit exceeded"));
    }
    let decoded = shape.candidates(&raw).into_iter();
    match decoded.filter_map(|at| decode(at, &raw)).next() {
        Some(value) => Ok(value),
        None => from_str(&raw).map(other).map_err(de::Error::custom),
    }
}

/// Decodes a variant of a union leniently. `None` if the JSON does not fit.
///
/// A single attempt: a second one in each of several nested unions would take exponential time.
pub fn variant<T: Default + for<'de> Lenient<'de>>(raw: &str) -> Option<T> {
    struct Loose<T>(T);
    impl<'de, T: Default + Lenient<'de>> Deserialize<'de> for Loose<T> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            json::new(deserializer).map(Loose)
        }
    }
    reader::read_fitting(raw).ok().map(|Loose(value)| value)
}

/// Encodes a variant of a union with its tag, unless the value sets the tag itself.
///
/// # Errors
///
/// Fails if the value cannot be converted to JSON.
pub fn serialize_tagged<S: Serializer>(
    value: &impl Serialize,
    tag: &str,
    name: &str,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let raw = serde_json::to_string(value).map_err(ser::Error::custom)?;
    let Ok(Members(members)) = reader::read(&raw) else {
        return Raw(&raw).serialize(serializer);
    };
    let is_unset = |raw: &RawValue| matches!(raw.get(), "null" | "\"\"");
    if members
        .iter()
        .any(|(key, raw)| key == tag && !is_unset(raw))
    {
        return Raw(&raw).serialize(serializer);
    }
    let rest = members.iter().filter(|(key, _)| key != tag);
    let rest = rest.map(|(key, raw)| format!(",{}:{raw}", Value::from(key.as_str())));
    let tag = format!("{}:{}", Value::from(tag), Value::from(name));
    let tagged = format!("{{{tag}{}}}", rest.collect::<String>());
    Raw(&tagged).serialize(serializer)
}

/// The members of an object, in order.
struct Members<'de>(Vec<(String, &'de RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}

impl UnionShape {
    /// Returns the variants that a value may be, the most likely first.
    fn candidates(&self, raw: &str) -> Vec<usize> {
        let members = match reader::read(raw) {
            Ok(Members(members)) if raw.starts_with('{') => members,
            _ => Vec::new(),
        };
        let tag = self.tag.and_then(|tag| {
            let (_, value) = members.iter().rfind(|(key, _)| key == tag)?;
            from_str::<String>(value.get()).ok()
        });
        let has = |name: &&str| members.iter().any(|(key, _)| key == name);
        let shapes = || self.variants.iter().enumerate();
        let named = shapes().find(|(_, shape)| {
            let tag = tag.as_deref();
            tag.is_some_and(|tag| shape.tags.contains(&tag))
        });
        if let Some((at, _)) = named {
            return vec![at];
        }
        let mut fitting: Vec<(usize, usize)> = shapes()
            .filter(|(_, shape)| shape.tags.is_empty() && fits(shape.kinds, raw))
            .filter(|(_, shape)| shape.required.iter().all(has))
            .map(|(at, shape)| {
                let unknown = |(key, _): &&(String, _)| !shape.fields.contains(&key.as_str());
                (members.iter().filter(unknown).count(), at)
            })
            .collect();
        fitting.sort_unstable();
        fitting.into_iter().map(|(_, at)| at).collect()
    }
}

/// Returns true if a value is of a kind.
fn fits(kinds: &[JsonKind], raw: &str) -> bool {
    let Some((kind, items)) = kinds.split_first() else {
        return true;
    };
    let first = raw.as_bytes().first();
    match kind {
        JsonKind::Any => true,
        JsonKind::Boolean => matches!(first, Some(b't' | b'f')),
        JsonKind::String => first == Some(&b'"'),
        JsonKind::Object => first == Some(&b'{'),
        JsonKind::Number => is_number(raw),
        JsonKind::Integer => {
            is_number(raw) && raw.parse::<f64>().is_ok_and(|number| number.fract() == 0.0)
        }
        JsonKind::List => reader::read::<Vec<&RawValue>>(raw)
            .is_ok_and(|list| list.first().is_none_or(|first| fits(items, first.get()))),
    }
}

fn is_number(raw: &str) -> bool {
    raw.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

/// Returns the depth of nested lists and objects.
fn nesting(raw: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut is_in_string, mut is_escaped) = (false, false);
    for byte in raw.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => is_in_string = !is_in_string,
            _ if is_in_string => {}
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn shape(kinds: &'static [JsonKind]) -> VariantShape {
        VariantShape {
            kinds,
            tags: &[],
            fields: &[],
            required: &[],
        }
    }

    #[test]
    fn variants_are_candidates_by_kind_in_their_order() {
        use JsonKind::{Integer, List, Number, Object, String};
        const UNION: UnionShape = UnionShape {
            tag: None,
            variants: &[
                shape(&[String]),
                shape(&[Integer]),
                shape(&[Number]),
                shape(&[List, String]),
                shape(&[List, List, Integer]),
                shape(&[Object]),
            ],
        };
        for (json, expected) in [
            ("\"a\"", &[0][..]),
            ("2.0", &[1, 2]),
            ("2.5", &[2]),
            ("[\"a\"]", &[3]),
            ("[[1]]", &[4]),
            ("[]", &[3, 4]),
            ("{}", &[5]),
            ("true", &[]),
        ] {
            assert_eq!(UNION.candidates(json), expected, "{json}");
        }
    }

    #[test]
    fn an_object_selects_the_variant_of_its_tag_and_its_fields() {
        const fn object(
            tags: &'static [&'static str],
            fields: &'static [&'static str],
            required: &'static [&'static str],
        ) -> VariantShape {
            VariantShape {
                kinds: &[JsonKind::Object],
                tags,
                fields,
                required,
            }
        }
        const UNION: UnionShape = UnionShape {
            tag: Some("type"),
            variants: &[
                object(&["a", "b"], &["type"], &[]),
                object(&[], &["url"], &[]),
                object(&[], &["url", "data"], &["data"]),
            ],
        };
        for (json, expected) in [
            (r#"{"type":"b","data":1}"#, &[0][..]),
            (r#"{"type":"c","data":1}"#, &[2, 1]),
            (r#"{"url":1}"#, &[1]),
            (r#"{"url":1,"data":1}"#, &[2, 1]),
        ] {
            assert_eq!(UNION.candidates(json), expected, "{json}");
        }
    }

    #[test]
    fn nesting_ignores_strings() {
        assert_eq!(nesting(r#"{"a[":["]\"{",{}]}"#), 3);
    }

    #[test]
    fn a_tag_is_written_unless_it_is_set() {
        #[derive(Serialize)]
        struct Tagged<'a>(
            #[serde(serialize_with = "tagged")] &'a std::collections::BTreeMap<&'a str, Value>,
        );
        fn tagged<S: Serializer>(
            value: &std::collections::BTreeMap<&str, Value>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            serialize_tagged(value, "type", "text", serializer)
        }
        for (fields, expected) in [
            (vec![("x", 1.into())], r#"{"type":"text","x":1}"#),
            (vec![("type", "".into())], r#"{"type":"text"}"#),
            (vec![("type", "new".into())], r#"{"type":"new"}"#),
        ] {
            let json = serde_json::to_string(&Tagged(&fields.into_iter().collect())).unwrap();
            assert_eq!(json, expected);
        }
    }
}
