//! Scalars in other clothes: `26.0` and `"26"` are 26.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use serde_json::Number;

use super::Tolerant;

/// Reads a scalar in any form that means it, and `null` as its default.
struct Scalar<T>(PhantomData<T>);

/// A scalar that can be read from what JSON has for scalars.
trait FromScalar: Default {
    const EXPECTED: &'static str;
    fn from_bool(value: bool) -> Option<Self>;
    fn from_integer(value: i128) -> Option<Self>;
    fn from_float(value: f64) -> Option<Self>;
    fn from_text(value: &str) -> Option<Self>;
}

impl<'de, T: FromScalar> Visitor<'de> for Scalar<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_unit<E: de::Error>(self) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<T, E> {
        T::from_bool(value).ok_or_else(|| E::invalid_type(de::Unexpected::Bool(value), &self))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<T, E> {
        T::from_integer(value.into())
            .ok_or_else(|| E::invalid_value(de::Unexpected::Signed(value), &self))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<T, E> {
        T::from_integer(value.into())
            .ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(value), &self))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<T, E> {
        T::from_float(value).ok_or_else(|| E::invalid_value(de::Unexpected::Float(value), &self))
    }

    /// With serde_json's feature `arbitrary_precision`, which any crate can switch on for all, a number with a
    /// fraction comes as a map.
    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let number = Number::deserialize(de::value::MapAccessDeserializer::new(map));
        let value = number.ok().and_then(|number| match number.as_i64() {
            Some(integer) => T::from_integer(integer.into()),
            None => T::from_float(number.as_f64()?),
        });
        value.ok_or_else(|| de::Error::invalid_type(de::Unexpected::Map, &self))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<T, E> {
        T::from_text(value).ok_or_else(|| E::invalid_value(de::Unexpected::Str(value), &self))
    }
}

macro_rules! tolerant_scalars {
    ($($type:ty),*) => {$(
        impl<'de> Tolerant<'de> for $type {
            fn tolerant<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Scalar(PhantomData))
            }
        }
    )*};
}

tolerant_scalars!(bool, i64, f64, String);

impl FromScalar for bool {
    const EXPECTED: &'static str = "true or false";
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
    fn from_text(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

impl FromScalar for i64 {
    const EXPECTED: &'static str = "an integer";
    fn from_bool(_: bool) -> Option<Self> {
        None
    }
    fn from_integer(value: i128) -> Option<Self> {
        // Seeds are documented as 64 bits, and some servers write them unsigned: the bits are kept.
        i64::try_from(value)
            .ok()
            .or_else(|| u64::try_from(value).ok().map(u64::cast_signed))
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the value is integral and within the range"
    )]
    fn from_float(value: f64) -> Option<Self> {
        let integral = value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0;
        integral.then_some(value as i64)
    }
    fn from_text(value: &str) -> Option<Self> {
        let value = value.trim();
        value
            .parse()
            .ok()
            .or_else(|| Self::from_float(value.parse().ok()?))
    }
}

impl FromScalar for f64 {
    const EXPECTED: &'static str = "a number";
    fn from_bool(_: bool) -> Option<Self> {
        None
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "JSON's numbers have no more precision to most readers"
    )]
    fn from_integer(value: i128) -> Option<Self> {
        Some(value as f64)
    }
    fn from_float(value: f64) -> Option<Self> {
        Some(value)
    }
    fn from_text(value: &str) -> Option<Self> {
        // Rust also reads `NaN` and `inf`, for which JSON has no form in which they could go back.
        let number = value.trim().parse::<Self>().ok();
        number.filter(|number| number.is_finite())
    }
}

impl FromScalar for String {
    const EXPECTED: &'static str = "a text";
    fn from_bool(value: bool) -> Option<Self> {
        Some(value.to_string())
    }
    fn from_integer(value: i128) -> Option<Self> {
        Some(value.to_string())
    }
    fn from_float(value: f64) -> Option<Self> {
        Some(value.to_string())
    }
    fn from_text(value: &str) -> Option<Self> {
        Some(value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::FromScalar;

    #[test]
    fn a_text_is_no_number_unless_json_has_it() {
        for text in ["NaN", "inf", "-infinity"] {
            assert_eq!(<f64 as FromScalar>::from_text(text), None, "{text}");
        }
        assert_eq!(<f64 as FromScalar>::from_text(" 2.5 "), Some(2.5));
    }
}
