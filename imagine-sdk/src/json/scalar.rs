//! Scalars in equivalent encodings: `26.0` and `"26"` decode as 26.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use serde_json::Number;

use super::lenient::push_item;
use super::{Lenient, Observed, Observer};

/// The name by which the reader recognizes a field of 32 bits, whose numbers it rounds itself. Other deserializers
/// read the value as any other.
pub(super) const SINGLE: &str = "$imagine_sdk::f32";

/// The name by which the reader recognizes an item of a list of such numbers. It yields the numbers of many items
/// at once, in little-endian order. Other deserializers read the item as any other.
pub(super) const SINGLES: &str = "$imagine_sdk::[f32]";

/// A visitor that accepts every encoding of a scalar.
struct Scalar<'a, T>(&'a mut T);

impl<T: FromScalar> Scalar<'_, T> {
    fn set<E: de::Error>(self, value: Option<T>, found: de::Unexpected<'_>) -> Result<(), E> {
        match value {
            Some(value) => {
                *self.0 = value;
                Ok(())
            }
            None => Err(E::invalid_value(found, &self)),
        }
    }
}

/// Conversions from every JSON scalar.
trait FromScalar: Default {
    const EXPECTED: &'static str;
    const IS_NUMBER: bool = true;
    /// True for `f32`.
    const IS_SINGLE: bool = false;
    /// The conversion of the items of a list that is sent as bytes. `None` if the type has no such lists.
    const FROM_SINGLE: Option<fn(f32) -> Self> = None;
    fn from_bool(value: bool) -> Option<Self>;
    fn from_integer(value: i128) -> Option<Self>;
    fn from_float(value: f64) -> Option<Self>;
    fn parse_str(value: &str) -> Option<Self>;
    /// Takes a string that is the value already. Returns every other string.
    fn try_from_string(value: String) -> Result<Self, String> {
        Err(value)
    }
}

impl<'de, T: FromScalar> Visitor<'de> for Scalar<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    /// Deserializers other than the reader call this for [`SINGLE`].
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.set(T::from_bool(value), de::Unexpected::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        let found = de::Unexpected::Signed(value);
        self.set(T::from_integer(value.into()), found)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        let found = de::Unexpected::Unsigned(value);
        self.set(T::from_integer(value.into()), found)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        self.set(T::from_float(value), de::Unexpected::Float(value))
    }

    /// Accepts a number with a fraction, which is a map if any crate enables serde_json's feature
    /// `arbitrary_precision`.
    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let number = Number::deserialize(de::value::MapAccessDeserializer::new(map));
        let value = number.ok().and_then(|number| match number.as_i64() {
            Some(integer) => T::from_integer(integer.into()),
            None => T::from_float(number.as_f64()?),
        });
        self.set(value, de::Unexpected::Map)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<(), E> {
        self.set(T::parse_str(value), de::Unexpected::Str(value))
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<(), E> {
        match T::try_from_string(value) {
            Ok(value) => *self.0 = value,
            Err(value) => self.visit_str(&value)?,
        }
        Ok(())
    }
}

/// Appends the next items of a list of 32-bit floats.
struct Singles<'a, T>(&'a mut Vec<T>);

impl<'de, T: FromScalar + Lenient<'de>> Visitor<'de> for Singles<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    /// Deserializers other than the reader call this for [`SINGLES`], and it calls this for other items than plain
    /// fractions.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        push_item(self.0, |item| item.read(deserializer))
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<(), E> {
        let items =
            singles(bytes).ok_or_else(|| E::invalid_type(de::Unexpected::Bytes(bytes), &self));
        self.0.extend(items?);
        Ok(())
    }
}

/// Returns the floats of 32 bits in little-endian order.
fn singles<T: FromScalar>(bytes: &[u8]) -> Option<impl Iterator<Item = T>> {
    let from_single = T::FROM_SINGLE?;
    let (numbers, rest) = bytes.as_chunks();
    let numbers = numbers
        .iter()
        .map(move |bytes| from_single(f32::from_le_bytes(*bytes)));
    rest.is_empty().then_some(numbers)
}

macro_rules! lenient_scalars {
    ($($type:ty: $observed:expr),*) => {$(
        impl<'de> Lenient<'de> for $type {
            fn read<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
                match <$type as FromScalar>::IS_SINGLE {
                    true => deserializer.deserialize_newtype_struct(SINGLE, Scalar(self)),
                    false => deserializer.deserialize_any(Scalar(self)),
                }
            }

            fn read_items<D: Deserializer<'de>>(
                items: &mut Vec<Self>,
                deserializer: D,
            ) -> Result<(), D::Error> {
                if <$type as FromScalar>::IS_SINGLE {
                    return deserializer.deserialize_newtype_struct(SINGLES, Singles(items));
                }
                push_item(items, |item| match <$type as FromScalar>::IS_NUMBER {
                    // A list must not contain a number that was not sent, for `null`.
                    true => item.read(deserializer),
                    false => item.read_or_null(deserializer),
                })
            }

            /// Servers that offer this encode vectors as 32-bit floats in little-endian order.
            fn from_base64(text: &str) -> Option<Vec<Self>> {
                <$type as FromScalar>::FROM_SINGLE?;
                let bytes = base64_simd::STANDARD.decode_to_vec(text).ok()?;
                let items: Vec<_> = singles(&bytes)?.collect();
                (!items.is_empty()).then_some(items)
            }

            fn observe_as(&self, name: &'static str, observer: &mut dyn Observer) {
                let observed: Option<Observed<'_>> = $observed(self);
                if let Some(value) = observed {
                    observer.observe(name, value);
                }
            }
        }
    )*};
}

