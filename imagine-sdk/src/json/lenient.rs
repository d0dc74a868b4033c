//! Lenient decoding: `null` reads as the default, and scalars may have another type.
//!
//! Values are read in place. Responses are large, and moving them up level by level would take as long as reading
//! them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::{Map, Value};

use super::unknown::RawText;
use super::{KeepUnknown, Observer, UnknownFields, unfit};

/// A type that is decoded leniently: `null` reads as the default, and numbers may be strings.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a response",
    label = "not a type that `#[derive(Response)]` reads",
    note = "fields may be booleans, integers and floats of any width, `String`, `serde_json::Value`, and types that derive `Response` or `OpenEnum`; also in `Option`, `Vec`, `Box` and `BTreeMap`",
    note = "`#[response(serde)]` on the field reads any type that implements `serde::Deserialize` and `Default`"
)]
pub trait Lenient<'de>: Sized {
    /// Reads a value that is not `null` into `self`, which must equal its `Default`.
    ///
    /// # Errors
    ///
    /// Fails if the value has another type. `self` is then unspecified.
    fn read<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error>;

    /// Reads a value into `self`, which must equal its `Default`. `null` leaves `self` unchanged.
    ///
    /// # Errors
    ///
    /// Fails as [`read`](Self::read) does.
    #[doc(hidden)]
    fn read_or_null<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(Nullable(self))
    }

    /// Appends the next item of a list, or as many items as the deserializer yields at once. Default: one item, which
    /// may be `null`.
    ///
    /// # Errors
    ///
    /// Fails as [`read`](Self::read) does.
    #[doc(hidden)]
    fn read_items<D: Deserializer<'de>>(
        items: &mut Vec<Self>,
        deserializer: D,
    ) -> Result<(), D::Error>
    where
        Self: Default,
    {
        push_item(items, |item| item.read_or_null(deserializer))
    }

    /// Returns the items of a list that was sent as base64. `None` if such items have no such encoding.
    #[doc(hidden)]
    fn from_base64(_text: &str) -> Option<Vec<Self>> {
        None
    }

    /// Reports the value, or those of its fields that spans record.
    #[doc(hidden)]
    fn observe_as(&self, _name: &'static str, _observer: &mut dyn Observer) {}
}

struct Nullable<'a, T>(&'a mut T);

impl<'de, T: Lenient<'de>> Visitor<'de> for Nullable<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.read(deserializer)
    }
}

/// Reads a value with [`Lenient::read`].
///
/// # Errors
///
/// Fails as [`Lenient::read`] does.
#[inline]
pub fn new<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Default + Lenient<'de>,
    D: Deserializer<'de>,
{
    // The result is read in place, which saves a move.
    let mut read = Ok(T::default());
    if let Ok(value) = &mut read
        && let Err(error) = value.read(deserializer)
    {
        read = Err(error);
    }
    read
}

/// A type that may keep unknown fields.
pub trait ExtraFields {
    /// Returns true if there is an unknown field with this name that is not `null`. Default: `false`, for a type that
    /// keeps none.
    fn has_unknown(&self, _name: &str) -> bool {
        false
    }

    /// Reports those fields that spans record.
    fn observe_fields(&self, _observer: &mut dyn Observer) {}
}

macro_rules! impl_extra_fields {
    ($($type:ty),*) => {$(
        impl ExtraFields for $type {}
    )*};
}

impl_extra_fields!(
    (), Bytes, bool, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, f32, f64, String, Value,
    Map<String, Value>, UnknownFields
);

impl<T: ExtraFields> ExtraFields for Box<T> {
    fn has_unknown(&self, name: &str) -> bool {
        T::has_unknown(self, name)
    }

    fn observe_fields(&self, observer: &mut dyn Observer) {
        T::observe_fields(self, observer);
    }
}

impl<T> ExtraFields for Vec<T> {}

impl<T> ExtraFields for Option<T> {}

impl<K, V> ExtraFields for BTreeMap<K, V> {}

/// Reads the next value of a map into a field. The last value of a repeated key wins. Returns the JSON text of a value
/// that does not fit, if the field can be left unset.
///
/// # Errors
///
/// Fails as [`Lenient::read`] does.
#[inline]
pub fn next_field<'de, T: Default + Lenient<'de>, A: MapAccess<'de>>(
    map: &mut A,
    field: &mut T,
    seen: &mut bool,
) -> Result<Option<String>, A::Error> {
    if std::mem::replace(seen, true) {
        *field = T::default();
    }
    match map.next_value_seed(FieldSeed(field)) {
        Ok(()) => Ok(None),
        Err(error) => unset(error, field, seen),
    }
}

/// Leaves a field unset whose value does not fit, and returns the JSON text of the value.
#[cold]
fn unset<T: Default, E>(error: E, field: &mut T, seen: &mut bool) -> Result<Option<String>, E> {
    let text = unfit::take().ok_or(error)?;
    *field = T::default();
    *seen = false;
    Ok(Some(text))
}

/// Reads the next value of a map with serde's `Deserialize`. `null` reads as the default.
///
/// # Errors
///
/// Fails if the value does not match the type.
pub fn next_serde_field<'de, T: Default + Deserialize<'de>, A: MapAccess<'de>>(
    map: &mut A,
    field: &mut T,
    seen: &mut bool,
) -> Result<Option<String>, A::Error> {
    *seen = true;
    match map.next_value::<Option<T>>() {
        Ok(value) => {
            *field = value.unwrap_or_default();
            Ok(None)
        }
        Err(error) => unset(error, field, seen),
    }
}

/// Reads the next value of a map into a field with a string. Another value is read as its JSON text.
///
/// # Errors
///
/// Fails if the value is invalid JSON.
pub fn next_json_text<'de, T: Default + From<String>, A: MapAccess<'de>>(
    map: &mut A,
    field: &mut T,
    seen: &mut bool,
) -> Result<Option<String>, A::Error> {
    *seen = true;
    let RawText(raw) = map.next_value()?;
    *field = match raw.as_bytes().first() {
        Some(b'n') => T::default(),
        Some(b'"') => T::from(super::from_str(&raw).map_err(de::Error::custom)?),
        _ => T::from(raw),
    };
    Ok(None)
}

/// Keeps the next value of a map as an unknown field. This is a separate cold function, so that the code of known
/// fields stays small.
///
/// # Errors
///
/// Fails if the value is not valid JSON.
#[cold]
pub fn next_unknown<'de, A: MapAccess<'de>, U: KeepUnknown>(
    map: &mut A,
    key: Key<'de>,
    unknown: &mut U,
) -> Result<(), A::Error> {
    unknown.keep(key.into_string(), map)
}

/// Reads a value of a map in place.
struct FieldSeed<'a, T>(&'a mut T);

impl<'de, T: Lenient<'de>> DeserializeSeed<'de> for FieldSeed<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.read_or_null(deserializer)
    }
}

/// A key of an object, borrowed from the response if possible.
#[derive(Debug)]
pub struct Key<'de>(Cow<'de, str>);

impl Key<'_> {
    /// Returns the key.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the key as an owned string.
    pub fn into_string(self) -> String {
        self.0.into_owned()
    }
}

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E: de::Error>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(key.into()))
            }
            fn visit_str<E: de::Error>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(key.to_owned().into()))
            }
        }
        deserializer.deserialize_identifier(KeyVisitor)
    }
}

impl<'de, T: Default + Lenient<'de>> Lenient<'de> for Option<T> {
    fn read<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
        self.insert(T::default()).read(deserializer)
    }

    fn observe_as(&self, name: &'static str, observer: &mut dyn Observer) {
        if let Some(value) = self {
            value.observe_as(name, observer);
        }
    }
}

impl<'de, T: Lenient<'de>> Lenient<'de> for Box<T> {
    fn read<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
        T::read(self, deserializer)
    }

    fn observe_as(&self, name: &'static str, observer: &mut dyn Observer) {
        T::observe_as(self, name, observer);
    }
}