fn unobserved(_: &bool) -> Option<Observed<'_>> {
    None
}

/// Returns the count. Counts beyond 63 bits are not recorded.
fn integer<T: Copy + TryInto<i64>>(value: &T) -> Option<Observed<'_>> {
    (*value).try_into().ok().map(Observed::Integer)
}

fn number<T: Copy + Into<f64>>(value: &T) -> Option<Observed<'_>> {
    Some(Observed::Number((*value).into()))
}

fn string(value: &str) -> Option<Observed<'_>> {
    Some(Observed::String(value))
}

lenient_scalars!(
    bool: unobserved,
    i8: integer, i16: integer, i32: integer, i64: integer, isize: integer,
    u8: integer, u16: integer, u32: integer, u64: integer, usize: integer,
    f32: number, f64: number,
    String: string
);

impl FromScalar for bool {
    const EXPECTED: &'static str = "true or false";
    const IS_NUMBER: bool = false;
    fn from_bool(value: bool) -> Option<Self> {
        Some(value)
    }
    fn from_integer(value: i128) -> Option<Self> {
        [false, true]
            .into_iter()
            .find(|known| i128::from(*known) == value)
    }
    fn from_float(_: f64) -> Option<Self> {
        None
    }
    fn parse_str(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// The largest magnitude up to which every integer is exact as `f64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

macro_rules! integers {
    ($($type:ty: $from:expr),*) => {$(
        impl FromScalar for $type {
            const EXPECTED: &'static str = "an integer";
            fn from_bool(_: bool) -> Option<Self> {
                None
            }
            fn from_integer(value: i128) -> Option<Self> {
                $from(value)
            }
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the value is integral and within the range"
            )]
            fn from_float(value: f64) -> Option<Self> {
                let is_exact = value.fract() == 0.0 && value.abs() <= EXACT;
                is_exact.then_some(value as i128).and_then(Self::from_integer)
            }
            fn parse_str(value: &str) -> Option<Self> {
                let value = value.trim();
                let integer = value.parse().ok().and_then(Self::from_integer);
                integer.or_else(|| Self::from_float(value.parse().ok()?))
            }
        }
    )*};
}

/// Converts a seed. Seeds are documented as signed 64 bits; the bits of unsigned seeds are kept.
fn seed(value: i128) -> Option<i64> {
    let unsigned = || u64::try_from(value).ok().map(u64::cast_signed);
    i64::try_from(value).ok().or_else(unsigned)
}

fn exact<T: TryFrom<i128>>(value: i128) -> Option<T> {
    T::try_from(value).ok()
}

integers!(
    i8: exact, i16: exact, i32: exact, i64: seed, isize: exact,
    u8: exact, u16: exact, u32: exact, u64: exact, usize: exact
);

macro_rules! floats {
    ($($type:ty),*) => {$(
        impl FromScalar for $type {
            const EXPECTED: &'static str = "a number";
            const IS_SINGLE: bool = size_of::<$type>() == 4;
            const FROM_SINGLE: Option<fn(f32) -> Self> = Some(<$type>::from);
            fn from_bool(_: bool) -> Option<Self> {
                None
            }
            #[expect(clippy::cast_precision_loss, reason = "the type has no more precision")]
            fn from_integer(value: i128) -> Option<Self> {
                Some(value as $type)
            }
            #[allow(
                clippy::cast_possible_truncation,
                clippy::unnecessary_cast,
                reason = "the type has no more precision"
            )]
            fn from_float(value: f64) -> Option<Self> {
                Some(value as $type)
            }
            fn parse_str(value: &str) -> Option<Self> {
                // Rust also reads `NaN` and `inf`, which JSON cannot express.
                let number = value.trim().parse::<Self>().ok();
                number.filter(|number| number.is_finite())
            }
        }
    )*};
}

floats!(f32, f64);

impl FromScalar for String {
    const EXPECTED: &'static str = "a string";
    const IS_NUMBER: bool = false;
    fn from_bool(value: bool) -> Option<Self> {
        Some(value.to_string())
    }
    fn from_integer(value: i128) -> Option<Self> {
        Some(value.to_string())
    }
    fn from_float(value: f64) -> Option<Self> {
        Some(value.to_string())
    }
    #[inline]
    fn parse_str(value: &str) -> Option<Self> {
        Some(value.to_owned())
    }
    fn try_from_string(value: String) -> Result<Self, String> {
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::FromScalar;

    #[test]
    fn numbers_that_json_cannot_express_are_rejected() {
        for text in ["NaN", "inf", "-infinity"] {
            assert_eq!(<f64 as FromScalar>::parse_str(text), None, "{text}");
        }
        assert_eq!(<f64 as FromScalar>::parse_str(" 2.5 "), Some(2.5));
    }
}