impl<'de, T: Default + Lenient<'de>> Lenient<'de> for Vec<T> {
    fn read<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
        struct Items<'a, T>(&'a mut Vec<T>);
        impl<'de, T: Default + Lenient<'de>> Visitor<'de> for Items<'_, T> {
            type Value = ();
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
                // The `Default` of the containing type may have added items.
                self.0.clear();
                let most = MAX_RESERVED / size_of::<T>().max(1);
                self.0.reserve_exact(seq.size_hint().unwrap_or(0).min(most));
                while seq.next_element_seed(ItemSeed(self.0))?.is_some() {}
                Ok(())
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
                let items = T::from_base64(text);
                *self.0 = items.ok_or_else(|| E::invalid_type(Unexpected::Str(text), &self))?;
                Ok(())
            }
        }
        deserializer.deserialize_seq(Items(self))
    }

    fn observe_as(&self, name: &'static str, observer: &mut dyn Observer) {
        self.iter().for_each(|item| item.observe_as(name, observer));
    }
}

/// The number of bytes that are reserved for a list before it is read.
const MAX_RESERVED: usize = 1 << 20;

/// Reads the next items of a list in place.
struct ItemSeed<'a, T>(&'a mut Vec<T>);

impl<'de, T: Default + Lenient<'de>> DeserializeSeed<'de> for ItemSeed<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        T::read_items(self.0, deserializer)
    }
}

/// Appends an item and reads it in place.
pub(super) fn push_item<T: Default, E>(
    items: &mut Vec<T>,
    read: impl FnOnce(&mut T) -> Result<(), E>,
) -> Result<(), E> {
    if items.is_empty() {
        // Most lists of large items have one item. `Vec` would reserve space for four.
        items.reserve_exact(1);
    }
    items.push(T::default());
    items.last_mut().map_or(Ok(()), read)
}

impl<'de, K: Ord + From<String>, T: Default + Lenient<'de>> Lenient<'de> for BTreeMap<K, T> {
    fn read<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
        struct Entries<'a, K, T>(&'a mut BTreeMap<K, T>);
        impl<'de, K: Ord + From<String>, T: Default + Lenient<'de>> Visitor<'de> for Entries<'_, K, T> {
            type Value = ();
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
                self.0.clear();
                while let Some(key) = map.next_key::<Key<'de>>()? {
                    let mut value = T::default();
                    map.next_value_seed(FieldSeed(&mut value))?;
                    self.0.insert(K::from(key.into_string()), value);
                }
                Ok(())
            }
        }
        deserializer.deserialize_map(Entries(self))
    }
}

/// Implements `Lenient` with serde's `Deserialize`.
macro_rules! lenient_via_serde {
    ($($type:ty),*) => {$(
        impl<'de> $crate::json::Lenient<'de> for $type {
            fn read<D: ::serde::Deserializer<'de>>(
                &mut self,
                deserializer: D,
            ) -> Result<(), D::Error> {
                *self = ::serde::Deserialize::deserialize(deserializer)?;
                Ok(())
            }
        }
    )*};
}
pub(crate) use lenient_via_serde;

lenient_via_serde!(Value, Map<String, Value>, UnknownFields);

/// Decodes the value of an open enum: a string, or an object with the string as `type`, which some servers write for a
/// finish reason.
///
/// # Errors
///
/// Fails for every other value.
pub fn open_enum<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: for<'a> From<&'a str>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(OpenEnum(PhantomData))
}

struct OpenEnum<T>(PhantomData<T>);

impl<'de, T: for<'a> From<&'a str>> Visitor<'de> for OpenEnum<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        Ok(T::from(text))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<T, E> {
        Ok(T::from(&value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<T, E> {
        Ok(T::from(&value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<T, E> {
        Ok(T::from(&value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<T, E> {
        Ok(T::from(&Value::from(value).to_string()))
    }

    /// Accepts a number too, which is a map if serde_json's feature `arbitrary_precision` is enabled.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        match Value::deserialize(de::value::MapAccessDeserializer::new(map))? {
            Value::Number(number) => Ok(T::from(&number.to_string())),
            object => match object.get("type").and_then(Value::as_str) {
                Some(kind) => Ok(T::from(kind)),
                None => Err(de::Error::custom(
                    "invalid value: an object, expected a string",
                )),
            },
        }
    }
}
